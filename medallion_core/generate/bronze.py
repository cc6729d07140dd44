"""Bronze: rows as they came, and where they came from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from medallion_core.generate.python import Call, Code, Dataset, sql_literal
from medallion_core.generate.render import render
from medallion_core.model import (
    Entity,
    FileFormat,
    FileRead,
    FilesLocation,
    KafkaLocation,
    Location,
    MessageFormat,
    TableLocation,
)
from medallion_core.tables import columns, names
from medallion_core.tables.bronze import location_name
from medallion_core.text import sql

_STRUCT = re.compile(r"STRUCT\s*<(.*)>", re.IGNORECASE | re.DOTALL)


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
        decorator="table" if columns.is_streamed(location) else "materialized_view",
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
    once = () if columns.is_streamed(location) else ("once=True",)
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
    return f"Every row of {location_name(location)}, with when and from where it came."


def _comment(entity: Entity) -> str:
    locations = " and ".join(location_name(location) for location in entity.reads)
    renamed = [f"{new} is {old!r} there." for old, new in _renamed(entity).items()]
    return " ".join([f"Rows of {locations} as they came.", *renamed, entity.comment]).strip()


def _read(entity: Entity, location: Location, variable: str = "") -> Read:
    reader = "spark.readStream" if columns.is_streamed(location) else "spark.read"
    calls = (*_load(location), *_renames(entity), _audit(entity, location))
    return Read(reader, calls, variable)


def _load(location: Location) -> tuple[Call, ...]:
    match location:
        case TableLocation(table=table):
            parts = (table.catalog, table.schema, table.table)
            return (Call("table", (".".join(map(sql.name, parts)),)),)
        case FilesLocation(read=FileRead.INCREMENTAL):
            return _auto_loader(location)
        case FilesLocation():
            return _files_once(location)
        case KafkaLocation():
            return _kafka(location)


def _auto_loader(files: FilesLocation) -> tuple[Call, ...]:
    options = {"cloudFiles.format": files.format.value}
    if files.format is not FileFormat.TEXT:
        options |= _inferred(files)
        options |= {
            "cloudFiles.schemaEvolutionMode": "addNewColumns",
            "rescuedDataColumn": columns.RESCUED,
        }
    if files.schema_hints:
        options["cloudFiles.schemaHints"] = files.schema_hints
    if files.partition_columns:
        options["cloudFiles.partitionColumns"] = ",".join(files.partition_columns)
    return (Call("format", ("cloudFiles",)), *_options(options | files.options), _from(files))


def _inferred(files: FilesLocation) -> dict[str, str]:
    """Types from the values, unless these are kept as texts; what is nested keeps its shape."""
    if files.texts and files.format is FileFormat.CSV:
        return {}
    texts = {"primitivesAsString": "true"} if files.texts else {}
    return {"cloudFiles.inferColumnTypes": "true"} | texts


def _files_once(files: FilesLocation) -> tuple[Call, ...]:
    options = {}
    if files.format is FileFormat.CSV and not files.texts:
        options["inferSchema"] = "true"
    if files.format is FileFormat.JSON and files.texts:
        options["primitivesAsString"] = "true"
    return (Call("format", (files.format.value,)), *_options(options | files.options), _from(files))


def _from(files: FilesLocation) -> Call:
    return Call("load", (files.path,))


def _options(options: dict[str, str]) -> tuple[Call, ...]:
    return tuple(Call("option", item) for item in options.items())


def _kafka(topic: KafkaLocation) -> tuple[Call, ...]:
    options = {"kafka.bootstrap.servers": topic.servers}
    options |= (
        {"subscribe": ",".join(topic.topics)}
        if topic.topics
        else {"subscribePattern": topic.pattern}
    )
    options |= {"startingOffsets": topic.starting_offsets, "includeHeaders": "true"}
    is_avro = topic.value_format is MessageFormat.AVRO
    unread = (f"IF(_value_read IS NULL, 'not read', NULL) AS {columns.RESCUED}",) if is_avro else ()
    login = (_secret(topic),) if topic.secret_scope else ()
    return (
        Call("format", ("kafka",)),
        *_options(options | topic.options),
        *login,
        Call("load", ()),
        Call("selectExpr", tuple(Code(sql_literal(part, 12)) for part in _message(topic))),
        Call("selectExpr", ("_value_read.*", *unread, "* EXCEPT (_value_read)")),
    )


def _secret(topic: KafkaLocation) -> Call:
    """The login, which is fetched where the code runs."""
    found = f"dbutils.secrets.get(scope={topic.secret_scope!r}, key={topic.secret_key!r})"
    return Call("option", ("kafka.sasl.jaas.config", Code(found)))


def _message(topic: KafkaLocation) -> tuple[str, ...]:
    if topic.value_format is MessageFormat.JSON:
        value = _json_message(topic.value_schema)
    else:
        schema = sql.string(topic.value_schema)
        value = f"from_avro(value, {schema}, map('mode', 'PERMISSIVE'))"
    return (
        f"{value} AS _value_read",
        "CAST(key AS STRING) AS _key",
        "value AS _value",
        "headers AS _headers",
        "topic AS _topic",
        "partition AS _partition",
        "offset AS _offset",
        "timestamp AS _timestamp",
    )


def _json_message(schema: str) -> str:
    """SQL that reads a message; one that is no JSON, or not of these types, or has no value at
    all, is kept as text in the rescued data."""
    inner = _STRUCT.fullmatch(schema.strip())
    columns_read = inner[1] if inner else schema.strip()
    wanted = sql.string(f"{columns_read}, {columns.RESCUED} STRING")
    text = "coalesce(CAST(value AS STRING), 'no value')"
    kept = f"map('columnNameOfCorruptRecord', {sql.string(columns.RESCUED)})"
    return f"from_json({text}, {wanted}, {kept})"


def _renames(entity: Entity) -> tuple[Call, ...]:
    return tuple(Call("withColumnRenamed", pair) for pair in _renamed(entity).items())


def _renamed(entity: Entity) -> dict[str, str]:
    return {old: new for old, new in columns.bronze_names(entity).items() if old != new}


def _audit(entity: Entity, location: Location) -> Call:
    values = ["current_timestamp()", sql.string(location_name(location))]
    values += ["_metadata.file_path", "_metadata.file_modification_time"]
    audit = columns.audit_columns(entity)
    return Call(
        "selectExpr",
        ("*", *(f"{value} AS {name}" for value, name in zip(values, audit, strict=False))),
    )
