"""The whole main job in a browser; then a reload and a second browser find it as it was."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.main_job import (
    CHROMIUM,
    browser_page,
    do_main_job,
    forwarded,
    running_app,
)
from tests.conftest import RunningWorkspace

pytestmark = [
    pytest.mark.minutes,
    pytest.mark.skipif(not CHROMIUM and "CI" not in os.environ, reason="chromium is not installed"),
]


ANN = "mia@example.com"
MOST_CLICKS = 11
COUNT = "document.addEventListener('click', event => event.isTrusted && clicked(), true)"


@pytest.fixture(scope="module")
def address(workspace: RunningWorkspace) -> Iterator[str]:
    workspace.token(ANN)
    workspace.sql(f"GRANT ALL PRIVILEGES ON CATALOG main TO `{ANN}`")
    with running_app(workspace.env) as address:
        yield address


def test_the_main_job_ends_with_all_criteria_met(address: str, workspace: RunningWorkspace) -> None:
    ann = forwarded(workspace, ANN)
    clicks: list[None] = []
    with browser_page(ann) as page:
        page.expose_function("clicked", lambda: clicks.append(None))
        page.add_init_script(COUNT)
        do_main_job(page, address)
        assert 0 < len(clicks) <= MOST_CLICKS
        page.goto(f"{address}/deploy?design=tpch")
        expect(page.get_by_text("All criteria met")).to_be_visible()
        expect(page.get_by_text(re.compile("mia@.*example")).first).to_be_visible()
    ((lines,),) = workspace.sql("SELECT count(*) FROM main.tpch_gold.fact_lineitem")
    assert lines == workspace.sql("SELECT count(*) FROM samples.tpch.lineitem")[0][0]
    with browser_page(ann) as other:
        other.goto(f"{address}/runs?design=tpch")
        expect(other.get_by_text("Tick a run to look into it")).to_be_visible()
        other.goto(address)
        expect(other.get_by_text("Basket: 0 sources")).to_be_visible()
