"""Edits that come once the design has become another: each is made of that, or told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Thread
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from medallion_core.deploy.drafts import Draft
from medallion_core.model import Design, Role
from medallion_core.model.file import dump_design
from pages.components.design.entity_rows import table_rows, with_tables
from pages.components.frame import session as sessions
from pages.components.frame.late import Rows, typed_late
from pages.components.frame.session import Session
from pages.components.frame.typed import Edit, Table
from tests.pages.conftest import FakeWorkspace
from tests.pages.designs import shop_design

OpenPage = Callable[..., AppTest]
BRIDGE, OTHER = {"role": "bridge"}, {"role": "other"}
A, B, C = ({"name": name, "role": "fact"} for name in "abc")

FITS = {
    "a row that stands elsewhere": (
        [A, B],
        [B, A],
        {0: OTHER},
        [B, A | OTHER],
    ),
    "a row that was called so before": (
        [A, B],
        [A | {"name": "x"}, B],
        {0: {"name": "x", "role": "other"}},
        [{"name": "x", "role": "other"}, B],
    ),
    "what is so by now": (
        [A],
        [A | OTHER],
        {0: OTHER},
        [A | OTHER],
    ),
    "one of two of a name": ([A, A], [A, A], {1: OTHER}, [A, A | OTHER]),
    "beside what was decided in the row": (
        [A | {"key": ""}],
        [A | {"key": "id"}],
        {0: OTHER},
        [A | {"key": "id", "role": "other"}],
    ),
}


@pytest.mark.parametrize("name", FITS)
def test_what_was_typed_goes_where_it_was_meant(name: str) -> None:
    drawn, now, cells, after = FITS[name]
    late = typed_late(Rows(drawn, now, by=["name"]), cells, (), ())
    assert (late.rows, late.lost) == (after, ())


LOST: dict[str, tuple[list[dict[str, str]], dict[str, Any]]] = {
    "the row is gone": ([B], {"cells": {0: OTHER}}),
    "the cell says something else": (
        [A | BRIDGE, B],
        {"cells": {0: OTHER}},
    ),
    "one of two of a name is gone": ([A, A, B], {"cells": {0: OTHER}}),
    "the row to go says something else": ([A | BRIDGE, B], {"gone": {0}}),
    "the name of a new row is taken": ([A, B, C], {"added": [{"name": "c", "role": "other"}]}),
}


@pytest.mark.parametrize("name", LOST)
def test_what_fits_no_more_is_told_and_changes_nothing(name: str) -> None:
    now, typed = LOST[name]
    late = typed_late(
        Rows([A, B], now, by=["name"]),
        typed.get("cells", {}),
        typed.get("gone", ()),
        typed.get("added", ()),
    )
    assert late.rows == now
    assert len(late.lost) == 1


def test_rows_come_and_go_late_as_well() -> None:
    late = typed_late(Rows([A, B], [B, A], by=["name"]), {}, {0}, [C, B])
    assert (late.rows, late.lost) == ([B, C], ()), "one that came before comes once"


def with_role(name: str, role: Role) -> Callable[[Design], Design]:
    return lambda now: now.with_entity(replace(now.entity(name), role=role))


def test_of_two_edits_at_one_time_neither_takes_the_other_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state = Session(design=shop_design())
    stand_ins: dict[str, Callable[..., object]] = {
        "session": lambda: state,
        "asker": lambda: None,
        "save_draft": lambda _, draft: Draft(draft.design, draft.revision + 1),
    }
    for name, stand_in in stand_ins.items():
        monkeypatch.setattr(sessions, name, stand_in)
    other = Thread(target=lambda: sessions.keep_edit(with_role("buyers", Role.OTHER)))

    def slow(now: Design) -> Design:
        other.start()
        other.join(0.05)
        return with_role("orders", Role.BRIDGE)(now)

    sessions.keep_edit(slow)
    other.join()
    assert state.design is not None
    assert [each.role for each in state.design.entities] == [Role.BRIDGE, Role.OTHER]
    assert (state.revision, len(state.past)) == (2, 2)


@pytest.fixture
def at(open_page: OpenPage, shop: FakeWorkspace) -> AppTest:
    design = shop_design()
    unsure = tuple(replace(each, accepted=False) for each in design.references)
    shop.drafts["shop"] = replace(design, references=unsure)
    return open_page("design", design="shop")


def state_of(at: AppTest) -> Session:
    state: Session = at.session_state["medallion_session"]
    return state


def design_of(at: AppTest) -> Design:
    design = state_of(at).design
    assert design is not None
    return design


def typed(at: AppTest, cells: dict[int, dict[str, str]]) -> Edit:
    """Into the table of tables as it is drawn now."""
    design = design_of(at)
    rows = table_rows(design)
    table = Table(
        state_of(at),
        "edit_tables",
        design,
        rows,
        places=tuple(range(len(rows))),
        columns={"table": "Table", "role": "Role", "delete_when": "Deleted where"},
        rows=table_rows,
        apply=with_tables,
        locked=(),
        by=["table"],
    )
    return Edit(table, {"edited_rows": cells, "added_rows": [], "deleted_rows": []})


def answer_yes(at: AppTest) -> None:
    next(each for each in at.button if (each.key or "").startswith("yes_")).click().run()


def told(at: AppTest) -> str:
    return " ".join(each.value.replace("\\", "") for each in at.error)


def test_an_edit_that_comes_after_another_change_is_made_as_well(
    at: AppTest, shop: FakeWorkspace
) -> None:
    late = typed(at, {1: OTHER})
    answer_yes(at)
    state_of(at).typed = late
    at.run()
    assert design_of(at).entity("buyers").role is Role.OTHER
    assert [each.accepted for each in design_of(at).references] == [True]
    assert shop.drafts["shop"] == design_of(at)
    assert not at.error


def test_an_edit_that_comes_late_is_what_undo_takes_back(at: AppTest) -> None:
    late = typed(at, {1: {"role": "other"}})
    answer_yes(at)
    before = design_of(at)
    state_of(at).typed = late
    next(each for each in at.button if each.label == "Undo").click().run()
    assert dump_design(design_of(at)) == dump_design(before)
    next(each for each in at.button if each.label == "Redo").click().run()
    assert design_of(at).entity("buyers").role is Role.OTHER


@pytest.mark.parametrize("page", ["design", "preview"])
def test_an_edit_that_fits_no_more_is_told_with_what_was_typed(at: AppTest, page: str) -> None:
    late = typed(at, {1: OTHER})
    answer_yes(at)
    entity = design_of(at).entity("buyers")
    changed = design_of(at).with_entity(replace(entity, role=Role.BRIDGE))
    state_of(at).design = changed
    state_of(at).typed = late
    at.switch_page(f"pages/{page}.py").run()
    assert 'Not taken: row buyers: Role "other" (it is "bridge")' in told(at)
    assert design_of(at) is changed
    at.run()
    assert len(at.error) == 1, "once, until it is closed"
    at.button(key="close_notices").click().run()
    assert not at.error


def test_an_edit_of_a_design_that_was_left_goes_into_no_other_and_is_told(at: AppTest) -> None:
    late = typed(at, {1: OTHER})
    settings = replace(shop_design().settings, pipeline_name="b")
    other = replace(design_of(at), settings=settings)
    state_of(at).open(Draft(other))
    state_of(at).typed = late
    at.run()
    assert 'Not taken: row buyers: Role "other"' in told(at)
    assert design_of(at) is other


def saved_elsewhere(at: AppTest, shop: FakeWorkspace, role: Role) -> None:
    entity = replace(design_of(at).entity("buyers"), role=role)
    shop.drafts["shop"] = design_of(at).with_entity(entity)
    shop.revisions["shop"] = state_of(at).revision + 1


@pytest.mark.parametrize("name", ["Ünï code!", "a" * 400, "1st", "x; DROP TABLE y"])
def test_what_cannot_be_a_name_is_refused_with_the_reason(at: AppTest, name: str) -> None:
    before, edit = design_of(at), typed(at, {0: {"delete_when": name}})
    state_of(at).typed = replace(
        edit, table=replace(edit.table, key="not drawn", named="delete_when")
    )
    at.run()
    assert "is not a name for it" in told(at)
    assert "lower-case letters, digits and underscores" in told(at)
    assert design_of(at) == before


def test_what_another_browser_has_done_already_is_told(at: AppTest, shop: FakeWorkspace) -> None:
    other = replace(design_of(at), references=())
    shop.drafts["shop"], shop.revisions["shop"] = other, state_of(at).revision + 1
    next(each for each in at.button if (each.key or "").startswith("no_")).click().run()
    assert design_of(at) == other
    assert "your change changes nothing" in told(at)


def test_what_another_browser_saved_is_opened_and_edited(at: AppTest, shop: FakeWorkspace) -> None:
    saved_elsewhere(at, shop, Role.OTHER)
    answer_yes(at)
    assert "saved in another browser" in told(at)
    assert "with your change made in it" in told(at)
    assert design_of(at).entity("buyers").role is Role.OTHER
    assert [each.accepted for each in design_of(at).references] == [True]
    assert shop.drafts["shop"] == design_of(at)


def test_what_does_not_fit_what_another_browser_saved_is_told(
    at: AppTest, shop: FakeWorkspace
) -> None:
    saved_elsewhere(at, shop, Role.BRIDGE)
    late = typed(at, {1: OTHER})
    state_of(at).typed = late
    at.run()
    assert 'buyers: Role "other" (it is "bridge")' in told(at)
    assert design_of(at) == shop.drafts["shop"]


def test_what_was_refused_is_told_once_more_when_its_table_is_drawn_anew(at: AppTest) -> None:
    at.session_state["edit_tables"] = {
        "edited_rows": {0: {"delete_when": "nothing, at all"}},
        "added_rows": [],
        "deleted_rows": [],
    }
    at.run()
    refusal = 'Not taken: row orders: Deleted where "nothing, at all" (it stays empty)'
    assert refusal in told(at)
    answer_yes(at)
    assert refusal in told(at)
    assert len(at.error) == 1


def test_what_was_refused_is_put_back_by_a_click(at: AppTest) -> None:
    at.session_state["edit_tables"] = {
        "edited_rows": {0: {"delete_when": "nothing, at all"}},
        "added_rows": [],
        "deleted_rows": [],
    }
    at.run()
    next(each for each in at.button if each.label == "Put back what was there").click().run()
    assert not at.error
    assert at.session_state["edit_tables_1"]["edited_rows"] == {}
