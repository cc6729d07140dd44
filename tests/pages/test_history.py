"""Edits are taken back and done again, and the draft follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from medallion_core.model import Design
from medallion_core.model.file import dump_design
from pages.components.frame.session import Session
from tests.pages.conftest import FakeWorkspace
from tests.pages.designs import shop_design

OpenPage = Callable[..., AppTest]
ROLES = ("other", "dimension", "fact") * 4


@pytest.fixture
def at(open_page: OpenPage, shop: FakeWorkspace) -> AppTest:
    shop.drafts["shop"] = shop_design()
    return open_page("design", design="shop")


def opened(at: AppTest) -> Design:
    state: Session = at.session_state["medallion_session"]
    assert state.design is not None
    return state.design


def change_role(at: AppTest, role: str) -> None:
    key = at.session_state["medallion_session"].jumps
    at.session_state[f"edit_tables_{key}" if key else "edit_tables"] = {
        "edited_rows": {0: {"role": role}},
        "added_rows": [],
        "deleted_rows": [],
    }
    at.run()


def press(at: AppTest, label: str) -> None:
    button(at, label).click().run()


def button(at: AppTest, label: str) -> Any:
    return next(each for each in at.button if each.label == label)


def test_ten_edits_are_taken_back_one_by_one_and_done_again(
    at: AppTest, shop: FakeWorkspace
) -> None:
    assert button(at, "Undo").disabled
    texts = [dump_design(opened(at))]
    for role in ROLES[:10]:
        change_role(at, role)
        texts.append(dump_design(opened(at)))
    assert len(set(texts)) == 4, "ten edits of three kinds"
    for text in reversed(texts[:-1]):
        press(at, "Undo")
        assert dump_design(opened(at)) == text
        assert dump_design(shop.drafts["shop"]) == text, "the draft follows"
    assert button(at, "Undo").disabled
    for text in texts[1:]:
        press(at, "Redo")
        assert dump_design(opened(at)) == text
    assert button(at, "Redo").disabled


def test_what_a_browser_still_has_typed_is_not_taken_for_a_new_edit(at: AppTest) -> None:
    change_role(at, "other")
    press(at, "Undo")
    before = dump_design(opened(at))
    typed = {"edited_rows": {0: {"role": "other"}}, "added_rows": [], "deleted_rows": []}
    at.session_state["edit_tables"] = typed
    at.run()
    assert dump_design(opened(at)) == before


def test_a_new_edit_after_an_undo_leaves_nothing_to_do_again(at: AppTest) -> None:
    change_role(at, "other")
    press(at, "Undo")
    change_role(at, "dimension")
    assert button(at, "Redo").disabled
    assert not button(at, "Undo").disabled
