"""The table that accounts for every row, on Spark: what is lost, moved, doubled or let go is told
apart, key by key, and what is lost or doubled fails the verdict. One update judges all cases."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from local_workspace.testing.pipelines import Pipeline
from medallion_core.generate import generate_bundle
from medallion_core.generate.proofs import proof_queries
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
from medallion_core.run import verdict
from medallion_core.workspace import connect
from tests.conftest import RunningWorkspace

ROW_BALANCE = "src/gold/row_balance.py"
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


def _newest(columns: Mapping[str, str], *key: str, **how: Any) -> Entity:
    return _entity(columns, *key, change=ChangeHandling.LATEST, **how)


def _dropping(condition: str, entity: Entity) -> Entity:
    return replace(entity, rules=(Rule("kept", condition, RuleAction.DROP),))


NEWEST = _newest(CHANGES, "id", sequence_by="version")
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
    "a deletion that breaks a rule": Case(
        replace(DELETING, rules=(Rule("kept", PRESENT, RuleAction.QUARANTINE),)),
        f"{A}, (1, NULL, 2, true)",
        "",
        {"deleted": 2},
    ),
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
        _newest(STAYS, *STAYS),
        "(1, 2, 3), (1, 2, 4)",
        "(1, 2, 3), (1, 2, 3)",
        {"lost": 1, "surplus": 1},
        columns=STAYS,
    ),
    "keys like all of them": Case(
        _newest(dict.fromkeys(HELPERS, "int"), *HELPERS),
        str(tuple(range(len(HELPERS)))),
        str(tuple(range(len(HELPERS)))),
        {},
        columns=dict.fromkeys(HELPERS, "int"),
    ),
}


@dataclass(frozen=True)
class Judged:
    """What became of the rows of each case, and what the verdict says of all of them."""

    counts: dict[str, dict[str, int]]
    detail: list[str]
    empty: int


@pytest.fixture(scope="module")
def judged(workspace: RunningWorkspace) -> Judged:
    entities = tuple(replace(case.entity, name=_name(name)) for name, case in CASES.items())
    pipeline = Pipeline(workspace, "".join(_views()), publishing="target")
    design = Design(Settings("lost", "main", pipeline.name), entities)
    pipeline.write(generate_bundle(design)[ROW_BALANCE], "row_balance.py", header="")
    update_id = pipeline.start()
    update = pipeline.wait(update_id)
    assert (update.errors, update.state) == ("", "COMPLETED")
    ws = connect()
    found = ws.query(f"SELECT * FROM main.{pipeline.name}.row_balance").to_pylist()
    uncounted = replace(design, entities=(*entities, replace(APPENDED, name="uncounted")))
    said = verdict(ws, uncounted, pipeline.pipeline_id, update_id).criteria[-1]
    [(_, query)] = proof_queries(design, _rows)
    by_job = ws.query(query).to_pylist()
    ws.close()
    assert not said.met
    judged = {row.pop("entity"): row for row in found}
    assert {row.pop("entity"): row for row in by_job} == judged, "the job's SQL counts the same"
    _, empty = update.quality["row_balance", "no_source_is_empty"]
    return Judged(judged, said.detail.split("; "), empty)


@pytest.mark.parametrize("name", CASES)
def test_what_became_of_every_row(name: str, judged: Judged) -> None:
    case = CASES[name]
    places = {"bronze": case.bronze.count("("), "silver": case.silver.count("(")}
    wanted = {f"{count}_rows": number for count, number in (places | case.counts).items() if number}
    found = judged.counts[_name(name)]
    assert {count: number for count, number in found.items() if number} == wanted


def test_what_is_lost_or_doubled_or_not_counted_fails_the_verdict(judged: Judged) -> None:
    assert sorted(judged.detail) == sorted([*_said(), "silver_uncounted, rows: not counted"])


def test_a_source_without_a_row_is_warned_of(judged: Judged) -> None:
    assert judged.empty == sum(not case.bronze for case in CASES.values()) == 1


def _said() -> Iterator[str]:
    for name, case in CASES.items():
        said = [
            f"{case.counts[count]} {word}"
            for count, word in (("lost", "missing"), ("surplus", "too many"))
            if case.counts.get(count)
        ]
        if said:
            yield f"silver_{_name(name)}, rows: {' and '.join(said)}"


def _name(case: str) -> str:
    return re.sub(r"\W+", "_", case)


def _views() -> Iterator[str]:
    """The code of the tables that are counted, as views."""
    for name, case in CASES.items():
        for place in ("bronze", "silver", "quarantine"):
            yield VIEW.format(
                name=f"{place}_{_name(name)}", query=_query(getattr(case, place), case.columns)
            )


def _rows(table: str) -> str:
    place, _, name = table.partition("_")
    case = next(case for called, case in CASES.items() if _name(called) == name)
    return f"({_query(getattr(case, place), case.columns)})"


VIEW = """
@dp.temporary_view(name="{name}")
def {name}():
    return spark.sql("{query}")
"""


def _query(values: str, columns: Mapping[str, str]) -> str:
    nothing = f"({', '.join('NULL' for _ in columns)})"
    typed = ", ".join(f"CAST({name} AS {type_}) AS {name}" for name, type_ in columns.items())
    kept = "true" if values else "false"
    return (
        f"SELECT {typed}, TIMESTAMP'2024-01-01' AS _ingested_at "
        f"FROM VALUES {values or nothing} AS t({', '.join(columns)}) WHERE {kept}"
    )
