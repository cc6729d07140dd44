"""One statement per source: what it tells of each kind of column, and what it asks of pairs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest

from medallion_core.browse import read_sources
from medallion_core.check.rules import check_rules
from medallion_core.errors import MedallionError
from medallion_core.model import (
    ColumnProfile,
    Entity,
    EntityColumn,
    Finding,
    KafkaLocation,
    Profile,
    Rule,
    Source,
    TableLocation,
    TableName,
    ValueCount,
)
from medallion_core.profile import (
    Profiled,
    WarehouseChecks,
    count_broken_rows,
    profile_sources,
)
from medallion_core.propose.checks import Form, InclusionCheck, KeyCheck
from medallion_core.workspace import STOPPED, Workspace, connect
from tests.conftest import RunningWorkspace

SCHEMA = "main.profile_test"
STATEMENTS = f"""
CREATE SCHEMA IF NOT EXISTS {SCHEMA};
CREATE TABLE {SCHEMA}.t AS SELECT * FROM VALUES
  (1, -2.50, ' 12.5 ', 'a@b.org', DATE'2024-01-31', true, array(1), 1.0D),
  (2, 0.00, '7', 'c@d.org', DATE'2024-02-29', true, array(2), double('NaN')),
  (3, 4.00, '', 'none', NULL, false, NULL, NULL),
  (NULL, 4.00, NULL, 'e@f.org', NULL, NULL, NULL, NULL)
  AS t (id, amount, text, mail, day, flag, list, ratio);
CREATE TABLE {SCHEMA}.child AS SELECT * FROM VALUES (1, '1'), (1, '2'), (2, '9'), (9, NULL)
  AS t (parent, code);
CREATE TABLE {SCHEMA}.measured AS SELECT * FROM VALUES
  (1.0D, 1.00, TIMESTAMP'2024-01-31 00:00:00', '["1', '"]'),
  (20.0D, 20.50, TIMESTAMP'2024-01-31 00:00:01', '["1"', ']'),
  (3.0D, 100.00, NULL, NULL, 'x')
  AS t (floating, exact, moment, one, other);
CREATE TABLE {SCHEMA}.empty (a INT, b STRING)"""


@pytest.fixture(scope="module")
def ws(workspace: RunningWorkspace) -> Iterator[Workspace]:
    for statement in STATEMENTS.split(";"):
        workspace.sql(statement)
    connected = connect()
    yield connected
    connected.close()


@pytest.fixture(scope="module")
def sources(ws: Workspace) -> dict[str, Source]:
    names = [
        TableName("main", "profile_test", table) for table in ("t", "child", "measured", "empty")
    ]
    return {source.name: source for source in read_sources(ws, names)}


def test_each_kind_of_column_is_profiled(ws: Workspace, sources: dict[str, Source]) -> None:
    [profile] = profile_sources(ws, [sources["t"]])
    assert isinstance(profile, Profile)
    assert profile.row_count == 4
    key, amount = profile.column("id"), profile.column("amount")
    assert (key.null_count, key.distinct_count, key.distinct_is_exact) == (1, 3, True)
    assert (amount.minimum, amount.maximum) == (Decimal("-2.50"), Decimal("4.00"))
    assert amount.frequent[0] == ValueCount(Decimal("4.00"), 2)
    text = profile.column("text")
    assert (text.blank_count, text.untrimmed_count, text.max_length) == (1, 1, 6)
    assert (text.least, text.greatest, text.leading_zero_count) == (7.0, 12.5, 0)
    assert {cast.type: cast.share for cast in text.casts} == {
        "bigint": 0.5,
        "decimal(18,1)": 1.0,
        "double": 1.0,
    }
    assert profile.column("mail").patterns["email"] == 0.75
    assert profile.column("day").maximum == date(2024, 2, 29)
    assert profile.column("flag").distinct_count == 2
    assert profile.column("list") == ColumnProfile("list", 2, 0)
    assert profile.column("ratio").maximum is None, "nothing follows from NaN"


def test_a_wide_table_is_profiled_alike_by_several_scans(
    ws: Workspace, sources: dict[str, Source], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = sources["t"]
    before = profile_sources(ws, [source])
    statements: list[str] = []
    query = ws.query
    monkeypatch.setattr(ws, "query", lambda sql: statements.append(sql) or query(sql))
    monkeypatch.setattr("medallion_core.profile.scan.COLUMNS_PER_SCAN", 3)
    assert profile_sources(ws, [source]) == before
    assert len(statements) == math.ceil(len(source.columns) / 3)


def test_one_bad_source_is_a_finding_and_the_rest_goes_on(
    ws: Workspace, sources: dict[str, Source]
) -> None:
    gone = Source(
        TableLocation(TableName("main", "profile_test", "gone")), sources["child"].columns
    )
    steps: list[Profiled] = []
    bad, empty = profile_sources(ws, [gone, sources["empty"]], steps.append)
    assert isinstance(bad, Finding)
    assert "TABLE_OR_VIEW_NOT_FOUND" in bad.detail
    assert isinstance(empty, Profile)
    assert empty.row_count == 0
    assert empty.column("a").minimum is None
    assert [(step.done, step.total) for step in steps] == [(1, 2), (2, 2)]
    assert {step.name: step.found for step in steps} == {"gone": bad, "empty": empty}


def test_checks_that_are_stopped_answer_nothing(sources: dict[str, Source]) -> None:
    def stopped(_: str) -> None:
        raise MedallionError(STOPPED, "The page was closed.")

    checks = WarehouseChecks(SimpleNamespace(query=stopped))  # type: ignore[arg-type]
    with pytest.raises(MedallionError, match="closed"):
        checks.unique_keys([KeyCheck(sources["t"], (("code",),))])


def test_questions_are_answered_exactly(ws: Workspace, sources: dict[str, Source]) -> None:
    checks = WarehouseChecks(ws)
    child, parent = sources["child"], sources["t"]
    keys = KeyCheck(child, (("parent",), ("parent", "code"), ("code",)))
    assert checks.unique_keys([keys]) == [(False, False, False)]
    assert checks.unique_keys([KeyCheck(parent, (("mail",), ("id",)))]) == [(True, False)]
    counted = KeyCheck(child, (("parent",), ("parent", "code"), ("code",)))
    gone = KeyCheck(child, (("nope",),))
    assert checks.distinct_counts([counted, gone]) == [(3, 4, 4), None]
    pairs = [
        InclusionCheck(child, ("parent",), parent, ("id",)),
        InclusionCheck(child, ("code",), parent, ("id",)),
        InclusionCheck(child, ("nope",), parent, ("id",)),
        InclusionCheck(sources["empty"], ("a",), parent, ("id",)),
    ]
    assert checks.inclusion_ratios(pairs) == [0.75, pytest.approx(2 / 3), None, None]


def test_what_is_equal_in_another_type_is_found(ws: Workspace, sources: dict[str, Source]) -> None:
    measured, whole = sources["measured"], sources["t"]
    pairs = [
        InclusionCheck(measured, ("floating",), whole, ("id",)),
        InclusionCheck(measured, ("exact",), measured, ("floating",)),
        InclusionCheck(measured, ("moment",), whole, ("day",)),
        InclusionCheck(whole, ("id", "day"), measured, ("floating", "moment")),
        InclusionCheck(measured, ("one", "other"), measured, ("other", "one")),
    ]
    ratios = WarehouseChecks(ws).inclusion_ratios(pairs)
    assert ratios == [pytest.approx(2 / 3), pytest.approx(1 / 3), 0.5, 0.5, 0.0]


def test_of_many_candidates_those_that_repeat_are_left_out_first(
    ws: Workspace, sources: dict[str, Source]
) -> None:
    checks, child = WarehouseChecks(ws), sources["child"]
    candidates = (("parent",), ("code",), ("parent", "code"), ("code", "parent"))
    several = [KeyCheck(child, candidates), KeyCheck(sources["t"], (("mail",),) * 4)]
    assert checks.unique_keys(several) == [(False,) * 4, (True,) * 4]
    assert checks.statements == 2


def test_values_are_brought_into_one_form(ws: Workspace, sources: dict[str, Source]) -> None:
    child, parent = sources["child"], sources["t"]
    pairs = [
        InclusionCheck(child, ("code",), parent, ("id",), forms=(Form.NUMBER,)),
        InclusionCheck(parent, ("text",), child, ("code",), forms=(Form.NUMBER,)),
        InclusionCheck(parent, ("text",), parent, ("text",), forms=(Form.TRIMMED,)),
        InclusionCheck(parent, ("day",), parent, ("day",), forms=(Form.TIME,)),
        InclusionCheck(child, ("code",), parent, ("id",), forms=(Form.SPELLED,)),
    ]
    ratios = WarehouseChecks(ws).inclusion_ratios(pairs)
    assert ratios == [pytest.approx(2 / 3), 0.0, 1.0, 1.0, pytest.approx(2 / 3)]


def test_broken_rows_are_those_that_the_pipeline_will_find(
    ws: Workspace, sources: dict[str, Source]
) -> None:
    entity = Entity(
        "t",
        (sources["t"].location,),
        (
            EntityColumn("id", "id", "int", "int"),
            EntityColumn("value", "text", "string", "decimal(18,1)", trim=True),
        ),
        rules=(
            Rule("id_present", "id IS NOT NULL"),
            Rule("value_large", "value > 10"),
        ),
    )
    counted = count_broken_rows(ws, entity)
    assert counted.row_count == 4
    assert counted.broken == {"id_present": 1, "value_large": 3}, "NULL counts as broken"


@pytest.mark.parametrize(
    ("condition", "problem"),
    [
        ("value > 10 -- large", ""),
        ("_source <> '(' AND NOT map_contains_key(_uncast, 'value')", ""),
        ("id > ", "Syntax error"),
        ("nope > 1", "`nope` cannot be resolved"),
        ("id + 1", "not a boolean"),
        ("count(id) > 1", "invalid expressions"),
        ("id IN (SELECT 1)", "cannot hold a query"),
        ("id > 1) OR (id < 0", "brackets do not match"),
    ],
)
def test_a_condition_is_checked_by_spark_before_it_is_kept(
    ws: Workspace, condition: str, problem: str
) -> None:
    """Over a topic, too: no source is read."""
    entity = Entity(
        "t",
        (KafkaLocation("broker:9092", ("t",)),),
        (
            EntityColumn("id", "id", "int", "int"),
            EntityColumn("value", "text", "string", "decimal(18,1)", trim=True),
        ),
        rules=(Rule("good", "id IS NOT NULL"), Rule("typed", condition)),
    )
    if not problem:
        check_rules(ws, entity)
        return
    with pytest.raises(MedallionError, match="The rule typed cannot be checked") as raised:
        check_rules(ws, entity)
    assert problem in raised.value.message
