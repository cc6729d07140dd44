"""A big table is profiled by a sample, and everything that follows says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core.browse import read_sources
from medallion_core.errors import MedallionError
from medallion_core.model import Profile, Settings, Source, TableLocation, TableName
from medallion_core.profile import WarehouseChecks, profile_sources
from medallion_core.profile.sampling import SAMPLE_ABOVE, sampled_percent
from medallion_core.propose import propose_design
from medallion_core.workspace import Rows, Workspace, connect
from tests.conftest import RunningWorkspace

ROWS = 2_000_000
TABLE = TableName("main", "sampling_test", "readings")


class Counted(Workspace):
    """Notes each statement."""

    def __init__(self, ws: Workspace) -> None:
        super().__init__(ws.client, sql=ws.sql)
        self.statements: list[str] = []

    def query(self, statement: str, parameters: object = None) -> Rows:
        self.statements.append(statement)
        return super().query(statement)


@pytest.fixture(autouse=True)
def from_one_megabyte_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SAMPLE_ABOVE, "1")


@pytest.fixture(scope="module")
def big(workspace: RunningWorkspace) -> Source:
    workspace.sql("CREATE SCHEMA IF NOT EXISTS main.sampling_test")
    workspace.sql(
        f"CREATE TABLE {TABLE} AS SELECT id AS reading_id, id % 9973 AS sensor_id, "
        f"cast(id % 20 AS STRING) AS state FROM range({ROWS})"
    )
    [source] = read_sources(connect(), [TABLE])
    return source


def test_a_big_table_is_profiled_by_one_statement_over_a_sample(big: Source) -> None:
    ws = Counted(connect())
    [profile] = profile_sources(ws, [big])
    assert isinstance(profile, Profile)
    assert len(ws.statements) == 1
    assert "TABLESAMPLE" in ws.statements[0]
    assert profile.table_rows == ROWS
    assert 0 < profile.row_count < ROWS / 2
    assert "of a sample (2,000,000 in the table)" in profile.rows_in_words
    states = next(column for column in profile.columns if column.name == "state")
    assert states.distinct_is_exact
    assert states.distinct_count == 20
    design = propose_design([big], [profile], Settings("big", "main", "big"), WarehouseChecks(ws))
    [entity] = design.entities
    assert entity.key == ("reading_id",)
    assert "of a sample" in entity.key_evidence
    assert any("count(DISTINCT" in statement for statement in ws.statements[1:])
    assert "state_known" not in {rule.name for rule in entity.rules}


def test_the_same_sample_is_read_each_time(big: Source) -> None:
    statements = []
    for _ in range(2):
        ws = Counted(connect())
        profile_sources(ws, [replace(big, columns=big.columns[:1])])
        statements += ws.statements
    assert statements[0] == statements[1]
    assert "REPEATABLE" in statements[0]


def test_the_limit_is_an_admins() -> None:
    source = Source(TableLocation(TABLE), (), size_bytes=300_000_000)
    assert sampled_percent(source, {}) == pytest.approx(8.33)
    assert sampled_percent(source, {SAMPLE_ABOVE: "300"}) is None
    assert sampled_percent(replace(source, size_bytes=None), {}) is None


@pytest.mark.parametrize("text", ["many", "nan", "inf", "0", "-5"])
def test_a_limit_that_is_none_is_refused(text: str) -> None:
    source = Source(TableLocation(TABLE), (), size_bytes=300_000_000)
    with pytest.raises(MedallionError) as raised:
        sampled_percent(source, {SAMPLE_ABOVE: text})
    assert raised.value.code == "SETTING_INVALID"
