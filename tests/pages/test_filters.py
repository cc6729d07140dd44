"""Of hundreds of tables those that are looked for; what is done to them is done to no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from bench.generate import wide_star
from medallion_core import browse
from medallion_core.model import Design, Role, TableName
from pages.components.frame.session import Session
from tests.pages import conftest
from tests.pages.conftest import FakeWorkspace

OpenPage = Callable[..., AppTest]
MANY = 30


def design_of(at: AppTest) -> Design:
    state: Session = at.session_state["medallion_session"]
    assert state.design is not None
    return state.design


def names_and_roles(design: Design) -> dict[str, Role]:
    return {entity.name: entity.role for entity in design.entities}


@pytest.fixture
def at(open_page: OpenPage, shop: FakeWorkspace) -> AppTest:
    wide = wide_star(MANY)
    shop.drafts["shop"] = replace(wide, settings=replace(wide.settings, pipeline_name="shop"))
    return open_page("design", design="shop", design_shown="Edit")


def type_into(at: AppTest, key: str, cells: dict[int, dict[str, object]]) -> None:
    at.session_state[key] = {"edited_rows": cells, "added_rows": [], "deleted_rows": []}
    at.run()
    assert not at.exception


def test_an_edit_is_of_the_row_that_is_shown_and_keeps_it_in_its_place(at: AppTest) -> None:
    before = names_and_roles(design_of(at))
    at.text_input(key="edit_tables_filter").set_value("SALE_1").run()
    shown = [name for name in before if name.startswith("sale_1")]
    key = "edit_tables SALE_1"
    type_into(at, key, {1: {"table": "returns"}})
    type_into(at, key, {1: {"table": "returns"}, 2: {"role": "other"}})
    after = {"returns" if name == shown[1] else name: role for name, role in before.items()}
    assert names_and_roles(design_of(at)) == after | {shown[2]: Role.OTHER}


def test_of_many_tables_of_a_schema_those_that_are_found_are_added(
    open_page: OpenPage, shop: FakeWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [TableName("shop", "sales", f"t_{number}") for number in range(MANY)]
    summary = conftest.summary(TableName("shop", "sales", "orders"))
    listed = [replace(summary, name=name) for name in names]
    conftest.replace_everywhere(monkeypatch, browse.list_tables, lambda *_: listed)
    at = open_page()
    at.text_input(key="tables_shop.sales_filter").set_value("t_2").run()
    next(button for button in at.button if button.label == "Add all 11").click().run()
    kept = [name for name in names if name.table.startswith("t_2")]
    assert at.session_state["medallion_session"].tables == kept


def test_what_was_typed_into_a_table_that_grows_stays_when_it_is_left_and_found_again(
    at: AppTest,
) -> None:
    key, rules = "edit_rules_customer_0", ":material/rule: Rules"
    at.session_state["design_tab"] = rules
    type_into(at, key, {0: {"reason": "a"}})
    type_into(at, key, {0: {"reason": "a"}, 1: {"reason": "b"}})
    at.session_state["design_tab"] = ":material/table: Tables"
    at.run()
    at.session_state["design_tab"] = rules
    at.run()
    type_into(at, key, {3: {"reason": "c"}})
    reasons = [rule.reason for rule in design_of(at).entity("customer_0").rules]
    assert (reasons[0], reasons[1], reasons[3]) == ("a", "b", "c")
