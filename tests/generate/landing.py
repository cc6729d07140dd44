"""Every kind of source and of change that silver knows, in one design."""

from __future__ import annotations

from medallion_core.model import (
    AppliedFix,
    ChangeHandling,
    Ci,
    Design,
    Entity,
    EntityColumn,
    FileFormat,
    FileRead,
    FilesLocation,
    KafkaLocation,
    KafkaMechanism,
    Location,
    MessageFormat,
    Privacy,
    PrivacyDecision,
    Publishing,
    Rule,
    RuleAction,
    Settings,
    TableLocation,
    TableName,
)

VOLUME = "/Volumes/main/landing/files"


def _entity(
    name: str,
    *reads: Location,
    columns: tuple[EntityColumn, ...],
    key: tuple[str, ...] = (),
    change: ChangeHandling = ChangeHandling.APPEND,
    sequence_by: str = "",
    delete_when: str = "",
    rules: tuple[Rule, ...] = (),
) -> Entity:
    return Entity(
        name, reads, columns, key=key, change=change, sequence_by=sequence_by,
        delete_when=delete_when, rules=rules,
    )  # fmt: skip


def _text(name: str, type_: str = "string", **said: object) -> EntityColumn:
    return EntityColumn(name, name, "string", type_, **said)  # type: ignore[arg-type]


_EVENTS = _entity(
    "events",
    FilesLocation(
        f"{VOLUME}/events",
        FileFormat.JSON,
        schema_hints="amount STRING",
        partition_columns=("day",),
    ),
    columns=(
        _text("event_id", trim=True),
        EntityColumn("amount", "Amount (EUR)", "string", "decimal(10,2)", comment="In euro"),
        _text("happened_at", "timestamp", source_format="dd.MM.yyyy HH:mm", empty_to_null=True),
        EntityColumn("email", "email", "string", "string",
                     privacy=Privacy("email", PrivacyDecision.HASH)),
        EntityColumn("phone", "phone", "string", "string",
                     privacy=Privacy("phone", PrivacyDecision.DROP)),
    ),
    key=("event_id",),
    rules=(
        Rule("event_id_present", "event_id IS NOT NULL", RuleAction.QUARANTINE, "It is the key."),
        Rule("amount_read", "NOT map_contains_key(_uncast, 'amount')", RuleAction.QUARANTINE),
        Rule("amount_positive", "amount > 0", RuleAction.WARN, "All of 1,000 rows were."),
        Rule("not_a_test", "email IS NOT NULL", RuleAction.DROP),
        Rule("not_in_the_future", "happened_at < '2100-01-01'", RuleAction.FAIL),
    ),
)  # fmt: skip

_ACCOUNTS = _entity(
    "accounts",
    TableLocation(TableName("main", "crm", "accounts_emea")),
    TableLocation(TableName("main", "crm", "accounts_apac")),
    columns=(_text("account_id"), _text("status"), _text("deleted", "boolean")),
    key=("account_id",),
    change=ChangeHandling.LATEST,
    delete_when="deleted",
)

_PRICES = _entity(
    "prices",
    FilesLocation(
        f"{VOLUME}/prices",
        FileFormat.CSV,
        read=FileRead.ONCE,
        options={"header": "true", "sep": ";"},
    ),
    columns=(_text("sku"), _text("price", "decimal(10,2)"), _text("valid_on", "date")),
    key=("sku",),
    change=ChangeHandling.SNAPSHOT,
    sequence_by="valid_on",
)

_STAFF = _entity(
    "staff",
    TableLocation(TableName("main", "hr", "staff"), append_only=False),
    columns=(EntityColumn("staff_id", "staff_id", "int", "bigint"), _text("team")),
    key=("staff_id",),
    change=ChangeHandling.SNAPSHOT_HISTORY,
)

_CLICKS = _entity(
    "clicks",
    KafkaLocation(
        "broker:9092",
        ("clicks", "taps"),
        value_schema="click_id BIGINT, page STRING",
        secret_scope="kafka",
        user_key="user",
        password_key="password",
        mechanism=KafkaMechanism.SCRAM_512,
        options={"kafka.security.protocol": "SASL_SSL"},
    ),
    columns=(EntityColumn("click_id", "click_id", "bigint", "bigint"), _text("page")),
)

_READINGS = _entity(
    "readings",
    FilesLocation(f"{VOLUME}/readings", FileFormat.AVRO),
    columns=(EntityColumn("sensor", "sensor", "bigint", "bigint"), _text("value", "double")),
)

_NOTES = _entity(
    "notes", FilesLocation(f"{VOLUME}/notes", FileFormat.TEXT), columns=(_text("value"),)
)

_TAPS = _entity(
    "taps",
    KafkaLocation(
        "broker:9092",
        pattern="taps-.*",
        starting_offsets="latest",
        value_format=MessageFormat.AVRO,
        value_schema='{"type": "record", "name": "t", "fields": [{"name": "id", "type": "long"}]}',
    ),
    columns=(EntityColumn("id", "id", "bigint", "bigint"),),
)

_DEVICES = _entity(
    "devices",
    TableLocation(TableName("main", "iot", "devices")),
    columns=(
        EntityColumn("device_id", "device_id", "bigint", "bigint"),
        EntityColumn("firmware", "firmware", "string", "string"),
    ),
    key=("device_id",),
    change=ChangeHandling.HISTORY,
)


def landing() -> Design:
    """Auto Loader, read once, Kafka, two tables into one, and all change handling but SNAPSHOT
    over streams; no star."""
    return Design(
        settings=Settings(
            "landing",
            "main",
            "landing_silver",
            sql_warehouse="Shared",
            publishing=Publishing.SCHEMA,
            ci=Ci.AZURE,
            schedule="0 0 6 * * ?",
            notify=("ada@example.com",),
        ),
        entities=(_EVENTS, _ACCOUNTS, _PRICES, _STAFF, _CLICKS, _READINGS, _NOTES, _TAPS, _DEVICES),
        fixes=(
            AppliedFix(
                failure="CAST_INVALID_INPUT",
                subject="silver_events.amount",
                change="try_cast and a rule",
                reason="'n/a' is no number",
                applied_at="2026-11-22T12:00:00Z",
                consent="applied by itself: safe",
            ),
        ),
    )
