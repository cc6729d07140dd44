"""The Sources page: browse, search, tick, and a basket of one's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from medallion_core import browse
from medallion_core.errors import MedallionError
from medallion_core.model import ColumnProfile, TableName
from medallion_core.trust import asker
from pages.components.frame import baskets, columns
from pages.components.frame.columns import rows_key
from pages.components.frame.session import Session
from pages.components.sources import catalog
from pages.components.sources.details import profile_row
from pages.components.sources.tables import parse_names
from tests.pages.conftest import FakeWorkspace, replace_everywhere

OpenPage = Callable[..., AppTest]
TICKED = {"selection": {"rows": [0, 1], "columns": [], "cells": []}}
TABLES = [TableName("shop", "sales", "orders"), TableName("shop", "sales", "buyers")]
SALES = rows_key("tables_shop.sales", TABLES)


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
    at = open_page(**{SALES: TICKED})
    button(at, "Add 2 tables").click().run()
    assert basket(at) == TABLES
    at.switch_page("pages/design.py").run()
    at.switch_page("pages/sources.py").run()
    assert basket(at) == TABLES


def kept(named: str = "", *tables: TableName) -> AppTest:
    """A browser with ``tables`` in its basket, whose URL names one."""

    def frame() -> None:
        from pages.components.frame.baskets import keep_basket

        keep_basket()

    at = AppTest.from_function(frame)
    at.session_state["medallion_session"] = Session(tables=list(tables))
    at.query_params["basket"] = named
    return at.run()


@pytest.mark.parametrize(
    ("kind", "label"),
    [("List of names", "Names of tables"), ("Kafka", "Servers"), ("Files", "Cloud path")],
)
def test_what_was_typed_is_there_when_one_comes_back(
    open_page: OpenPage, kind: str, label: str
) -> None:
    def typed(at: AppTest) -> Any:
        return next(each for each in [*at.text_input, *at.text_area] if each.label == label)

    at = open_page(kind=kind)
    typed(at).set_value("typed").run()
    at.radio(key="kind").set_value("Tables").run()
    at.switch_page("pages/design.py").run()
    at.switch_page("pages/sources.py").run()
    at.radio(key="kind").set_value(kind).run()
    assert typed(at).value == "typed"


@pytest.mark.parametrize("person", ["ada@example.com", "ben@example.com"])
def test_a_page_that_is_loaded_again_has_the_basket_of_who_filled_it(
    monkeypatch: pytest.MonkeyPatch, person: str
) -> None:
    people = iter(["ada@example.com", *[person] * 3])
    monkeypatch.setattr(baskets, "asker", lambda: SimpleNamespace(name=next(people)))
    name = str(kept("", *TABLES).query_params["basket"])
    again = kept(name)
    assert basket(again) == (TABLES if person == "ada@example.com" else [])
    again.session_state["medallion_session"].tables = []
    assert (basket(again.run()), "basket" in again.query_params) == ([], False)
    assert basket(kept(name)) == []


def test_two_browsers_have_two_baskets(open_page: OpenPage) -> None:
    one, other = open_page(), open_page()
    button(one, "Add all").click().run()
    other.run()
    assert (len(basket(one)), len(basket(other))) == (2, 0)


def test_only_the_open_tab_asks_for_rows(open_page: OpenPage, shop: FakeWorkspace) -> None:
    at = open_page(**{SALES: TICKED})
    assert "columns" in shop.asked
    assert "sample" not in shop.asked
    links = [link.url for link in at.get("link_button")]
    assert links == ["https://shop.example.com/explore/data/shop/sales/buyers"]
    at.session_state["details_tab"] = ":material/table_rows: Sample"
    at.run()
    assert "sample" in shop.asked


def test_the_page_opens_where_there_is_something_to_see(open_page: OpenPage) -> None:
    at = open_page()
    assert (at.selectbox(key="catalog").value, at.selectbox(key="schema").value) == (
        "shop",
        "sales",
    )


def test_ticks_and_the_kind_of_source_outlive_a_search(open_page: OpenPage) -> None:
    at = open_page(**{SALES: {"selection": {"rows": [1]}}})
    at.session_state[rows_key("tables_search_ord", TABLES[:1])] = {"selection": {"rows": [0]}}
    at.text_input(key="search").set_value("ord").run()
    assert button(at, "Add 2 tables")
    del at.session_state[SALES]  # as a browser does with what it no longer draws
    at.text_input(key="search").set_value("").run()
    button(at, "Add 2 tables").click().run()
    assert set(basket(at)) == set(TABLES)
    at.radio(key="kind").set_value("List of names").run()
    at.text_input(key="search").set_value("buy").run()
    at.text_input(key="search").set_value("").run()
    assert at.radio(key="kind").value == "List of names"


def test_a_tick_is_of_its_table_wherever_that_stands(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = open_page(**{SALES: {"selection": {"rows": [0]}}})
    found = browse.list_tables(None, "shop", "sales")  # type: ignore[arg-type]
    replace_everywhere(monkeypatch, browse.list_tables, lambda *_: [*reversed(found)])
    button(at, "Refresh").click().run()
    assert list(at.dataframe[0].value["table"]) == ["buyers", "orders"]
    button(at, "Add 1 table").click().run()
    assert basket(at) == TABLES[:1]


def test_a_table_that_is_not_there_is_refused_on_the_spot(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = open_page(kind="List of names")
    looked_at: list[tuple[str, ...]] = []
    listed = catalog.tables
    monkeypatch.setattr(catalog, "tables", lambda *at: looked_at.append(at) or listed(*at))
    at.text_area[0].set_value("`shop`.`sales`.`orders`, shop.sales.ghosts").run()
    button(at, "Add 2 tables").click().run()
    assert basket(at) == TABLES[:1]
    assert looked_at == [("shop", "sales")], "once for all names"
    assert "1 table not added" in at.error[0].value
    assert "ghosts" in at.error[0].value


def test_moments_are_of_the_persons_zone_sizes_have_units_and_what_is_missing_is_null(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    zone = SimpleNamespace(context=SimpleNamespace(timezone="Asia/Tokyo"))
    monkeypatch.setattr(zone, "column_config", columns.st.column_config, raising=False)
    monkeypatch.setattr(columns, "st", zone)
    assert columns.moment_column()["type_config"]["timezone"] == "Asia/Tokyo"
    assert columns.size_column()["type_config"]["format"] == "bytes"
    drawn: list[dict[str, object]] = []
    monkeypatch.setattr(zone, "dataframe", lambda _, **how: drawn.append(how), raising=False)
    columns.show_values([{"a": None}], "Rows")
    assert drawn[0]["placeholder"] == "NULL"


def test_an_estimate_says_that_it_is_one_and_a_missing_value_is_no_text() -> None:
    column = ColumnProfile("a", null_count=2, distinct_count=1204)
    row = profile_row(column, 2)
    assert (row["distinct"], row["min"]) == ("about 1,204", None)
    assert profile_row(replace(column, distinct_is_exact=True), 2)["distinct"] == "1,204"


def test_a_profile_of_a_sample_says_so() -> None:
    def profiled() -> None:
        from medallion_core.model import Profile
        from pages.components.sources.details import show_profile

        show_profile(Profile(81_000, (), table_rows=50_000_000))

    at = AppTest.from_function(profiled).run()
    assert at.caption[0].value == "81,000 rows of a sample (50,000,000 in the table)"


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


@pytest.mark.parametrize(
    "text",
    [
        "`shop`.`sales`.`orders`",
        "shop.`sales`.orders;",
        '"shop.sales.orders"',
        "| `shop`.sales.orders |",
        "SHOP.Sales.Orders\nshop.sales.orders",
    ],
)
def test_a_quoted_name_is_read_as_it_is_copied(text: str) -> None:
    assert parse_names(text) == (TABLES[:1], [])


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
