"""The table that accounts for every row, on Spark: what is lost, moved, doubled or let go is told
apart, key by key. Its generated code runs over rows that are made here."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from pyspark.sql.connect.session import SparkSession

from local_workspace.spark import SparkServer
from medallion_core.generate.balance import balance_file
from medallion_core.model import (
    ChangeHandling,
    Design,
    Entity,
    EntityColumn,
    Rule,
    RuleAction,
    Settings,
    TableLocation,
    TableName,
)

CHANGES = {"id": "int", "value": "string", "version": "int", "deleted": "boolean"}
STAYS = {"room_id": "int", "starts": "int", "ends": "int"}
HELPERS = (
    *("bronze", "silver", "quarantined", "broken", "missing", "dropped", "rest", "merged"),
    *("deleted", "lost", "surplus", "merges", "is_deleted", "key", "last_word", "ends", "entity"),
)


def _entity(columns: Mapping[str, str], *key: str, **how: Any) -> Entity:
    return Entity(
        "things",
        (TableLocation(TableName.parse("main.lost.things"), append_only=True),),
        tuple(EntityColumn(name, name, type_, type_) for name, type_ in columns.items()),
        key=key,
        **how,
    )


def _dropping(condition: str, entity: Entity) -> Entity:
    return replace(entity, rules=(Rule("kept", condition, RuleAction.DROP),))


NEWEST = _entity(CHANGES, "id", change=ChangeHandling.LATEST, sequence_by="version")
DELETING = replace(NEWEST, delete_when="deleted")
APPENDED = _entity(CHANGES)


@dataclass(frozen=True)
class Case:
    """Rows of each place as SQL, and the counts that are not 0."""

    entity: Entity
    bronze: str
    silver: str
    counts: dict[str, int]
    quarantine: str = ""
    columns: Mapping[str, str] = field(default_factory=lambda: CHANGES)


A, B = "(1, 'a', 1, false)", "(2, 'b', 1, false)"
BROKEN = "(3, NULL, 1, false)"
PRESENT = "value IS NOT NULL"

CASES = {
    "all there": Case(NEWEST, f"{A}, {B}", f"{A}, {B}", {}),
    "an older version": Case(
        NEWEST, f"{A}, (1, 'c', 2, false)", "(1, 'c', 2, false)", {"merged": 1}
    ),
    "a keyed row lost": Case(NEWEST, f"{A}, {B}", A, {"lost": 1}),
    "moved to another key": Case(
        NEWEST, f"{A}, {B}", f"{A}, (9, 'b', 1, false)", {"lost": 1, "surplus": 1}
    ),
    "one doubled beside one lost": Case(
        NEWEST, f"{A}, {B}", f"{A}, {A}", {"lost": 1, "surplus": 1}
    ),
    "deleted": Case(DELETING, f"{A}, (1, NULL, 2, true)", "", {"deleted": 2}),
    "a deletion that came late": Case(
        DELETING,
        f"(1, NULL, 2, true), {A}, (1, 'c', 3, false)",
        "(1, 'c', 3, false)",
        {"merged": 2},
    ),
    "a re-insert lost after a delete": Case(
        DELETING, f"{A}, (1, NULL, 2, true), (1, 'c', 3, false)", "", {"lost": 3}
    ),
    "a deletion after a row in quarantine": Case(
        replace(DELETING, rules=(Rule("kept", "value <> 'bad'", RuleAction.QUARANTINE),)),
        "(1, 'x', 1, true), (1, 'bad', 2, false)",
        "",
        {"quarantined": 1, "deleted": 1},
        quarantine="(1, 'bad', 2, false)",
    ),
    "dropped": Case(_dropping(PRESENT, APPENDED), f"{A}, {BROKEN}", A, {"dropped": 1}),
    "one dropped beside one lost": Case(
        _dropping(PRESENT, APPENDED), f"{A}, {B}, {BROKEN}", A, {"dropped": 1, "lost": 1}
    ),
    "one dropped beside one doubled": Case(
        _dropping(PRESENT, APPENDED), f"{A}, {BROKEN}", f"{A}, {A}", {"dropped": 1, "surplus": 1}
    ),
    "a rule that came later": Case(
        _dropping(PRESENT, APPENDED), f"{A}, {BROKEN}", f"{A}, {BROKEN}", {}
    ),
    "a rule that came later, beside one lost": Case(
        _dropping(PRESENT, APPENDED), f"{A}, {BROKEN}", BROKEN, {"lost": 1}
    ),
    "a rule that came later, over keys": Case(
        _dropping(PRESENT, NEWEST), f"{A}, {BROKEN}", f"{A}, {BROKEN}", {}
    ),
    "dropped in its time": Case(
        _dropping("version < year(current_date())", APPENDED), f"{A}, {B}", A, {"dropped": 1}
    ),
    "let go in its time": Case(
        _dropping("version > year(current_date())", APPENDED), f"{A}, {B}", f"{A}, {B}", {}
    ),
    "by the time, over keys": Case(
        _dropping("version < year(current_date())", DELETING),
        f"{A}, (1, 'c', 2, false), {B}, (2, NULL, 2, true), (3, 'd', 1, false)",
        "(1, 'c', 2, false)",
        {"merged": 1, "deleted": 2, "dropped": 1},
    ),
    "by the time, doubled": Case(
        _dropping("version < year(current_date())", NEWEST), A, f"{A}, {A}", {"surplus": 1}
    ),
    "nothing at all": Case(APPENDED, "", "", {}),
    "keys like the helper columns": Case(
        _entity(STAYS, *STAYS),
        "(1, 2, 3), (1, 2, 4)",
        "(1, 2, 3), (1, 2, 3)",
        {"lost": 1, "surplus": 1},
        columns=STAYS,
    ),
    "keys like all of them": Case(
        _entity(dict.fromkeys(HELPERS, "int"), *HELPERS),
        str(tuple(range(len(HELPERS)))),
        str(tuple(range(len(HELPERS)))),
        {},
        columns=dict.fromkeys(HELPERS, "int"),
    ),
}


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    server = SparkServer(tmp_path_factory.mktemp("spark"))
    server.start()
    server.wait()
    yield server.session()
    server.stop()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_became_of_every_row(case: Case, spark: SparkSession) -> None:
    for place in ("bronze", "silver", "quarantine"):
        values = getattr(case, place)
        _rows(spark, values, case.columns).createOrReplaceTempView(f"{place}_things")
    [found] = _row_balance(spark, case.entity)
    assert found.pop("entity") == "things"
    places = {"bronze_rows": case.bronze.count("("), "silver_rows": case.silver.count("(")}
    counts = {f"{name}_rows": number for name, number in case.counts.items()}
    assert {name: number for name, number in found.items() if number} == {
        name: number for name, number in (places | counts).items() if number
    }


def _rows(spark: SparkSession, values: str, columns: Mapping[str, str]) -> Any:
    nothing = f"({', '.join('NULL' for _ in columns)})"
    typed = ", ".join(f"CAST({name} AS {type_}) AS {name}" for name, type_ in columns.items())
    kept = "true" if values else "false"
    return spark.sql(
        f"SELECT {typed}, TIMESTAMP'2024-01-01' AS _ingested_at "
        f"FROM VALUES {values or nothing} AS t({', '.join(columns)}) WHERE {kept}"
    )


def _row_balance(spark: SparkSession, entity: Entity) -> list[dict[str, Any]]:
    """What the generated function returns, called without a pipeline around it."""
    module = ast.parse(balance_file(Design(Settings("lost", "main", "lost"), (entity,))))
    module.body = [part for part in module.body if not _is_of_pipelines(part)]
    for part in module.body:
        if isinstance(part, ast.FunctionDef):
            part.decorator_list = []
    names: dict[str, Any] = {"spark": spark}
    exec(compile(module, "row_balance.py", "exec"), names)
    return [row.asDict() for row in names["row_balance"]().collect()]


def _is_of_pipelines(part: ast.stmt) -> bool:
    return isinstance(part, ast.ImportFrom) and part.module == "pyspark"
