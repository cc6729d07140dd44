"""The Python of materialized views, as what an incremental refresh depends on. Nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from medallion_core.check.calls import (
    Calls,
    Statement,
    adds_up,
    argument,
    beyond,
    calls_in,
    calls_of,
    is_join,
    is_loose,
    is_window,
    join_kind,
    literals,
    method_of,
    nodes_in,
    owner_of,
    sql_words,
    word,
)
from medallion_core.check.functions import Function, functions_of, parsed
from medallion_core.model import Bundle

_FILTERS = frozenset({"where", "filter"})
_AFTER_A_WINDOW = _FILTERS | {"drop"}
_TRACKED = "delta.enableRowTracking"
_FLOATING = frozenset({"DOUBLE", "FLOAT"})
_TABLES = frozenset({"table", "materialized_view", "create_streaming_table"})
_DATASETS = _TABLES | {"temporary_view"}


class Sql(NamedTuple):
    """The words of an SQL text, and the call that has it."""

    call: ast.Call
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A dataset as the code defines it: its schema as DDL, and whether its rows are tracked."""

    name: str
    schema: str
    is_tracked: bool


@dataclass(frozen=True, slots=True)
class Datasets:
    """What a bundle defines: schemas and properties of its tables, and its temporary views."""

    schemas: Mapping[str, str]
    tracked: frozenset[str]
    views: Mapping[str, Function]


# Without slots: what is found out of the code is kept beside its fields.
@dataclass(frozen=True)
class ViewCode:
    """A materialized view: its function, those that it calls, and the views that it reads."""

    name: str
    function: Function
    datasets: Datasets
    read_views: tuple[str, ...] = field(default=())

    @cached_property
    def _bodies(self) -> list[Function]:
        views = (self.datasets.views[name] for name in self.read_views)
        return [body for each in (self.function, *views) for body in each.bodies]

    @cached_property
    def _calls(self) -> Calls:
        return Calls.together(body.calls for body in self._bodies)

    def calls(self, method: str) -> bool:
        """Whether ``spark.<method>()`` is called."""
        return any(owner_of(call) == "spark" for call in self._calls.of({method}))

    @property
    def reads_files(self) -> bool:
        return bool(self.methods & {"load", "parquet", "csv", "json"}) or "read_files" in (
            self.functions
        )

    @cached_property
    def methods(self) -> frozenset[str]:
        return self._calls.methods("F", but=True)

    @cached_property
    def joins(self) -> frozenset[str]:
        return frozenset(map(join_kind, self._joins))

    @property
    def joins_loosely(self) -> bool:
        """Whether rows are joined by something else than equal values."""
        return any(map(is_loose, self._joins))

    @property
    def _joins(self) -> list[ast.Call]:
        return list(filter(is_join, self._calls.of({"join"})))

    @cached_property
    def functions(self) -> frozenset[str]:
        """Every SQL function, called in SQL or in Python."""
        return _functions(self._calls, self._sql)

    @cached_property
    def selected(self) -> frozenset[str]:
        """Those called elsewhere than in a filter."""
        found = (each for each in self._sql if method_of(each.call) not in _FILTERS)
        return _functions(self._calls.beside(_FILTERS), found)

    @cached_property
    def aggregated(self) -> frozenset[str]:
        inner = Calls(each for call in self._calls.of({"agg"}) for each in calls_in(call))
        return _functions(inner, _sql_in(inner))

    @property
    def counts_distinct(self) -> bool:
        return bool(self.functions & {"count_distinct", "countDistinct"}) or any(
            one == "(" and other == "distinct"
            for each in self._sql
            for one, other in pairwise(each.words)
        )

    @cached_property
    def inner_aggregates(self) -> bool:
        """Whether anything but a filter comes after a grouping, or something is added up in a
        selection."""
        outer = next(beyond(self._chain, _FILTERS), None)
        inner = any(call is not outer for call in self._calls.of({"agg"}))
        return inner or any(map(adds_up, self._calls.of({"select", "selectExpr"})))

    @cached_property
    def inner_windows(self) -> bool:
        outer = next(beyond(self._chain, _AFTER_A_WINDOW), None)
        within = set(map(id, calls_of(outer))) if outer is not None else set()
        windows = self._calls.of({"over"})
        windows += [each.call for each in self._sql if is_window(each.words)]
        return any(id(call) not in within for call in windows)

    @property
    def whole_windows(self) -> bool:
        specified = (owner_of(call) == "Window" for call in self._calls.of({"orderBy"}))
        return any(specified) or any(
            one == "over" and other == "(" and third != "partition"
            for words in (each.words for each in self._sql)
            for one, other, third in zip(words, words[1:], words[2:], strict=False)
        )

    @property
    def floating(self) -> tuple[str, ...]:
        """The declared columns of a floating type."""
        words = (line.split() for line in self._schema.split("\n"))
        return tuple(line[0] for line in words if len(line) > 1 and line[1].strip(",") in _FLOATING)

    @property
    def refresh_policy(self) -> str:
        found = (word(each, "refresh_policy") for each in self.function.decorators())
        return next(filter(None, found), "auto").lower()

    @property
    def requires_values(self) -> bool:
        return "NOT NULL" in self._schema

    @property
    def drops_rows(self) -> bool:
        return any(method_of(each).endswith("or_drop") for each in self.function.decorators())

    @property
    def expecting_views(self) -> tuple[str, ...]:
        return tuple(
            name
            for name in self.read_views
            for each in self.datasets.views[name].decorators()
            if method_of(each).startswith("expect")
        )

    @property
    def masked(self) -> tuple[str, ...]:
        """Tables with column masks: this one, or what it reads."""
        return tuple(
            table for table in (self.name, *self.reads) if " MASK " in self._schema_of(table)
        )

    @property
    def untracked(self) -> tuple[str, ...]:
        """Tables that are read whose row tracking this bundle does not turn on."""
        known = self.datasets.tracked | self.datasets.views.keys()
        return tuple(table for table in self.reads if table not in known)

    @cached_property
    def reads(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for body in self._bodies for name in body.reads))

    @property
    def _schema(self) -> str:
        return self._schema_of(self.name)

    def _schema_of(self, table: str) -> str:
        return self.datasets.schemas.get(table, "")

    @cached_property
    def _chain(self) -> list[ast.Call]:
        """The calls of what is returned, the last one first."""
        returned = [s.value for s in nodes_in(self.function.node) if isinstance(s, ast.Return)]
        chain, node = [], returned[-1] if returned else None
        while isinstance(node, ast.Call):
            chain.append(node)
            node = node.func.value if isinstance(node.func, ast.Attribute) else None
        return chain

    @cached_property
    def _sql(self) -> list[Sql]:
        return _sql_in(self._calls)


def _sql_in(calls: Iterable[ast.Call]) -> list[Sql]:
    """The SQL that calls something: all that is asked of it stands at a bracket."""
    return [Sql(call, sql_words(text)) for call in calls for text in literals(call) if "(" in text]


def _functions(calls: Calls, found: Iterable[Sql]) -> frozenset[str]:
    in_sql = {one for each in found for one, other in pairwise(each.words) if other == "("}
    return calls.methods("F") | in_sql


def read_views(
    bundle: Bundle, defined_by: str = "materialized_view", called: str = "name"
) -> list[ViewCode]:
    """Every materialized view of the bundle's Python, in order; or of flows, ``append_flow``, each
    called as its ``target``."""
    files = [parsed(text) for path, text in bundle.items() if path.endswith(".py")]
    functions = [function for statements in files for function in functions_of(statements)]
    defined = [each for statements in files for each in definitions(statements)]
    return views_of(functions, datasets_of(defined, functions), defined_by, called)


def datasets_of(defined: Collection[Definition], functions: Iterable[Function]) -> Datasets:
    """``functions`` may be temporary views."""
    return Datasets(
        schemas={each.name: each.schema for each in defined},
        tracked=frozenset(each.name for each in defined if each.is_tracked),
        views={name: function for function in functions for name in function.temporary_views},
    )


def views_of(
    functions: Iterable[Function],
    datasets: Datasets,
    defined_by: str = "materialized_view",
    called: str = "name",
) -> list[ViewCode]:
    return [
        ViewCode(word(call, called), function, datasets, tuple(_views_of(function, datasets)))
        for function in functions
        for call in function.decorators()
        if method_of(call) == defined_by and word(call, called)
    ]


def _is_tracked(definition: ast.Call) -> bool:
    properties = argument(definition, "table_properties")
    keys = properties.keys if isinstance(properties, ast.Dict) else []
    return any(isinstance(key, ast.Constant) and key.value == _TRACKED for key in keys)


def _views_of(function: Function, datasets: Datasets) -> Iterator[str]:
    """The temporary views that a function reads, through others, too."""
    for name in dict.fromkeys(name for body in function.bodies for name in body.reads):
        if name in datasets.views:
            yield name
            yield from _views_of(datasets.views[name], datasets)


def definitions(statements: Iterable[Statement]) -> Iterator[Definition]:
    """The tables that calls of ``dp`` define, in functions and beside them."""
    for call in dataset_calls(statements):
        if method_of(call) in _TABLES and word(call, "name"):
            yield Definition(word(call, "name"), word(call, "schema"), _is_tracked(call))


def dataset_calls(statements: Iterable[Statement]) -> Iterator[ast.Call]:
    """Those that define a table or a temporary view."""
    for call in (call for each in statements for call in each.calls.of(_DATASETS)):
        if owner_of(call) == "dp":
            yield call
