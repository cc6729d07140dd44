"""Two people with tokens of their own in one running app: each sees what they may read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from medallion_core.deploy.drafts import Draft, open_design, save_draft
from medallion_core.model import (
    Design,
    Entity,
    EntityColumn,
    Settings,
    TableLocation,
    TableName,
)
from medallion_core.trust import Asker, Mode
from medallion_core.workspace import connect
from tests.browser.main_job import CHROMIUM, SWITCHES, browser_page, forwarded, running_app
from tests.conftest import RunningWorkspace

pytestmark = pytest.mark.skipif(
    not CHROMIUM and "CI" not in os.environ, reason="chromium is not installed"
)

NAME = "shared_name"
SCHEMA = "main.two_people"
ANN, BOB = "ann@example.com", "bob@example.com"
PATHS = ("", "design", "preview", "deploy", "runs", "pipelines")
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


def test_a_person_sees_only_the_tables_that_they_may_read(
    address: str, workspace: RunningWorkspace
) -> None:
    with browsers() as browser:
        # One after the other in one app: an answer kept for all would show the first one's tables.
        pages = {
            person: open_sources(browser, address, forwarded(workspace, person)) for person in SEES
        }
        nobody = open_sources(browser, address, {})
        for path in PATHS:
            nobody.goto(f"{address}/{path}")
            heading = nobody.get_by_role("heading", name="Turn on user authorization")
            expect(heading).to_be_visible(timeout=60_000)
        for person, page in pages.items():
            expect_cells(page, SEES[person], 1)
            (other,) = set(SEES.values()) - {SEES[person]}
            expect_cells(page, other, 0)


def test_two_people_and_two_tabs_with_one_name_lose_nobodys_work(
    address: str, workspace: RunningWorkspace
) -> None:
    ann, bob = own_asker_of(workspace, ANN), own_asker_of(workspace, BOB)
    save_draft(ann, Draft(draft_of("of_ann")))
    save_draft(bob, Draft(draft_of("of_bob")))
    with browsers() as browser:
        pages = [
            open_design_page(browser, address, forwarded(workspace, person))
            for person in (ANN, ANN, BOB)
        ]
        first, second, other = pages
        for page, table in ((first, "of_ann"), (second, "of_ann"), (other, "of_bob")):
            expect(page.get_by_text(f"main.{table}_gold").first).to_be_visible(timeout=60_000)
        save_draft(ann, Draft(draft_of("of_ann", owner=ANN), 1))
        change_owner(second)
        expect(second.get_by_text("saved in another browser").first).to_be_visible(timeout=60_000)
        change_owner(other)
        expect(other.get_by_text("saved in another browser")).to_have_count(0)
    assert open_design(ann, NAME) == Draft(draft_of("of_ann", owner=ANN), 2)


def own_asker_of(workspace: RunningWorkspace, person: str) -> Asker:
    app = connect()
    return Asker(connect(token=workspace.token(person)), app, person, Mode.PERSON)


def draft_of(table: str, owner: str = "") -> Design:
    location = TableLocation(TableName("main", "two_people", table))
    column = EntityColumn("secret", "secret", "string", "string")
    settings = Settings(NAME, "main", f"{table}_gold", owner=owner)
    return Design(settings, (Entity(table, (location,), (column,)),))


def open_design_page(browser: Browser, address: str, headers: dict[str, str]) -> Page:
    page = browser.new_context(extra_http_headers=headers).new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{address}/design?design={NAME}")
    return page


def change_owner(page: Page) -> None:
    """An edit of the settings, which are the design's like everything else."""
    page.get_by_role("tab", name="Settings").click()
    page.get_by_text("More settings").first.click()
    page.get_by_role("textbox", name="Owner's e-mail").fill("cleo@example.com")
    page.get_by_role("button", name="Save the settings").first.click()


def test_an_admins_word_that_everybody_may_do_everything_is_on_every_page(
    workspace: RunningWorkspace,
) -> None:
    with (
        running_app(workspace.env | {"MEDALLION_TRUST": "app"}) as address,
        browser_page() as page,
    ):
        for path in PATHS:
            page.goto(f"{address}/{path}")
            expect(page.get_by_text("MEDALLION_TRUST=app is set").first).to_be_visible(
                timeout=60_000
            )
