"""Files and topics that cannot be read as the design says."""

from __future__ import annotations

from medallion_core.model import (
    Entity,
    EntityColumn,
    FileFormat,
    FileRead,
    FilesLocation,
    KafkaLocation,
    Location,
)
from tests.repair.faults import ASKS, HAND_OVER, SAFE, Fault

VOLUME = "/Volumes/main/landing/files"
JSON = (("a.json", b'{"id": 1, "qty": 5}\n{"id": 2, "qty": 7}\n'),)
BROKEN_JSON = (("a.json", b'{"id": 1, "qty": 5}\n{"id": 2, "qty": \n'),)
CSV = (("a.csv", b"id,qty\n1,5\n2,7\n"),)


def _entity(name: str, read: Location) -> Entity:
    columns = tuple(EntityColumn(c, c, "bigint", "bigint") for c in ("id", "qty"))
    return Entity(name, (read,), columns)


def _files(name: str, format_: FileFormat, read: FileRead, **options: str) -> Entity:
    return _entity(name, FilesLocation(f"{VOLUME}/{name}", format_, read=read, options=options))


def _fault(code: str, risk: str, entity: Entity, *files: tuple[str, bytes]) -> Fault:
    return Fault(entity.name, code, risk, (), entity, files=files)  # type: ignore[arg-type]


MENDABLE_FILES: tuple[Fault, ...] = (
    _fault(
        "RECORD_IS_MALFORMED",
        SAFE,
        _files("json_failfast", FileFormat.JSON, FileRead.ONCE, mode="FAILFAST"),
        *BROKEN_JSON,
    ),
    _fault(
        "ENCODING_IS_UNKNOWN",
        ASKS,
        _files("csv_encoding", FileFormat.CSV, FileRead.ONCE, header="true", encoding="klingon"),
        *CSV,
    ),
)

UNREADABLE: tuple[Fault, ...] = (
    _fault(
        "FOLDER_IS_EMPTY", HAND_OVER, _files("no_folder", FileFormat.JSON, FileRead.INCREMENTAL)
    ),
    _fault("FOLDER_IS_EMPTY", HAND_OVER, _files("no_folder_once", FileFormat.JSON, FileRead.ONCE)),
    _fault(
        "FILE_IS_UNREADABLE",
        HAND_OVER,
        _files("not_parquet", FileFormat.PARQUET, FileRead.ONCE),
        ("a.parquet", b"this is not parquet at all, however long it is"),
    ),
    _fault(
        "TOPIC_IS_MISSING",
        HAND_OVER,
        _entity("no_topic", KafkaLocation("broker:9092", ("nowhere",), value_schema="id BIGINT")),
    ),
    _fault(
        "SECRET_IS_MISSING",
        HAND_OVER,
        _entity(
            "no_secret",
            KafkaLocation(
                "broker:9092",
                ("orders",),
                value_schema="id BIGINT, qty BIGINT",
                secret_scope="kafka",
                user_key="user",
                password_key="password",
            ),
        ),
    ),
)
