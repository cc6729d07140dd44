"""Kafka topics: a stream of messages, whose schema the location holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from medallion_core.errors import MedallionError
from medallion_core.model import (
    Column,
    KafkaLocation,
    KafkaMechanism,
    MessageFormat,
    Rule,
    RuleAction,
)
from medallion_core.tables.calls import Call, Code, Sql
from medallion_core.tables.sources.files import options_of
from medallion_core.tables.sources.kind import RESCUED, SourceKind
from medallion_core.text import sql

_STRUCT = re.compile(r"STRUCT\s*<(.*)>", re.IGNORECASE | re.DOTALL)
# Of what is no such record, from_avro gives all columns as NULL, not NULL itself.
_UNREAD_AVRO = "coalesce(to_json(_value_read, map('ignoreNullFields', 'true')), '{}') = '{}'"

_SHADED = "kafkashaded.org.apache.kafka.common.security"
_MODULES = {
    KafkaMechanism.PLAIN: f"{_SHADED}.plain.PlainLoginModule",
    KafkaMechanism.SCRAM_256: f"{_SHADED}.scram.ScramLoginModule",
    KafkaMechanism.SCRAM_512: f"{_SHADED}.scram.ScramLoginModule",
}


@dataclass(frozen=True, slots=True)
class KafkaKind(SourceKind):
    location: KafkaLocation

    above = "topic"
    is_streamed = True
    why_unread = "Nothing is read from a Kafka topic outside of the pipeline."
    rescues = True
    rescue_rule = Rule(
        "message_read",
        f"{RESCUED} IS NULL",
        RuleAction.QUARANTINE,
        "It has no value, or none that reads as these columns: its text is kept.",
    )
    # https://spark.apache.org/docs/latest/streaming/structured-streaming-kafka-integration.html
    added_columns = (
        Column("_key", "string"),
        Column("_value", "binary"),
        Column("_headers", "array<struct<key:string,value:binary>>"),
        Column("_topic", "string"),
        Column("_partition", "int"),
        Column("_offset", "bigint"),
        Column("_timestamp", "timestamp"),
    )

    # https://docs.databricks.com/aws/en/connect/streaming/kafka/options
    # Not subscribe and kafka.bootstrap.servers, which read from elsewhere; not logins, which come
    # from a secret scope; not a group of consumers, which others may be in; and of what is handed
    # on to the client only what cannot load a class or read a file.
    known_options = (
        *("startingOffsets", "startingOffsetsByTimestamp", "startingTimestamp"),
        *("startingOffsetsByTimestampStrategy", "endingOffsets", "endingOffsetsByTimestamp"),
        *("endingTimestamp", "failOnDataLoss", "includeHeaders", "groupIdPrefix"),
        *("maxOffsetsPerTrigger", "minOffsetsPerTrigger", "maxTriggerDelay"),
        *("minPartitions", "maxRecordsPerPartition", "kafkaConsumer.pollTimeoutMs"),
        *("fetchOffset.numRetries", "fetchOffset.retryIntervalMs"),
        *("kafka.security.protocol", "kafka.isolation.level", "kafka.max.poll.records"),
        *("kafka.fetch.min.bytes", "kafka.fetch.max.bytes", "kafka.fetch.max.wait.ms"),
        *("kafka.max.partition.fetch.bytes", "kafka.request.timeout.ms"),
        *("kafka.session.timeout.ms", "kafka.default.api.timeout.ms"),
        *("kafka.heartbeat.interval.ms", "kafka.max.poll.interval.ms", "kafka.retry.backoff.ms"),
        *("kafka.connections.max.idle.ms", "kafka.metadata.max.age.ms"),
    )
    losing_options = MappingProxyType({"failondataloss": "false"})

    @property
    def options(self) -> Mapping[str, str]:  # type: ignore[override]
        return self.location.options

    @property
    def location_name(self) -> str:
        return f"Kafka {', '.join(self.location.topics) or self.location.pattern}"

    @property
    def identity(self) -> tuple[object, ...]:
        topic = self.location
        return ("kafka", topic.servers, topic.topics, topic.pattern)

    @property
    def relation(self) -> str:
        hint = "Paste some messages to derive their schema from."
        raise MedallionError("NOT_READABLE", self.why_unread, hint)

    def granted_by_hand(self, principal: str) -> tuple[str, ...]:
        scope = self.location.secret_scope
        needs = f"The secret scope {scope} needs the permission READ for {principal}."
        return (needs,) if scope else ()

    @property
    def calls(self) -> tuple[Call, ...]:
        is_avro = self.location.value_format is MessageFormat.AVRO
        told = Sql(f"IF({_UNREAD_AVRO}, 'not read', NULL) AS {RESCUED}")
        unread = (told,) if is_avro else ()
        return (
            Call("format", ("kafka",)),
            *options_of(self._options() | self._secured() | self.location.options),
            *self._login(),
            Call("load", ()),
            Call("selectExpr", tuple(map(Sql, self._message()))),
            Call("selectExpr", ("_value_read.*", *unread, "* EXCEPT (_value_read)")),
        )

    def _options(self) -> dict[str, str]:
        topic = self.location
        subscribed = (
            {"subscribe": ",".join(topic.topics)}
            if topic.topics
            else {"subscribePattern": topic.pattern}
        )
        servers = {"kafka.bootstrap.servers": topic.servers}
        start = {"startingOffsets": topic.starting_offsets, "includeHeaders": "true"}
        return servers | subscribed | start

    def _secured(self) -> dict[str, str]:
        """How a login is sent; without one nothing is said."""
        topic = self.location
        protocol = {"kafka.security.protocol": topic.protocol.value}
        mechanism = {"kafka.sasl.mechanism": topic.mechanism.value}
        return protocol | mechanism if topic.secret_scope else {}

    def _login(self) -> tuple[Call, ...]:
        """User and password, which are fetched where the code runs.

        Databricks knows the login modules by their shaded names.
        https://docs.databricks.com/connect/streaming/kafka/authentication
        """
        topic = self.location
        if not topic.secret_scope:
            return ()
        module = repr(_MODULES[topic.mechanism])
        login = repr(' required username="{}" password="{}";')
        found = ", ".join(map(self._secret, (topic.user_key, topic.password_key)))
        text = f"({module} {login}).format({found})"
        return (Call("option", ("kafka.sasl.jaas.config", Code(text))),)

    def _secret(self, key: str) -> str:
        return f"dbutils.secrets.get(scope={self.location.secret_scope!r}, key={key!r})"

    def _message(self) -> tuple[str, ...]:
        return (
            f"{self._value()} AS _value_read",
            "CAST(key AS STRING) AS _key",
            "value AS _value",
            "headers AS _headers",
            "topic AS _topic",
            "partition AS _partition",
            "offset AS _offset",
            "timestamp AS _timestamp",
        )

    def _value(self) -> str:
        if self.location.value_format is MessageFormat.JSON:
            return _json_message(self.location.value_schema)
        return (
            f"from_avro(value, {sql.string(self.location.value_schema)}, map('mode', 'PERMISSIVE'))"
        )


def _json_message(schema: str) -> str:
    """SQL that reads a message; one that is not JSON, or not of these types, or has no value at
    all, is kept as text in the rescued data."""
    inner = _STRUCT.fullmatch(schema.strip())
    columns_read = inner[1] if inner else schema.strip()
    wanted = sql.string(f"{columns_read}, {RESCUED} STRING")
    text = "coalesce(CAST(value AS STRING), 'no value')"
    kept = f"map('columnNameOfCorruptRecord', {sql.string(RESCUED)})"
    return f"from_json({text}, {wanted}, {kept})"
