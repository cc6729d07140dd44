"""Bronze: rows as they came, and where they came from."""

from __future__ import annotations

from dataclasses import dataclass

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
from medallion_core.tables.bronze import place
from medallion_core.text import sql


@dataclass(frozen=True, slots=True)
class Call:
    """A method of a DataFrame or its reader, with its literal arguments."""

    method: str
    arguments: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """One way into the bronze table. ``reader`` is ``spark.read`` or ``spark.readStream``."""

    function: str
    what: str
    reader: str
    calls: tuple[Call, ...]
    once: bool


def bronze_file(entity: Entity) -> str:
    """The source text of ``src/bronze/<entity>.py``."""
    reads = _reads(entity)
    streaming = columns.has_streaming_bronze(entity)
    if streaming and len(reads) > 1:
        template = "src/bronze/append_flows.py"
    else:
        template = "src/bronze/table.py"
    return render(
        template,
        table=names.bronze_table(entity),
        function=names.function_name(names.bronze_table(entity)),
        comment=_comment(entity),
        decorator="table" if streaming else "materialized_view",
        reads=reads,
    )


def _comment(entity: Entity) -> str:
    places = " and ".join(place(location) for location in entity.reads)
    renamed = [f"{new} is {old!r} there." for old, new in _renamed(entity).items()]
    return " ".join([f"Rows of {places} as they came.", *renamed, entity.comment]).strip()


def _reads(entity: Entity) -> list[Read]:
    streaming = columns.has_streaming_bronze(entity)
    return [
        Read(
            function=names.bronze_flow(entity, number),
            what=place(location),
            reader="spark.readStream" if columns.is_streamed(location) else "spark.read",
            calls=(*_load(location), *_renames(entity), _audit(entity, location)),
            once=streaming and not columns.is_streamed(location),
        )
        for number, location in enumerate(entity.reads, start=1)
    ]


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
        options |= {
            "cloudFiles.inferColumnTypes": "true",
            "cloudFiles.schemaEvolutionMode": "addNewColumns",
            "rescuedDataColumn": columns.RESCUED,
        }
    if files.schema_hints:
        options["cloudFiles.schemaHints"] = files.schema_hints
    if files.partition_columns:
        options["cloudFiles.partitionColumns"] = ",".join(files.partition_columns)
    return (Call("format", ("cloudFiles",)), *_options(options | files.options), _from(files))


def _files_once(files: FilesLocation) -> tuple[Call, ...]:
    options = {"inferSchema": "true"} if files.format is FileFormat.CSV else {}
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
    login = (_secret(topic),) if topic.secret_scope else ()
    return (
        Call("format", ("kafka",)),
        *_options(options | topic.options),
        *login,
        Call("load", ()),
        Call("selectExpr", (*_message(topic),)),
        Call("selectExpr", ("_value_read.*", "* EXCEPT (_value_read)")),
    )


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that is fetched where the code runs."""

    scope: str
    key: str

    def __repr__(self) -> str:
        return f"dbutils.secrets.get(scope={self.scope!r}, key={self.key!r})"


def _secret(topic: KafkaLocation) -> Call:
    return Call("option", ("kafka.sasl.jaas.config", Secret(topic.secret_scope, topic.secret_key)))


def _message(topic: KafkaLocation) -> tuple[str, ...]:
    schema = sql.string(topic.value_schema)
    value = (
        f"from_json(CAST(value AS STRING), {schema})"
        if topic.value_format is MessageFormat.JSON
        else f"from_avro(value, {schema}, map('mode', 'PERMISSIVE'))"
    )
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


def _renames(entity: Entity) -> tuple[Call, ...]:
    return tuple(Call("withColumnRenamed", pair) for pair in _renamed(entity).items())


def _renamed(entity: Entity) -> dict[str, str]:
    return {old: new for old, new in columns.bronze_names(entity).items() if old != new}


def _audit(entity: Entity, location: Location) -> Call:
    values = ["current_timestamp()", sql.string(place(location))]
    values += ["_metadata.file_path", "_metadata.file_modification_time"]
    audit = columns.audit_columns(entity)
    return Call(
        "selectExpr",
        ("*", *(f"{value} AS {name}" for value, name in zip(values, audit, strict=False))),
    )
