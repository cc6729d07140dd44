"""Whatever a table is called, its code compiles, and reads and makes what it should.

The code is run against stand-ins that note what is read: a name that hides ``spark`` or another row
would read something else.
"""

from __future__ import annotations

import ast
import builtins
import keyword
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import MagicMock

import sqlglot
from hypothesis import example, given, settings
from hypothesis import strategies as st

from medallion_core.check import check_bundle
from medallion_core.check.queries import UNTRANSLATED, explain_statement
from medallion_core.check.views import ViewCode, read_views
from medallion_core.edit.renames import Renames
from medallion_core.errors import MedallionError
from medallion_core.generate import generate_bundle
from medallion_core.generate.render import TEMPLATES
from medallion_core.model import (
    Aggregate,
    Attribute,
    Bridge,
    ChangeHandling,
    DateRole,
    Design,
    Dimension,
    DimensionLink,
    Entity,
    EntityColumn,
    Fact,
    FoldedParent,
    Header,
    HeaderAmount,
    Measure,
    Publishing,
    Rule,
    RuleAction,
    Settings,
    Star,
    TableLocation,
    TableName,
)
from medallion_core.tables.datasets import Layer
from medallion_core.tables.inventory import inventory
from medallion_core.tables.names import (
    KEY_CHECK,
    RECONCILIATION,
    ROW_BALANCE,
    UNKNOWN_ROW,
    YEAR_DAYS,
    code_names,
)
from medallion_core.text import sql
from medallion_core.text.identifiers import snake_case
from medallion_core.text.sql.words import RESERVED
from tests.generate.designs import GOLDEN


def _identifiers(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Name(id=name) | ast.FunctionDef(name=name) | ast.arg(arg=name):
                yield name
            case ast.Attribute(attr=name) | ast.alias(name=name):
                yield name


CODE = [
    text
    for design in GOLDEN.values()
    for path, text in generate_bundle(design()).items()
    if path.endswith(".py")
]
WORDS = sorted(
    {
        *keyword.kwlist,
        *keyword.softkwlist,
        *dir(builtins),
        *RESERVED,
        *(name for text in CODE for name in _identifiers(text)),
    }
)
MADE = {
    *(RECONCILIATION, KEY_CHECK, ROW_BALANCE, UNKNOWN_ROW, YEAR_DAYS),
    *("dim_date", "date_years"),
}
"""Tables that are made anyway: `check_design` refuses a second one of the name."""

NAMES = st.lists(
    st.one_of(
        st.sampled_from(WORDS),
        st.text(min_size=1, max_size=12).filter(str.strip),
    ).filter(lambda name: snake_case(name) not in MADE),
    min_size=9,
    max_size=9,
    unique_by=snake_case,
)


def _entity(name: str, change: ChangeHandling = ChangeHandling.LATEST) -> Entity:
    columns = {"id": "bigint", "parent": "bigint", "day": "date", "amount": "decimal(9,2)"}
    return Entity(
        name,
        (TableLocation(TableName("main", "source", "t")),),
        tuple(EntityColumn(column, column, type_, type_) for column, type_ in columns.items()),
        key=("id",),
        change=change,
        rules=(Rule("id_there", "id IS NOT NULL", RuleAction.QUARANTINE),),
    )


def _dimension(name: str, entity: str, **more: Any) -> Dimension:
    own = (Attribute("id", "id"),)
    return Dimension(name, entity, ("id",), f"{entity}_key", attributes=own, **more)


def star_called(names: list[str]) -> Design:
    """A star with everything that has a name in code, all of them from ``names``."""
    line, header, member, parent, fact, dim, other, bridge, total = names
    links = (
        DimensionLink(dim, f"{dim}_key", ("parent",)),
        DimensionLink(other, f"{line}_key", ("parent",), from_header=True),
        DimensionLink(other, header, ("parent",)),
    )
    folded = FoldedParent(
        alias=parent,
        entity=parent,
        child=member,
        columns=("parent",),
        parent_columns=("id",),
        attributes=(Attribute("day", "day"),),
    )
    outrigger = DimensionLink(other, f"{member}_key", ("parent",))
    spread = HeaderAmount.EQUAL
    measures = (
        Measure("net", "line.amount - header.amount", "decimal(9,2)"),
        Measure("amount", "amount", "decimal(9,2)", from_header=True, allocation=spread),
    )
    return Design(
        Settings("names", "main", "names", publishing=Publishing.SCHEMA),
        (
            _entity(line, ChangeHandling.APPEND),
            _entity(header, ChangeHandling.APPEND),
            _entity(member, ChangeHandling.SNAPSHOT_HISTORY),
            _entity(parent),
        ),
        star=Star(
            dimensions=(
                _dimension(dim, member, folded=(folded,), outriggers=(outrigger,)),
                _dimension(other, parent),
            ),
            facts=(
                Fact(
                    fact,
                    line,
                    grain=("id",),
                    header=Header(header, ("parent",), ("id",)),
                    links=links,
                    dates=(DateRole("day_key", "day", "day"),),
                    measures=measures,
                ),
            ),
            bridges=(Bridge(bridge, line, links[:1]),),
            aggregates=(Aggregate(total, fact, keys=(f"{dim}_key",), measures=("net",)),),
        ),
    )


def _run(text: str) -> set[str]:
    """Runs a file and each dataset that it defines; gives the tables that were read."""
    functions: list[Callable[[], object]] = []

    def keep(function: Callable[[], object]) -> Callable[[], object]:
        functions.append(function)
        return function

    dp, spark = MagicMock(), MagicMock()
    for decorator in ("table", "materialized_view", "temporary_view", "append_flow"):
        setattr(dp, decorator, lambda **arguments: keep)
    for decorator in ("expect", "expect_all", "expect_all_or_drop", "expect_or_fail"):
        setattr(dp, decorator, lambda *arguments: lambda function: function)
    pyspark = MagicMock(pipelines=dp)
    pyspark.functions.size.return_value = 1
    space = {"spark": spark, "dbutils": MagicMock(), "__builtins__": vars(builtins) | {
        "__import__": lambda *arguments: pyspark
    }}  # fmt: skip
    exec(compile(text, "file", "exec"), space)
    for function in functions:
        assert function() is not None
    calls = [*spark.read.table.call_args_list, *spark.readStream.table.call_args_list]
    return {call.args[0].replace("`", "") for call in calls}


@settings(max_examples=60, deadline=None)
@given(NAMES)
@example(["line", "header", "class", "return", "spark", "dp", "f", "true", "members"])
@example(["dim_a", "fact_a", "newest_a", "a", "order", "group", "left", "unknown", "seen"])
@example(["silver", "gold", "headers", "whole", "lines", "so_far", "days", "years", "inferred"])
@example(["broken", "rules", "names", "name", "condition", "typed", "newest", "print", "range"])
def test_a_table_may_be_called_by_any_word(names: list[str]) -> None:
    design = star_called(names)
    refused: list[object] = []
    bundle = generate_bundle(design, report=refused.append)
    assert refused == []
    read = {path: _run(text) for path, text in bundle.items() if path.endswith(".py")}
    for table in inventory(design).tables:
        assert read[table.file] or table.name in (UNKNOWN_ROW, YEAR_DAYS)
        if table.layer is Layer.GOLD:
            assert read[table.file] == {name.replace("`", "") for name in table.reads}, table.name


COLUMNS = st.lists(
    st.one_of(st.sampled_from(WORDS), st.text(min_size=1, max_size=9).filter(str.strip)),
    min_size=6,
    max_size=6,
    unique_by=snake_case,
).filter(lambda names: "id" not in map(snake_case, names[4:]))
"""The key of a dimension is called id already."""


@settings(max_examples=12, deadline=None)
@given(COLUMNS)
@example(["class", "return", "spark", "F", "true", "dp"])
@example(["select", "from", "order", "group", "null", "day"])
@example(["rows", "members", "typed", "count", "end", "current_date"])
def test_a_column_may_be_called_by_any_word(names: list[str]) -> None:
    """A key, a link, a date, an amount and texts, from the source to gold."""
    design = star_called(["line", "header", "member", "parent", "fact", "dim", "other", "b", "t"])
    bundle = generate_bundle(with_columns_called(design, names))
    assert check_bundle(bundle) == []
    for path, text in bundle.items():
        if path.endswith(".py"):
            _run(text)
    for view in read_views(bundle):
        sqlglot.parse_one(query_of(view), dialect="databricks")


def query_of(view: ViewCode) -> str:
    """Its query as SQL; the check of incremental refresh asks a warehouse the same."""
    try:
        return explain_statement(view, sql.name).partition(" AS ")[2]
    except MedallionError as error:
        if error.code != UNTRANSLATED:
            raise
        return "SELECT 1"


def with_columns_called(design: Design, names: list[str]) -> Design:
    """All entities with these names; the last two are texts that every dimension shows."""
    *four, one, two = map(snake_case, names)
    silver = dict(zip(("id", "parent", "day", "amount"), four, strict=True))
    texts = tuple(EntityColumn(snake_case(name), name, "string", "string") for name in names[4:])
    for entity in design.entities:
        called = design.renamed(Renames(entity.name, entity.name, silver))
        changed = called.entity(entity.name)
        columns = tuple(
            replace(column, source=source, name=silver[column.name])
            for column, source in zip(changed.columns, names, strict=False)
        )
        design = called.with_entity(replace(changed, columns=(*columns, *texts)))
    shown = (Attribute(one, one), Attribute(two, two))
    dimensions = tuple(
        replace(dimension, attributes=(*dimension.attributes, *shown))
        for dimension in design.star.dimensions
    )
    return replace(design, star=replace(design.star, dimensions=dimensions))


@given(st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=9)), max_size=12))
def test_code_names_are_free_and_differ(names: list[str]) -> None:
    found = code_names(names)
    assert len(set(found)) == len(names)
    assert all(name.isidentifier() and not keyword.iskeyword(name) for name in found)
    assert not {name.lower() for name in found} & RESERVED


def test_every_name_that_templates_give_is_on_the_list() -> None:
    """A variable that a template assigns, or a function that it defines, is never a row's name."""
    own = set()
    for path in TEMPLATES.rglob("*.py.j2"):
        own |= {
            line.split("=")[0].strip()
            for line in path.read_text().splitlines()
            if " = " in line and line.split(" = ")[0].strip().isidentifier()
        }
    assert own >= {"members", "days", "unknown", "whole", "headers", "gold"}
    in_rows = {path for path in own if not path.isupper()} - {"broken", "names", "newest", "typed"}
    assert not {name for name in in_rows if code_names([name]) == [name]}
