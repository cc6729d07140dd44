"""Bronze: rows as they came, and where they came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from medallion_core.generate.python import Call, Code, Dataset, sql_literal
from medallion_core.generate.render import render
from medallion_core.model import Entity, Location
from medallion_core.tables import columns, names
from medallion_core.tables.calls import Sql
from medallion_core.tables.sources import kind_of
from medallion_core.text import sql


@dataclass(frozen=True, slots=True)
class Read:
    """Rows of one location. ``reader`` is ``spark.read`` or ``spark.readStream``."""

    reader: str
    calls: tuple[Call, ...]
    variable: str = ""


@dataclass(frozen=True, slots=True)
class Flow:
    """One of several ways into a streaming table."""

    function: str
    arguments: tuple[str, ...]
    says: str
    read: Read


@dataclass(frozen=True, slots=True)
class TableFile:
    """Bronze is read from one location."""

    template: ClassVar = "src/bronze/table.py"
    table: Dataset
    decorator: str
    says: str
    read: Read


@dataclass(frozen=True, slots=True)
class UnionFile:
    """Bronze is all rows of several locations, each time."""

    template: ClassVar = "src/bronze/union.py"
    table: Dataset
    reads: tuple[Read, ...]
    first: str
    unions: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class AppendFlowsFile:
    """Bronze is a stream that several locations flow into."""

    template: ClassVar = "src/bronze/append_flows.py"
    table: Dataset
    flows: tuple[Flow, ...]


def bronze_file(entity: Entity) -> str:
    """The source text of ``src/bronze/<entity>.py``."""
    streaming = columns.has_streaming_bronze(entity)
    if len(entity.reads) == 1:
        return render(_table_file(entity))
    return render(_append_flows(entity) if streaming else _union(entity))


def _table_file(entity: Entity) -> TableFile:
    (location,) = entity.reads
    return TableFile(
        table=_table(entity),
        decorator="table" if kind_of(location).is_streamed else "materialized_view",
        says=_says(location),
        read=_read(entity, location),
    )


def _union(entity: Entity) -> UnionFile:
    variables = [f"read_{number}" for number in range(1, len(entity.reads) + 1)]
    reads = zip(variables, entity.reads, strict=True)
    return UnionFile(
        table=_table(entity),
        reads=tuple(_read(entity, location, variable) for variable, location in reads),
        first=variables[0],
        unions=tuple(
            Call("unionByName", (Code(variable), Code("allowMissingColumns=True")))
            for variable in variables[1:]
        ),
    )


def _append_flows(entity: Entity) -> AppendFlowsFile:
    table = _table(entity)
    return AppendFlowsFile(
        table,
        tuple(_flow(entity, table, *read) for read in enumerate(entity.reads, start=1)),
    )


def _flow(entity: Entity, table: Dataset, number: int, location: Location) -> Flow:
    function = names.bronze_flow(entity, number)
    once = () if kind_of(location).is_streamed else ("once=True",)
    return Flow(
        function=function,
        arguments=(f"target={table.name!r}", f"name={function!r}", *once),
        says=_says(location),
        read=_read(entity, location),
    )


def _table(entity: Entity) -> Dataset:
    name = names.bronze_table(entity)
    return Dataset(name, names.function_name(name), _comment(entity))


def _says(location: Location) -> str:
    return f"Every row of {kind_of(location).location_name}, with when and from where it came."


def _comment(entity: Entity) -> str:
    locations = " and ".join(kind_of(location).location_name for location in entity.reads)
    renamed = [f"{new} is {old!r} there." for old, new in _renamed(entity).items()]
    return " ".join([f"Rows of {locations} as they came.", *renamed, entity.comment]).strip()


def _read(entity: Entity, location: Location, variable: str = "") -> Read:
    reader = "spark.readStream" if kind_of(location).is_streamed else "spark.read"
    calls = (*map(_laid_out, kind_of(location).calls), *_renames(entity), _audit(entity, location))
    return Read(reader, calls, variable)


def _laid_out(call: Call) -> Call:
    """The call with its SQL as literals, over several lines where one is too short."""
    arguments = tuple(
        Code(sql_literal(argument.text, 12)) if isinstance(argument, Sql) else argument
        for argument in call.arguments
    )
    return Call(call.method, arguments)


def _renames(entity: Entity) -> tuple[Call, ...]:
    renamed = _renamed(entity)
    return (Call("withColumnsRenamed", (renamed,)),) * bool(renamed)


def _renamed(entity: Entity) -> dict[str, str]:
    return {old: new for old, new in columns.bronze_names(entity).items() if old != new}


def _audit(entity: Entity, location: Location) -> Call:
    kept = [column.expression for column in columns.kept_by_all(entity)]
    values = ["current_timestamp()", sql.string(kind_of(location).location_name), *kept]
    audit = columns.audit_columns(entity)
    named = [f"{value} AS {name}" for value, name in zip(values, audit, strict=True)]
    return Call("selectExpr", ("*", *named))
