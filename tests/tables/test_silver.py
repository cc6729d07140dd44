"""How a column's text becomes its type, as SQL, and how rows of one key are ordered."""

from __future__ import annotations

import pytest

from medallion_core.model import (
    ChangeHandling,
    Entity,
    EntityColumn,
    FileFormat,
    FileRead,
    FilesLocation,
    Location,
    TableLocation,
    TableName,
)
from medallion_core.tables.newest import newest_first as newest_rows
from medallion_core.tables.silver import newest_first, row_hash, typed_columns, version_start

READ = (TableLocation(TableName("main", "s", "t")),)
LAST = 253_402_300_799


@pytest.mark.parametrize(
    ("type_", "source_format", "said"),
    [
        ("decimal(9,2)", "#.##0,00", "replace("),
        ("bigint", "dd.MM.yyyy", "try_cast(a AS BIGINT)"),
        ("timestamp", "epoch seconds", f"BETWEEN 0 AND {LAST}, timestamp_seconds("),
        ("timestamp", "epoch milliseconds", f"BETWEEN 0 AND {LAST}999, timestamp_millis("),
        ("timestamp", "epoch microseconds", f"BETWEEN 0 AND {LAST}999999, timestamp_micros("),
        ("date", "epoch seconds", "timestamp_seconds(try_cast(a AS BIGINT)), NULL) AS DATE)"),
    ],
)
def test_a_text_is_read_as_its_format_says(type_: str, source_format: str, said: str) -> None:
    column = EntityColumn("a", "a", "string", type_, source_format=source_format)
    made = typed_columns(Entity("t", READ, (column,)), {"a": "a"})["a"]
    assert said in made


STREAM = TableLocation(TableName("main", "s", "t"), append_only=True)
IN_FULL = TableLocation(TableName("main", "s", "t"), append_only=False)
FILES = FilesLocation("/Volumes/main/s/v/t", FileFormat.CSV)
ALL_FILES = FilesLocation("/Volumes/main/s/v/t", FileFormat.CSV, read=FileRead.ONCE)
WRITTEN, INGESTED, HASH = "_source_file_modified_at", "_ingested_at", "_row_hash"
LATEST, HISTORY, SNAPSHOT = (
    ChangeHandling.LATEST,
    ChangeHandling.HISTORY,
    ChangeHandling.SNAPSHOT,
)


def changing(read: Location, change: ChangeHandling, order: str = "") -> Entity:
    columns = (EntityColumn("id", "id", "int", "int"), EntityColumn("day", "day", "date", "date"))
    return Entity("t", (read,), columns, key=("id",), change=change, sequence_by=order)


@pytest.mark.parametrize(
    ("read", "change", "order", "told"),
    [
        (STREAM, LATEST, "", (INGESTED, HASH)),
        (STREAM, LATEST, "day", ("day", INGESTED, HASH)),
        (STREAM, SNAPSHOT, "day", ("day", INGESTED, HASH)),
        (STREAM, HISTORY, "", (INGESTED, HASH)),
        (STREAM, HISTORY, "day", ("day",)),
        (IN_FULL, SNAPSHOT, "day", ("day", HASH)),
        (FILES, LATEST, "", (WRITTEN, INGESTED, HASH)),
        (FILES, LATEST, "day", ("day", WRITTEN, INGESTED, HASH)),
        (FILES, HISTORY, "", (WRITTEN, INGESTED, HASH)),
        (ALL_FILES, SNAPSHOT, "", (WRITTEN, HASH)),
    ],
)
def test_what_came_later_is_newer(
    read: Location, change: ChangeHandling, order: str, told: tuple[str, ...]
) -> None:
    """Two files of one key in one update, or the same day written twice, are no matter of luck."""
    assert newest_first(changing(read, change, order)) == told


def test_gold_takes_the_row_that_came_last() -> None:
    """Where silver keeps every row."""
    every = changing(FILES, ChangeHandling.APPEND, "day")
    assert newest_rows(every) == ("day", WRITTEN, INGESTED, "struct(*)")


def test_versions_of_files_begin_when_the_files_were_written() -> None:
    """They were ingested together when they are read again in full."""
    assert version_start(changing(FILES, HISTORY)) == f"__START_AT.{WRITTEN}"
    assert version_start(changing(STREAM, HISTORY)) == f"__START_AT.{INGESTED}"


def test_a_row_that_is_read_again_has_the_same_hash() -> None:
    assert row_hash(changing(IN_FULL, SNAPSHOT)) == (
        "xxhash64(to_json(struct(* EXCEPT (_ingested_at))))"
    )
