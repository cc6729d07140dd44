"""The Preview page shows what would be deployed, and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from medallion_core.check.sampled import Sample, sample_table
from medallion_core.generate import generate_bundle
from pages.components.frame.text import plain
from pages.components.preview.bundles import zipped
from tests.pages.conftest import FakeWorkspace, replace_everywhere
from tests.pages.designs import shop_design

OpenPage = Callable[..., AppTest]


@pytest.fixture
def at(open_page: OpenPage, shop: FakeWorkspace) -> AppTest:
    shop.drafts["shop"] = shop_design()
    return open_page("preview", design="shop")


def test_every_file_of_the_bundle_can_be_read(at: AppTest) -> None:
    bundle = generate_bundle(shop_design())
    buttons = {
        b.key.removeprefix("file_"): b for b in at.button if (b.key or "").startswith("file_")
    }
    assert set(buttons) == set(bundle)
    buttons["src/gold/fact_orders.py"].click().run()
    assert at.code[0].value.strip() == bundle["src/gold/fact_orders.py"].strip()


def test_rows_are_computed_from_samples_by_a_click(
    at: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def sample(_: object, __: object, table: str, **___: object) -> Sample:
        asked.append(table)
        return Sample(pa.table({"amount": [1, 2]}), {"shop.sales.orders": 1_000}, 1_000)

    replace_everywhere(monkeypatch, sample_table, sample)
    assert not [b for b in at.button if b.key == "sample_rows"], "the README has no rows"
    at.button(key="file_src/gold/fact_orders.py").click().run()
    at.button(key="sample_rows").click().run()
    assert asked == ["fact_orders"]
    assert list(at.dataframe[0].value["amount"]) == [1, 2]
    assert any(plain("1,000 of shop.sales.orders") in each.value for each in at.caption)
    at.button(key="file_src/gold/dim_date.py").click().run()
    assert not at.dataframe


def test_a_gold_column_is_followed_to_its_source(at: AppTest) -> None:
    at.session_state["preview_tab"] = ":material/account_tree: Lineage"
    at.run()
    at.selectbox(key="lineage_column").select("fact_orders.amount").run()
    assert "shop.sales.orders.amount" in list(at.dataframe[0].value["column"])


def test_each_materialized_view_says_how_it_is_refreshed(at: AppTest) -> None:
    at.session_state["preview_tab"] = ":material/update: Refresh"
    at.run()
    rows = at.dataframe[0].value.set_index("table")
    assert rows.loc["fact_orders", "refresh"] == "incremental"
    assert rows.loc["row_balance", "refresh"] == "in full"
    assert rows.loc["row_balance", "why"].startswith("AGGREGATE_NOT_TOP_NODE: ")


def test_undecided_personal_data_is_a_finding(at: AppTest) -> None:
    at.session_state["preview_tab"] = ":material/fact_check: Findings"
    at.run()
    assert any("email" in warning.value for warning in at.warning)


def test_the_zip_of_the_same_bundle_has_the_same_bytes() -> None:
    bundle = {"a.py": "x = 1\n", "b/c.yml": "d: 1\n"}
    assert zipped(bundle) == zipped(dict(reversed(bundle.items())))
