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
    Finding,
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
    return [each.detail for each in found(wanted) if each.level is Level.ERROR]


def found(location: FilesLocation | KafkaLocation) -> list[Finding]:
    columns = (EntityColumn("id", "id", "bigint", "bigint"),)
    entity = Entity("orders", (location,), columns, key=("id",))
    return check_design(Design(Settings("shop", "main", "gold"), (entity,)))


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


@pytest.mark.parametrize(
    ("location", "option", "value"),
    [
        (LOADED, "mode", "DropMalformed"),
        (ONCE, "ignoreCorruptFiles", "TRUE"),
        (PARQUET, "IgnoreMissingFiles", "true"),
        (TOPIC, "failOnDataLoss", " false"),
    ],
)
def test_an_option_that_loses_rows_is_told(
    location: FilesLocation | KafkaLocation, option: str, value: str
) -> None:
    told = [each.detail for each in found(replace(location, options={option: value}))]
    assert any(f"The option {option} leaves rows" in detail for detail in told)
    kept = {option: {"mode": "PERMISSIVE", "failOnDataLoss": "true"}.get(option, "false")}
    assert not any("leaves rows" in f.detail for f in found(replace(location, options=kept)))


@pytest.mark.parametrize("read", FileRead)
@pytest.mark.parametrize("form", FileFormat)
def test_what_the_code_itself_tells_a_reader_may_be_typed(form: FileFormat, read: FileRead) -> None:
    for texts in {False, form in (FileFormat.CSV, FileFormat.JSON)}:
        location = replace(LOADED, format=form, read=read, texts=texts, partition_columns=("day",))
        kind = kind_of(replace(location, schema_hints="day STRING"))
        written = {call.arguments[0] for call in kind.calls if call.method == "option"}
        assert written - {"cloudFiles.format"} <= set(kind.known_options)
