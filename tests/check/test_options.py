"""A source takes the reader options that only say how rows are read, and no other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from medallion_core.check import check_design
from medallion_core.model import (
    Design,
    Entity,
    EntityColumn,
    FileFormat,
    FileRead,
    FilesLocation,
    KafkaLocation,
    Level,
    Settings,
)
from medallion_core.tables.sources import kind_of

LOADED = FilesLocation("/Volumes/main/shop/drop", FileFormat.CSV)
ONCE = replace(LOADED, read=FileRead.ONCE)
JSON = replace(LOADED, format=FileFormat.JSON)
TEXT = replace(LOADED, format=FileFormat.TEXT)
PARQUET = replace(LOADED, format=FileFormat.PARQUET)
AVRO = replace(LOADED, format=FileFormat.AVRO)
TOPIC = KafkaLocation("a:9092", ("t",), value_schema="id BIGINT")


def refused(location: FilesLocation | KafkaLocation, options: Iterable[str]) -> list[str]:
    """What ``check_design`` says of a design with such options."""
    wanted = replace(location, options=dict.fromkeys(options, "x"))
    columns = (EntityColumn("id", "id", "bigint", "bigint"),)
    design = Design(
        Settings("shop", "main", "gold"), (Entity("orders", (wanted,), columns, key=("id",)),)
    )
    return [each.detail for each in check_design(design) if each.level is Level.ERROR]


MORE_THAN_READS = [
    (
        LOADED,
        (
            *(
                "cloudFiles.cleanSource",
                "CLOUDFILES.CLEANSOURCE",
                "badRecordsPath",
                "BADRECORDSPATH",
            ),
            *("cloudFiles.cleanSource.moveDestination", "cloudFiles.schemaLocation"),
            *("cloudFiles.queueUrl", "CloudFiles.QueueUrl", "cloudFiles.useNotifications"),
            *("cloudFiles.resourceTag", "cloudFiles.connectionString", "rowValidationXSDPath"),
            *("path", "paths", "format", "cloudFiles.format", "basePath", "primitivesAsString"),
            *("databricks.serviceCredential", "cloudFiles.clientSecret", " header", ""),
        ),
    ),
    (ONCE, ("badRecordsPath", "cloudFiles.cleanSource", "cloudFiles.maxFilesPerTrigger")),
    (AVRO, ("avroSchemaUrl", "header")),
    (
        TOPIC,
        (
            *("kafka.interceptor.classes", "KAFKA.Interceptor.Classes", "kafka.metric.reporters"),
            *("kafka.key.deserializer", "kafka.value.deserializer", "kafka.client.dns.lookup"),
            *("kafka.sasl.jaas.config", "kafka.sasl.mechanism", "kafka.ssl.truststore.location"),
            *(
                "kafka.sasl.login.callback.handler.class",
                "kafka.sasl.oauthbearer.token.endpoint.url",
            ),
            *(
                "Kafka.Bootstrap.Servers",
                "subscribe",
                "subscribePattern",
                "assign",
                "kafka.group.id",
            ),
            "databricks.serviceCredential",
        ),
    ),
]

READS = [
    (LOADED, ("header", "SEP", "cloudFiles.maxFilesPerTrigger", "CloudFiles.SchemaHints")),
    (ONCE, ("header", "delimiter", "quote", "escape", "encoding", "multiLine", "mode", "skipRows")),
    (JSON, ("multiLine", "primitivesAsString", "mode", "allowComments", "timestampFormat")),
    (TEXT, ("lineSep", "wholeText", "encoding", "pathGlobFilter")),
    (PARQUET, ("mergeSchema", "datetimeRebaseMode", "int96RebaseMode", "modifiedAfter")),
    (AVRO, ("avroSchema", "datetimeRebaseMode", "recursiveFileLookup", "rescuedDataColumn")),
    (
        TOPIC,
        (
            *("startingOffsets", "endingOffsets", "failondataloss", "maxOffsetsPerTrigger"),
            *(
                "minPartitions",
                "includeHeaders",
                "kafka.security.protocol",
                "kafka.fetch.max.bytes",
            ),
        ),
    ),
]


@pytest.mark.parametrize(
    ("location", "option"),
    [(location, option) for location, options in MORE_THAN_READS for option in options],
)
def test_what_does_more_than_to_read_is_an_error_by_its_name(
    location: FilesLocation | KafkaLocation, option: str
) -> None:
    [detail] = refused(location, [option])
    assert repr(option) in detail


@pytest.mark.parametrize(("location", "options"), READS)
def test_what_only_reads_is_taken(
    location: FilesLocation | KafkaLocation, options: tuple[str, ...]
) -> None:
    assert refused(location, options) == []


@pytest.mark.parametrize("read", FileRead)
@pytest.mark.parametrize("form", FileFormat)
def test_what_the_code_itself_tells_a_reader_may_be_typed(form: FileFormat, read: FileRead) -> None:
    for texts in {False, form in (FileFormat.CSV, FileFormat.JSON)}:
        location = replace(LOADED, format=form, read=read, texts=texts, partition_columns=("day",))
        kind = kind_of(replace(location, schema_hints="day STRING"))
        written = {call.arguments[0] for call in kind.calls if call.method == "option"}
        assert written - {"cloudFiles.format"} <= set(kind.known_options)
