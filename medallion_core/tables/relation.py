"""A location as it stands after FROM in SQL."""

from __future__ import annotations

from medallion_core.errors import MedallionError
from medallion_core.model import FileFormat, FilesLocation, KafkaLocation, Location, TableLocation
from medallion_core.text.identifiers import quote_identifier, quote_literal, quote_name


def relation(location: Location) -> str:
    """A quoted table name, or ``read_files(…)``.

    Raises MedallionError NOT_READABLE for a topic: nothing is read from it outside the pipeline.
    """
    match location:
        case TableLocation(table=table):
            return quote_name(table.catalog, table.schema, table.table)
        case FilesLocation():
            return _files(location)
        case KafkaLocation():
            raise MedallionError(
                "NOT_READABLE",
                "Nothing is read from a Kafka topic outside of the pipeline.",
                "Paste some messages to derive their schema from.",
            )


def _files(location: FilesLocation) -> str:
    """With the options that the pipeline will read with."""
    options = {"format": location.format.value} | location.options
    if location.texts and location.format is FileFormat.CSV:
        options["inferColumnTypes"] = "false"
    if location.texts and location.format is FileFormat.JSON:
        options["primitivesAsString"] = "true"
    if location.schema_hints:
        options["schemaHints"] = location.schema_hints
    written = "".join(
        f", {quote_identifier(name)} => {quote_literal(value)}" for name, value in options.items()
    )
    return f"read_files({quote_literal(location.path)}{written})"
