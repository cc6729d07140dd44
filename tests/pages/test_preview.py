"""The Preview page shows what would be deployed, and nothing else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pyarrow as pa
import pytest
from streamlit.runtime.caching import clear_session_resource_cache
from streamlit.testing.v1 import AppTest

from medallion_core.check.sampled import Sample, sample_table
from medallion_core.generate import generate_bundle
from pages.components.frame import refreshes
from pages.components.frame.jobs import samples
from pages.components.preview.bundles import zipped
from tests.pages.conftest import FakeWorkspace, replace_everywhere
from tests.pages.designs import shop_design

OpenPage = Callable[..., AppTest]
ADA, FACT = "ada@example.com", "file_src/gold/fact_orders.py"
SECONDS = 10


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


@pytest.fixture
def sampling(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Rows are computed of one table and wait for this."""
    finish = threading.Event()

    def sample(
        _: object, __: object, table: str, *, tell: Callable[[str], None], **___: object
    ) -> Sample:
        tell("Reading shop.sales.orders: at most 1,000 rows")
        assert finish.wait(SECONDS)
        tell(f"Computing the rows of {table}")
        return Sample(pa.table({"amount": [1, 2]}), {"shop.sales.orders": 1_000}, 1_000)

    replace_everywhere(monkeypatch, sample_table, sample)
    yield finish
    end(finish)


def compute(at: AppTest) -> AppTest:
    at.button(key=FACT).click().run()
    return at.button(key="sample_rows").click().run()


def end(finish: threading.Event) -> None:
    finish.set()
    deadline = time.monotonic() + SECONDS
    while any(job.running for job in samples().of(ADA).values()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def captions(at: AppTest) -> str:
    return " ".join(each.value for each in at.caption).replace("\\", "")


def test_rows_are_computed_from_samples_without_the_page_that_asked(
    at: AppTest, open_page: OpenPage, sampling: threading.Event
) -> None:
    assert not [b for b in at.button if b.key == "sample_rows"], "the README has no rows"
    compute(at)
    other_browser = open_page("preview", design="shop")
    other_browser.button(key=FACT).click().run()
    assert other_browser.button(key="sample_rows").disabled
    assert "Reading shop.sales.orders: at most 1,000 rows" in captions(other_browser)
    end(sampling)
    assert list(other_browser.run().dataframe[0].value["amount"]) == [1, 2]
    assert "1,000 of shop.sales.orders" in captions(other_browser)
    other_browser.button(key="file_src/gold/dim_date.py").click().run()
    assert not other_browser.dataframe


def test_rows_are_of_the_design_as_it_is_and_nobody_elses(
    at: AppTest, open_page: OpenPage, shop: FakeWorkspace, sampling: threading.Event
) -> None:
    compute(at)
    end(sampling)
    edited = replace(shop_design(), questions=())
    shop.drafts["shop"] = edited.with_entity(replace(edited.entity("orders"), comment="new"))
    later = open_page("preview", design="shop", preview_file=FACT.removeprefix("file_"))
    assert not later.dataframe
    assert "The design has changed since its rows were computed" in captions(later)
    shop.drafts["shop"] = shop_design()
    again = open_page("preview", design="shop", preview_file=FACT.removeprefix("file_"))
    assert again.dataframe, "it is the design that was asked about"
    shop.user_name = "eve@example.com"
    clear_session_resource_cache("test session id")
    hers = open_page("preview", design="shop", preview_file=FACT.removeprefix("file_"))
    assert not hers.dataframe
    assert "computed" not in captions(hers)


def test_computing_rows_is_cancelled_from_another_browser(
    at: AppTest, open_page: OpenPage, sampling: threading.Event
) -> None:
    compute(at)
    other = open_page("preview", design="shop", preview_file=FACT.removeprefix("file_"))
    other.button(key="cancel_sample_rows").click().run()
    end(sampling)
    assert not at.run().dataframe
    assert not at.error
    assert not at.button(key="sample_rows").disabled


def test_rows_are_computed_beside_the_canvas_for_the_table_that_is_chosen(at: AppTest) -> None:
    at.session_state["preview_tab"] = ":material/star: Star"
    at.session_state["preview_star"] = {"chosen": "'fact_orders'"}
    at.run()
    at.toggle(key="rows_in_fact_orders").set_value(True)
    at.toggle(key="preview_star_list").set_value(True).run()
    assert not at.exception
    assert at.button(key="sample_rows")
    listed = next(d.value for d in at.dataframe if "made of" in d.value.columns)
    assert dict(zip(listed["table"], listed["made of"], strict=True)) == {
        "dim_buyers": "",
        "dim_date": "",
        "fact_orders": "dim_buyers, dim_date",
    }


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


def test_how_tables_refresh_is_read_in_slices_of_which_each_shows_what_is_known(
    at: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    at.session_state["preview_tab"] = ":material/update: Refresh"
    monkeypatch.setattr(refreshes, "_SLICE_SECONDS", 0)
    seen = [shown_rows(at.run())]
    while at.get("progress"):
        seen.append(shown_rows(at.run()))
    assert seen == sorted(seen)
    assert seen[0] == 0
    assert len(set(seen)) > 3
    assert shown_rows(at.run()) == seen[-1]


def shown_rows(at: AppTest) -> int:
    return sum(len(table.value) for table in at.dataframe)


def test_undecided_personal_data_is_a_finding(at: AppTest) -> None:
    at.session_state["preview_tab"] = ":material/fact_check: Findings"
    at.run()
    assert any("email" in warning.value for warning in at.warning)


def test_the_zip_of_the_same_bundle_has_the_same_bytes() -> None:
    bundle = {"a.py": "x = 1\n", "b/c.yml": "d: 1\n"}
    assert zipped(bundle) == zipped(dict(reversed(bundle.items())))
