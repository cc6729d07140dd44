"""Two people with tokens of their own in one running app: each sees what they may read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.main_job import CHROMIUM, SWITCHES, running_app
from tests.conftest import RunningWorkspace

pytestmark = pytest.mark.skipif(
    not CHROMIUM and "CI" not in os.environ, reason="chromium is not installed"
)

SCHEMA = "main.two_people"
ANN, BOB = "ann@example.com", "bob@example.com"
SEES = {ANN: "of_ann", BOB: "of_bob"}


@pytest.fixture(scope="module")
def address(workspace: RunningWorkspace) -> Iterator[str]:
    workspace.sql(f"CREATE SCHEMA {SCHEMA}")
    for person, table in SEES.items():
        workspace.token(person)
        workspace.sql(f"CREATE TABLE {SCHEMA}.{table} (secret STRING)")
        workspace.sql(f"GRANT USE CATALOG ON CATALOG main TO `{person}`")
        workspace.sql(f"GRANT USE SCHEMA ON SCHEMA {SCHEMA} TO `{person}`")
        workspace.sql(f"GRANT SELECT ON TABLE {SCHEMA}.{table} TO `{person}`")
    with running_app(workspace.env) as address:
        yield address


@contextmanager
def browsers() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


def open_sources(browser: Browser, address: str, headers: dict[str, str]) -> Page:
    page = browser.new_context(extra_http_headers=headers).new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{address}/?catalog=main&schema=two_people")
    return page


def expect_cells(page: Page, text: str, number: int) -> None:
    """A table is drawn on a canvas; its cells are beneath, for those who cannot see it."""
    cells = page.locator("[role=gridcell]", has_text=text)
    expect(cells).to_have_count(number, timeout=60_000)


def of(workspace: RunningWorkspace, person: str) -> dict[str, str]:
    """What Databricks Apps adds to the requests of a person."""
    return {
        "X-Forwarded-Access-Token": workspace.token(person),
        "X-Forwarded-Email": person,
    }


def test_a_person_sees_only_the_tables_that_they_may_read(
    address: str, workspace: RunningWorkspace
) -> None:
    with browsers() as browser:
        # One after the other in one app: an answer kept for all would show the first one's tables.
        pages = {person: open_sources(browser, address, of(workspace, person)) for person in SEES}
        everybody = open_sources(browser, address, {})
        for table in SEES.values():
            expect_cells(everybody, table, 1)
        for person, page in pages.items():
            expect_cells(page, SEES[person], 1)
            (other,) = set(SEES.values()) - {SEES[person]}
            expect_cells(page, other, 0)
