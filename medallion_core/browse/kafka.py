"""Kafka topics as sources: their columns follow from the schema of their messages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from medallion_core.errors import MedallionError
from medallion_core.model import Column, KafkaLocation, MessageFormat, Source
from medallion_core.text import sql
from medallion_core.text.identifiers import quote_identifier, quote_literal
from medallion_core.text.types import ddl_columns, decimal
from medallion_core.workspace import Workspace

_AVRO_TYPES = {
    "string": "string",
    "enum": "string",
    "bytes": "binary",
    "fixed": "binary",
    "int": "int",
    "long": "bigint",
    "float": "float",
    "double": "double",
    "boolean": "boolean",
    "date": "date",
    "uuid": "string",
    "timestamp-millis": "timestamp",
    "timestamp-micros": "timestamp",
    "local-timestamp-millis": "timestamp_ntz",
    "local-timestamp-micros": "timestamp_ntz",
}


def kafka_source(location: KafkaLocation) -> Source:
    """A topic with the columns that its value schema declares. Reads nothing.

    Raises MedallionError SCHEMA_INVALID for a schema that declares none.
    """
    if location.value_format is MessageFormat.AVRO:
        return Source(location, tuple(_avro_columns(location.value_schema)))
    declared = ddl_columns(location.value_schema)
    return Source(location, tuple(Column(field.name, field.type) for field in declared))


def sample_messages(text: str) -> list[str]:
    """The JSON objects in pasted text: one a line, in an array, or one after the other.

    Raises MedallionError SCHEMA_INVALID where there is something else among them, or nothing.

    >>> sample_messages('{"a": 1}\\n[{"a": 2}, {"a": 3}]')
    ['{"a": 1}', '{"a": 2}', '{"a": 3}']
    """
    decoder, found, rest = json.JSONDecoder(), list[Any](), text.strip()
    while rest:
        try:
            value, end = decoder.raw_decode(rest)
        except ValueError as error:
            raise _no_json(rest, error) from error
        found += value if isinstance(value, list) else [value]
        rest = rest[end:].lstrip(", \t\r\n")
    if not found or not all(isinstance(value, dict) for value in found):
        raise _invalid("The messages are not JSON objects.")
    return [json.dumps(value, ensure_ascii=False) for value in found]


def infer_value_schema(ws: Workspace, messages: Sequence[str]) -> str:
    """The schema of JSON messages as a DDL string: ``id BIGINT, paid BOOLEAN``.

    Raises MedallionError SCHEMA_INVALID where a message is not a JSON object.
    """
    for message in messages:
        _object(message)
    array = quote_literal(f"[{', '.join(messages)}]")
    [row] = ws.query(f"SELECT schema_of_json({array}) AS found").to_pylist()
    struct = row["found"].removeprefix("ARRAY<").removesuffix(">")
    columns = ddl_columns(struct)
    return ", ".join(f"{quote_identifier(column.name)} {column.type}" for column in columns)


def _avro_columns(schema: str) -> list[Column]:
    record = _object(schema)
    fields = record.get("fields")
    if record.get("type") != "record" or not isinstance(fields, list):
        raise _invalid("The Avro schema is not a record.")
    return [Column(field["name"], _avro_type(field["type"])) for field in fields]


def _avro_type(declared: Any) -> str:
    """Follows Spark's mapping of Avro types; what it has no name for is a string."""
    if isinstance(declared, list):
        return _avro_type(next((kind for kind in declared if kind != "null"), "string"))
    if not isinstance(declared, dict):
        return _AVRO_TYPES.get(declared, "string")
    match declared.get("logicalType", declared.get("type")):
        case "decimal":
            return decimal(declared["precision"], declared.get("scale", 0))
        case "array":
            return f"array<{_avro_type(declared['items'])}>"
        case "map":
            return f"map<string,{_avro_type(declared['values'])}>"
        case "record":
            fields = (
                f"{sql.name(field['name'])}:{_avro_type(field['type'])}"
                for field in declared["fields"]
            )
            return f"struct<{','.join(fields)}>"
        case kind if kind in _AVRO_TYPES:
            return _AVRO_TYPES[kind]
    return _avro_type(declared.get("type"))


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise _no_json(text, error) from error
    if not isinstance(value, dict):
        raise _invalid(f"{text[:60]!r} is not a JSON object.")
    return value


def _no_json(text: str, error: ValueError) -> MedallionError:
    return _invalid(f"{text[:60]!r} is not JSON: {error}.")


def _invalid(problem: str) -> MedallionError:
    return MedallionError(
        "SCHEMA_INVALID",
        problem,
        "Write columns as NAME TYPE: order_id BIGINT, amount DECIMAL(12,2); Avro as its record.",
    )
