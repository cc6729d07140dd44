"""The Sources page: browse, search, tick, and a basket of one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from medallion_core.errors import MedallionError
from medallion_core.model import TableName
from medallion_core.trust import asker
from pages.components.frame.session import Session
from pages.components.sources.tables import parse_names
from tests.pages.conftest import FakeWorkspace

OpenPage = Callable[..., AppTest]
TICKED = {"selection": {"rows": [0, 1], "columns": [], "cells": []}}
TABLES = [TableName("shop", "sales", "orders"), TableName("shop", "sales", "buyers")]


def basket(at: AppTest) -> list[TableName]:
    state: Session = at.session_state["medallion_session"]
    return state.tables


def button(at: AppTest, label: str) -> Any:
    return next(b for b in at.button if label in b.label)


def test_a_schema_is_one_question_and_shows_its_tables(
    open_page: OpenPage, shop: FakeWorkspace
) -> None:
    at = open_page()
    assert list(at.dataframe[0].value["table"]) == ["orders", "buyers"]
    at.run()
    assert shop.asked.count("tables of shop.sales") == 1


def test_ticked_tables_go_into_the_basket_and_survive_a_page_change(open_page: OpenPage) -> None:
    at = open_page(**{"tables_shop.sales": TICKED})
    button(at, "Add 2 tables").click().run()
    assert basket(at) == TABLES
    at.switch_page("pages/design.py").run()
    at.switch_page("pages/sources.py").run()
    assert basket(at) == TABLES


def test_two_browsers_have_two_baskets(open_page: OpenPage) -> None:
    one, other = open_page(), open_page()
    button(one, "Add all").click().run()
    other.run()
    assert (len(basket(one)), len(basket(other))) == (2, 0)


def test_only_the_open_tab_asks_for_rows(open_page: OpenPage, shop: FakeWorkspace) -> None:
    at = open_page(**{"tables_shop.sales": TICKED})
    assert "columns" in shop.asked
    assert "sample" not in shop.asked
    at.session_state["details_tab"] = ":material/table_rows: Sample"
    at.run()
    assert "sample" in shop.asked


def test_search_looks_in_all_catalogs(open_page: OpenPage, shop: FakeWorkspace) -> None:
    at = open_page(search="buy")
    assert list(at.dataframe[0].value["table"]) == ["buyers"]
    assert "search buy" in shop.asked


def test_an_error_says_what_and_what_to_do(open_page: OpenPage, shop: FakeWorkspace) -> None:
    shop.refuse = MedallionError("PERMISSION_DENIED", "No access to *shop*.", "Ask for it.")
    at = open_page()
    assert "No access to" in at.error[0].value
    assert "Ask for it" in at.error[0].value
    assert "*shop*" not in at.error[0].value.replace("\\*", "")


def test_a_pasted_list_names_tables_once_and_tells_what_it_could_not_read() -> None:
    names, others = parse_names("shop.sales.orders, shop.sales.buyers\nshop.sales.orders\nnothing")
    assert names == TABLES
    assert others == ["nothing"]


def test_without_a_workspace_the_app_says_how_to_connect_one(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise MedallionError("NOT_CONNECTED", "No Databricks workspace is connected.", "Do so.")

    monkeypatch.setattr(asker, "connect", refuse)
    at = open_page()
    assert at.title[0].value == "Connect a workspace"
    assert any("local_workspace" in code.value for code in at.code)


def test_in_databricks_apps_nobody_does_anything_before_it_is_known_who_asks(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABRICKS_APP_NAME", "medallion-builder")
    at = open_page()
    assert at.title[0].value == "Turn on user authorization"
    assert "no token was forwarded" in at.error[0].value
    assert not at.text_input


def test_an_admins_word_that_everybody_may_do_everything_is_shown(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABRICKS_APP_NAME", "medallion-builder")
    monkeypatch.setenv("MEDALLION_TRUST", "app")
    assert any("MEDALLION_TRUST=app" in warning.value for warning in open_page().warning)
