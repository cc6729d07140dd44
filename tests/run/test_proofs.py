"""Proofs that the job makes: only those made after an update say anything of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pyarrow as pa
import pytest

from medallion_core.errors import MedallionError
from medallion_core.run.events import TableRun
from medallion_core.run.proofs import make_proofs, missing_proofs, proofs_left_out
from medallion_core.workspace import Workspace
from tests.generate.designs import proved_by_job, tpch

ENDED = datetime(2026, 1, 1, 12, tzinfo=UTC)
MADE, ALTERED = "CREATE OR REPLACE TABLE AS SELECT", "SET TBLPROPERTIES"


class Tables:
    """Answers with one history for every table."""

    def __init__(self, *history: tuple[str, timedelta], error: str = "") -> None:
        self.said: list[str] = []
        self._history = [{"operation": what, "timestamp": ENDED + at} for what, at in history]
        self._error = error

    def query(self, statement: str) -> Any:
        self.said.append(statement)
        if self._error:
            raise MedallionError(self._error, "It is not there.")
        return pa.Table.from_pylist(self._history)

    execute = query


def missing(tables: Tables, ended: datetime | None = ENDED) -> list[str]:
    found = missing_proofs(cast(Workspace, tables), proved_by_job(tpch()), ended)
    return [said.split(" ")[0].rstrip(":") for said in found]


SECOND = timedelta(seconds=1)
ALL = ["row_balance", "reconciliation", "key_check"]


@pytest.mark.parametrize(
    ("history", "wanted"),
    [
        ([(MADE, SECOND)], []),
        ([(MADE, -SECOND)], ALL),
        ([(MADE, -SECOND), (ALTERED, SECOND)], ALL),
        ([(MADE, SECOND), (MADE, -SECOND)], []),
        ([(ALTERED, SECOND)], ALL),
    ],
)
def test_a_proof_is_of_the_update_before_it(
    history: list[tuple[str, timedelta]], wanted: list[str]
) -> None:
    assert missing(Tables(*history)) == wanted


def test_what_is_not_there_or_of_no_time_proves_nothing() -> None:
    assert missing(Tables(error="TABLE_NOT_FOUND")) == ALL
    assert missing(Tables((MADE, SECOND)), ended=None) == ALL
    with pytest.raises(MedallionError, match="not there"):
        missing(Tables(error="UNAVAILABLE"))


def test_what_the_pipeline_proves_is_not_looked_for() -> None:
    assert list(missing_proofs(cast(Workspace, Tables(error="ANY")), tpch(), ENDED)) == []


def test_each_proof_is_made_in_the_designs_schema() -> None:
    tables = Tables()
    make_proofs(cast(Workspace, tables), proved_by_job(tpch()))
    for table, statement in zip(ALL, tables.said, strict=True):
        assert statement.startswith(f"CREATE OR REPLACE TABLE main.tpch_gold.{table}\n")
        assert "LIVE." not in statement


@pytest.mark.parametrize(
    ("states", "left_out"),
    [
        ({"row_balance": "COMPLETED", "reconciliation": "COMPLETED"}, []),
        ({"row_balance": "COMPLETED"}, ["reconciliation"]),
        ({"row_balance": "EXCLUDED", "reconciliation": "COMPLETED"}, ["row_balance"]),
        ({"silver_orders": "COMPLETED"}, ["row_balance", "reconciliation"]),
    ],
)
def test_an_update_is_proved_by_what_it_counted_itself(
    states: dict[str, str], left_out: list[str]
) -> None:
    """One of some tables, begun in the workspace, leaves what was counted before as it was."""
    runs = {name: TableRun(name, state) for name, state in states.items()}
    assert [said.split(" ")[0] for said in proofs_left_out(tpch(), runs)] == left_out
    assert list(proofs_left_out(proved_by_job(tpch()), {})) == []
