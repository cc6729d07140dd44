"""The query of each table of an entity: what becomes of rows of one key, and of broken rules."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from medallion_core.check.silver_queries import entity_query
from medallion_core.model import (
    ChangeHandling,
    EntityColumn,
    FileFormat,
    FilesLocation,
    Rule,
    RuleAction,
    TableLocation,
    TableName,
)
from tests.generate.designs import entity

TABLE = TableLocation(TableName("main", "s", "t"))
FILES = FilesLocation("/Volumes/main/s/t", FileFormat.CSV)
RULES = (
    Rule("a", "id > 0", RuleAction.WARN),
    Rule("b", "id > 1", RuleAction.QUARANTINE),
    Rule("c", "id > 2", RuleAction.DROP),
)
LATEST, APPEND = {"change": ChangeHandling.LATEST}, {"change": ChangeHandling.APPEND}
HISTORY = {"change": ChangeHandling.HISTORY, "sequence_by": "at"}
CAST = {"columns": (EntityColumn("id", "id", "string", "bigint"),)}
DELETED = {"delete_when": "id < 0"}


def query(of: dict[str, Any], dataset: str = "silver_t") -> str:
    made = replace(entity("t", {"id": "bigint", "at": "timestamp"}, ("id",)), **of)
    return entity_query(made, dataset, str, 5)


@pytest.mark.parametrize(
    ("of", "said"),
    [
        (APPEND, "SELECT * FROM (SELECT id, `at`, _ingested_at, _source FROM bronze_t) WHERE NOT"),
        (APPEND | {"rules": RULES}, "NOT (NOT coalesce((id > 1), false) OR NOT coalesce((id > 2)"),
        (LATEST, "struct(* EXCEPT (_ingested_at)))) AS _row_hash FROM (SELECT id"),
        (LATEST, "SELECT * EXCEPT (_rank, _row_hash) FROM"),
        (LATEST | CAST, " AS _uncast FROM bronze_t"),
        (LATEST | DELETED, "WHERE _rank = 1 AND NOT coalesce((id < 0), false)"),
        (HISTORY, "SELECT * EXCEPT (_gone, _state) FROM (SELECT *, `at` AS __START_AT, lead(`at`)"),
        (HISTORY, "coalesce(false, false) AS _gone, to_json(struct(id, `at`)) AS _state"),
        (HISTORY | {"then_by": ("id",)}, "SELECT *, struct(`at`, id) AS __START_AT, lead(struct("),
        (HISTORY | DELETED, "coalesce(id < 0, false) AS _gone"),
        (HISTORY | CAST | {"sequence_by": "id"}, "to_json(struct(id, _uncast)) AS _state"),
    ],
)
def test_what_becomes_of_the_rows_of_a_key(of: dict[str, Any], said: str) -> None:
    assert said in query(of)


@pytest.mark.parametrize(
    ("of", "end"),
    [
        (APPEND, "WHERE NOT (false)"),
        (LATEST, "WHERE _rank = 1"),
        (HISTORY, "WHERE NOT _gone"),
    ],
)
def test_nothing_else_is_kept_out(of: dict[str, Any], end: str) -> None:
    assert query(of).endswith(end)


def test_quarantine_has_the_rows_of_its_rules_and_tells_every_rule_that_they_break() -> None:
    made = query(APPEND | {"rules": RULES}, "quarantine_t")
    assert made.endswith("WHERE NOT coalesce((id > 1), false)")
    assert [made.count(f"'{name}', NULL)") for name in "abc"] == [1, 1, 1]


@pytest.mark.parametrize(
    ("reads", "rescued"),
    [
        ((TABLE,), []),
        ((FILES,), ["_rescued_data"]),
        ((FILES, TABLE), ["_rescued_data", "CAST(NULL AS STRING) AS _rescued_data"]),
    ],
)
def test_only_files_have_what_was_rescued(reads: tuple[Any, ...], rescued: list[str]) -> None:
    parts = query({"reads": reads}, "bronze_t").split(" UNION ALL ")
    found = [each for part in parts for each in part.split(", ") if "_rescued_data" in each]
    assert len(parts) == len(reads)
    assert found == rescued
