"""The overview: all that one owns, what the latest run of each did, and a way into each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from medallion_core.deploy import pipelines
from medallion_core.deploy.pipelines import Cost, PipelineStanding, RunCounts
from medallion_core.errors import MedallionError
from pages.components.frame.columns import rows_key
from tests.pages.conftest import FakeWorkspace, replace_everywhere
from tests.pages.designs import shop_design

OpenPage = Callable[..., AppTest]
TICKED = {"selection": {"rows": [0], "columns": [], "cells": []}}
SHOP = PipelineStanding(
    "shop",
    ("ada@example.com",),
    pipeline_id="p1",
    deployments=2,
    state="IDLE",
    update_id="u2",
    update_state="COMPLETED",
    began_at=datetime(2026, 1, 2, tzinfo=UTC),
)


def key_of(owned: Sequence[PipelineStanding]) -> str:
    return rows_key("pipelines_rows", [each.pipeline_name for each in owned])


@pytest.fixture
def owned(shop: FakeWorkspace, monkeypatch: pytest.MonkeyPatch) -> list[PipelineStanding]:
    """What the workspace has; nobody reads what it costs."""
    there: list[PipelineStanding] = []

    def read_costs(*_: object) -> dict[str, Cost]:
        raise MedallionError("PERMISSION_DENIED", "No SELECT on system.billing.usage.")

    replace_everywhere(monkeypatch, pipelines.list_pipelines, lambda _: there)
    counts = RunCounts(rows=12_345, passed=90, failed=10, errors=0)
    replace_everywhere(monkeypatch, pipelines.run_counts, lambda *_: counts)
    replace_everywhere(monkeypatch, pipelines.read_costs, read_costs)
    shop.drafts["shop"] = shop_design()
    return there


def test_without_a_pipeline_it_says_what_to_do(
    open_page: OpenPage, owned: Sequence[PipelineStanding]
) -> None:
    assert any("deployed yet" in each.value for each in open_page("pipelines").markdown)


def test_each_is_a_row_and_opens(open_page: OpenPage, owned: list[PipelineStanding]) -> None:
    owned += [SHOP, PipelineStanding("broken", problem="It cannot be read.")]
    at = open_page("pipelines", **{key_of(owned): TICKED})
    first, second = at.dataframe[0].value.to_dict("records")
    assert (first["pipeline"], first["rows"], first["passed"]) == ("shop", 12_345, 0.9)
    assert (second["latest update"], second["problem"]) == ("never run", "It cannot be read.")
    assert [link.url for link in at.get("link_button")] == ["https://shop.example.com/pipelines/p1"]
    next(each for each in at.button if each.label == "Its design").click().run()
    assert at.session_state["medallion_session"].design is not None


def test_a_tick_is_of_its_pipeline_wherever_that_stands(
    open_page: OpenPage, owned: list[PipelineStanding]
) -> None:
    owned += [SHOP, PipelineStanding("other")]
    at = open_page("pipelines", **{key_of(owned): TICKED})
    owned.reverse()
    next(each for each in at.button if each.label == "Look again").click().run()
    assert [*at.dataframe[0].value["pipeline"]] == ["other", "shop"]
    assert not [each for each in at.button if each.label == "Its design"], "nothing is ticked"


def test_cost_that_may_not_be_read_is_said_to_be_so(
    open_page: OpenPage, owned: list[PipelineStanding]
) -> None:
    owned.append(SHOP)
    at = open_page("pipelines", pipelines_cost=True)
    assert any("system.billing.usage" in each.value for each in at.info)
    assert at.dataframe[0].value["list price"].isna().all()


class Billing:
    """Answers one statement."""

    def __init__(self, *rows: dict[str, Any]) -> None:
        self.rows, self.statements = rows, list[str]()

    def query(self, statement: str) -> Billing:
        self.statements.append(statement)
        return self

    def to_pylist(self) -> Sequence[dict[str, Any]]:
        return self.rows


def test_costs_of_all_are_one_statement() -> None:
    row = {"pipeline_id": "p1", "dbus": Decimal("1.5"), "price": None, "currency": None}
    billing = Billing(row)
    found = pipelines.read_costs(billing, ["p1", "it's"])  # type: ignore[arg-type]
    assert found == {"p1": Cost(Decimal("1.5"), None, "")}
    [statement] = billing.statements
    assert "'p1'" in statement
    assert "'it's'" not in statement
    assert pipelines.read_costs(billing, []) == {}  # type: ignore[arg-type]
