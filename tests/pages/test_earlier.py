"""Earlier designs: duplicated, renamed, compared; each under a name that nobody has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from medallion_core.deploy import drafts, pipelines
from medallion_core.deploy.drafts import DesignSummary
from tests.pages.conftest import FakeWorkspace, replace_everywhere
from tests.pages.designs import shop_design

OpenPage = Callable[..., AppTest]


@pytest.fixture
def at(open_page: OpenPage, shop: FakeWorkspace, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    design = shop_design()
    other = replace(design, settings=replace(design.settings, pipeline_name="other", schema="o"))
    shop.drafts |= {"shop": design, "other": other}
    listed = [DesignSummary(name, draft=True) for name in shop.drafts]
    replace_everywhere(monkeypatch, drafts.list_designs, lambda _: listed)
    replace_everywhere(monkeypatch, drafts.delete_draft, lambda _, name: shop.drafts.pop(name))
    replace_everywhere(
        monkeypatch,
        drafts.who_has_the_name,
        lambda _, name: f"You have a draft called {name}." if name in shop.drafts else "",
    )
    return open_page("design")


def press(at: AppTest, label: str) -> Any:
    return next(each for each in at.button if each.label == label).click().run()


@pytest.mark.parametrize(
    ("act", "left"),
    [("Duplicate", {"shop", "other", "copy"}), ("Rename", {"other", "copy"})],
)
def test_a_design_goes_on_under_another_name(
    at: AppTest, shop: FakeWorkspace, act: str, left: set[str]
) -> None:
    at.text_input(key=f"{act}_shop").set_value("copy")
    press(at, f"{act} it")
    assert set(shop.drafts) == left
    assert shop.drafts["copy"].star == shop_design().star
    assert at.session_state["medallion_session"].design.settings.pipeline_name == "copy"


@pytest.mark.parametrize("name", ["other", "  "])
def test_a_name_that_is_taken_or_none_changes_nothing(
    at: AppTest, shop: FakeWorkspace, name: str
) -> None:
    at.text_input(key="Rename_shop").set_value(name)
    press(at, "Rename it")
    assert set(shop.drafts) == {"shop", "other"}
    assert at.error


def test_a_draft_that_was_saved_while_it_was_renamed_is_not_deleted(
    at: AppTest, shop: FakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    revisions = count(1)

    def open_design(_: object, name: str) -> drafts.Draft:
        return drafts.Draft(shop.drafts[name], next(revisions))

    replace_everywhere(monkeypatch, drafts.open_design, open_design)
    at.text_input(key="Rename_shop").set_value("copy")
    press(at, "Rename it")
    assert set(shop.drafts) == {"shop", "other", "copy"}
    assert any("saved in another browser" in each.value for each in at.error)


def test_the_open_design_is_closed_where_its_draft_is_deleted(
    at: AppTest, shop: FakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_everywhere(monkeypatch, pipelines.list_pipelines, lambda _: [])
    state = at.session_state["medallion_session"]
    state.open(drafts.Draft(shop.drafts["shop"], 3))
    at.switch_page("pages/pipelines.py").run()
    press(at, "Delete it")
    assert set(shop.drafts) == {"other"}
    assert state.design is None
    assert "design" not in at.query_params


def test_two_designs_are_compared(at: AppTest) -> None:
    at.selectbox(key="compare_shop").set_value("other").run()
    at.session_state["differences_shop_other"] = True
    assert any("+++ then" in each.value for each in at.run().code)
