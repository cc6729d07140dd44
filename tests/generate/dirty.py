"""The landing zone's dirty files and topic, and tables that change, as one design."""

from __future__ import annotations

from medallion_core.model import (
    ChangeHandling,
    Design,
    Entity,
    EntityColumn,
    FileFormat,
    FileRead,
    FilesLocation,
    KafkaLocation,
    Location,
    Rule,
    RuleAction,
    Settings,
    TableLocation,
    TableName,
)

FOLDER = "/Volumes/main/landing/files/dirty"
SOURCE = "main.dirty_source"
TARGET = "main.dirty"


def _column(
    name: str, type_: str = "string", was: str = "string", source: str = "", trim: bool = False
) -> EntityColumn:
    return EntityColumn(name, source or name, was, type_, trim=trim)


def _quarantine(name: str, condition: str) -> Rule:
    return Rule(name, condition, RuleAction.QUARANTINE)


def _read(column: str) -> Rule:
    return _quarantine(f"{column}_read", f"NOT map_contains_key(_uncast, '{column}')")


def _table(name: str, *, append_only: bool = True) -> TableLocation:
    return TableLocation(TableName.parse(f"{SOURCE}.{name}"), append_only=append_only)


def _csv(folder: str) -> Location:
    return FilesLocation(f"{FOLDER}/{folder}", FileFormat.CSV, options={"header": "true"})


ORDERS = Entity(
    "orders",
    (FilesLocation(f"{FOLDER}/orders", FileFormat.JSON, schema_hints="ordered_at STRING"),),
    (
        _column("order_id", "bigint", "bigint"),
        _column("sku"),
        _column("quantity", "bigint", "bigint"),
        _column("amount", "decimal(10,2)"),
        _column("ordered_at", "timestamp"),
        EntityColumn(
            "bought_by", "customer", "bigint", "bigint", comment="Who bought.", path=("id",)
        ),
    ),
    rules=(
        _quarantine("order_id_present", "order_id IS NOT NULL -- it's the key"),
        _read("amount"),
        Rule(
            "not_in_the_future",
            "ordered_at < /* sooner */ TIMESTAMP'2100-01-01' -- (",
            RuleAction.DROP,
        ),
        Rule("quantity_small", "quantity < 5 -- few", RuleAction.WARN),
    ),
)
CUSTOMERS = Entity(
    "customers",
    (
        FilesLocation(
            f"{FOLDER}/customers",
            FileFormat.CSV,
            options={"header": "true", "sep": ";", "encoding": "ISO-8859-1"},
            mixed_encodings=True,
        ),
    ),
    (
        _column("customer_id", "bigint"),
        _column("name", trim=True),
        _column("email"),
        _column("birthday", "date"),
    ),
    key=("customer_id",),
    change=ChangeHandling.LATEST,
    rules=(
        _quarantine("customer_id_present", "customer_id IS NOT NULL"),
        _quarantine("email_has_form", "email RLIKE '^[^@ ]+@[^@ ]+$'"),
        _read("birthday"),
    ),
)
PRODUCTS = Entity(
    "products",
    (FilesLocation(f"{FOLDER}/products", FileFormat.PARQUET, read=FileRead.ONCE),),
    (
        _column("sku"),
        _column("product_name", source="product name"),
        _column("unit_price", "decimal(10,2)", "double"),
    ),
    key=("sku",),
    change=ChangeHandling.SNAPSHOT,
    rules=(
        _quarantine("name_present", "product_name IS NOT NULL -- ' )"),
        Rule("price_positive", "unit_price > 0", RuleAction.WARN),
    ),
)
STORES = Entity(
    "stores",
    (_csv("stores_north"), _csv("stores_south")),
    (_column("store_code"), _column("opened_on", "date")),
    rules=(_read("opened_on"),),
)
NOTES = Entity("notes", (FilesLocation(f"{FOLDER}/notes", FileFormat.TEXT),), (_column("value"),))
PAYMENTS = Entity(
    "payments",
    (
        KafkaLocation(
            "localhost:9092",
            ("payments",),
            value_schema="payment_id STRING, order_id BIGINT, paid DOUBLE",
        ),
    ),
    (
        _column("payment_id"),
        _column("order_id", "bigint", "bigint"),
        _column("paid", "decimal(10,2)", "double"),
    ),
    rules=(
        _quarantine("payment_id_present", "payment_id IS NOT NULL"),
        _quarantine("order_id_present", "order_id IS NOT NULL"),
    ),
)


def _changes(name: str, change: ChangeHandling) -> Entity:
    return Entity(
        name,
        (_table("changes"),),
        (
            _column("id", "int", "int"),
            _column("value"),
            _column("version", "int", "int"),
            _column("deleted", "boolean", "boolean"),
        ),
        key=("id",),
        change=change,
        sequence_by="version",
        delete_when="deleted -- by the source",
        rules=(Rule("valued", "value IS NOT NULL", RuleAction.QUARANTINE),),
    )


def _staff(name: str, change: ChangeHandling) -> Entity:
    return Entity(
        name,
        (_table("staff", append_only=False),),
        (_column("staff_id", "int", "int"), _column("team")),
        key=("staff_id",),
        change=change,
    )


def dirty() -> Design:
    """Every kind of source and of change handling, without a star."""
    return Design(
        settings=Settings("dirty", "main", "dirty"),
        entities=(
            ORDERS,
            CUSTOMERS,
            PRODUCTS,
            STORES,
            NOTES,
            PAYMENTS,
            _changes("newest", ChangeHandling.LATEST),
            _changes("versions", ChangeHandling.HISTORY),
            _staff("staff", ChangeHandling.SNAPSHOT),
            _staff("staff_history", ChangeHandling.SNAPSHOT_HISTORY),
        ),
    )
