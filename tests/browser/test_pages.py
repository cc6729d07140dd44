"""Every page in a browser, light and dark: what axe calls serious is not there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from pages.components.canvas.pictures import REFERENCES
from pages.components.frame.job_button import POLL_SECONDS
from tests.browser.main_job import CHROMIUM, ROOT, browser_page, press, running_shop
from tests.browser.shop_app import PROPOSING_SECONDS
from tests.browser.states import (
    EVERY_STATE,
    Steps,
    choosing,
    one_after_the_other,
    opening,
    pointing_at,
    selecting,
    type_into,
)
from tests.conftest import clean_environment

pytestmark = pytest.mark.skipif(
    not CHROMIUM and "CI" not in os.environ, reason="chromium is not installed"
)

LOOKED_AT: dict[str, tuple[Steps, ...]] = {
    "sources_ticked": tuple(map(choosing, ("Files", "Kafka", "List of names"))),
    "sign_in_needed": (),
    "design_compared": (),
    "design_refused_edit": (pointing_at("fact_orders"), selecting("Show", REFERENCES)),
    "preview_code": (one_after_the_other(opening("Lineage"), pointing_at("dim_buyers")),),
    "deploy_consents": (),
    "deploy_failed": (),
    "runs": (),
    "pipelines_ticked": (),
    "deploy_starting": (),
}
"""States, and what is done there further: each page, and what it says where something is wrong."""

HIGH = 4000
"""Pixels: contrast is told of what is in sight."""

DRAWN_MILLISECONDS, SETTLED_MILLISECONDS = 700, 300
"""Tables draw themselves after the page says that it is done, and so does what axe looks at."""

SERIOUS = ("serious", "critical")
OUTSIDE = [[".token"]]
"""Streamlit highlights code in colours of its own, which no theme can change."""

WHOLE, OPEN = [["html"]], [["[role=tabpanel]"]]
CONTRAST: dict[str, object] = {"runOnly": ["color-contrast"]}
"""All that another scheme changes."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running_shop(clean_environment()) as address:
        yield address


def test_no_page_has_what_keeps_people_out(address: str) -> None:
    found: list[str] = []
    opened: set[str] = set()
    with browser_page(height=HIGH) as page:
        for name, further in LOOKED_AT.items():
            state = EVERY_STATE[name]
            page.emulate_media(color_scheme="light")
            page.set_extra_http_headers({"X-Forwarded-Email": state.person})
            page.goto(f"{address}/{state.path}")
            page.get_by_text(state.drawn).first.wait_for()
            state.steps(page)
            found += told(page, name)
            page.emulate_media(color_scheme="dark")
            found += told(page, f"{name}, dark", options=CONTRAST)
            tabs = [f"{state.page} {tab}" for tab in page.get_by_role("tab").all_inner_texts()]
            for number, tab in enumerate(tabs):
                if number and tab not in opened:
                    page.get_by_role("tab").nth(number).click()
                    found += told(page, f"{tab}, dark", include=OPEN)
            opened.update(tabs)
            for number, steps in enumerate(further, 1):
                steps(page)
                found += told(page, f"{name}, dark, {number}")
    assert not found, "\n".join(found)


def test_every_page_is_looked_at_and_has_a_picture() -> None:
    names = {file.stem for file in (ROOT / "pages").glob("[!_]*.py")}
    held = {EVERY_STATE[name].page for name in LOOKED_AT}
    taken = {state.page for state in EVERY_STATE.values()}
    assert held == taken == names - {"sources"} | {""}, "Sources is where the app opens"


def test_a_proposal_is_left_and_found_again(address: str) -> None:
    with browser_page() as page:
        page.goto(address)
        page.get_by_role("button", name="Add all 2").click()
        page.get_by_role("button", name="Continue to Design").click()
        name = page.get_by_label("Pipeline name")
        name.fill("left")
        name.press("Tab")
        page.get_by_role("button", name="Propose a design").click()
        expect(page.get_by_text("Proposing left")).to_be_visible()
    with browser_page() as page:
        page.goto(f"{address}/design")
        open_it = page.get_by_role("button", name="Open it")
        expect(page.get_by_text("Proposing left").or_(open_it)).to_be_visible()
        if open_it.is_visible():
            open_it.click()
        expect(page.get_by_label("The star schema")).to_be_visible()
        expect(page).to_have_url(re.compile("design=left"))


def test_a_reference_is_drawn_by_hand_answered_on_its_line_and_undone(address: str) -> None:
    with browser_page() as page:
        page.goto(f"{address}/design?design=unsure")
        page.get_by_label("Show", exact=True).click()
        page.get_by_text(REFERENCES).click()
        page.get_by_role("button", name="Accept orders.buyer_id → buyers.buyer_id").click()
        expect(page.get_by_role("button", name="Accept orders")).to_have_count(0)
        pins = page.locator(".node").filter(has_text="orders").locator(".pin")
        pins.filter(has_text="order_id").first.drag_to(
            page.locator(".node").filter(has_text="email").locator(".pin").first
        )
        expect(page.get_by_text("2 references drawn")).to_be_visible()
        press(page, "Undo")
        expect(page.get_by_text("1 reference drawn")).to_be_visible()
        expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible()
        press(page, "Undo")
        page.get_by_role("button", name="Refuse orders.buyer_id → buyers.buyer_id").click()
        expect(page.get_by_text("0 references drawn")).to_be_visible()


def test_ten_edits_are_taken_by_the_click_after_each_and_undone(address: str) -> None:
    """An edit ends where something else is clicked, which may be another table or another page."""
    names = ["orders", "purchases"] * 5 + ["orders"]
    with browser_page() as page:
        page.goto(f"{address}/design?design=typed")
        cell = page.get_by_test_id("glide-cell-0-0")
        for number, name in enumerate(names[1:]):
            type_into(page, cell, name)
            if number % 5:
                page.get_by_role("heading", name="Design").click()
            else:
                other = page.get_by_role("tab", name="References")
                other.click()
                expect(other).to_have_attribute("aria-selected", "true")
                expect(page.get_by_text("Its columns")).to_be_visible()
                page.wait_for_timeout(DRAWN_MILLISECONDS)
                expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible()
                page.get_by_role("tab", name="Tables").click()
            expect(cell).to_have_text(name)
        for name in reversed(names[:-1]):
            press(page, "Undo")
            expect(cell).to_have_text(name)
        expect(page.get_by_role("button", name="Undo")).to_be_disabled()
        type_into(page, cell, "purchases")
        page.get_by_role("link", name="Next: Preview").click()
        expect(page.get_by_role("heading", name="Preview")).to_be_visible()
        page.goto(f"{address}/design?design=typed")
        expect(cell).to_have_text("purchases")


def test_what_is_being_typed_stays_when_a_count_ends(address: str) -> None:
    with browser_page() as page:
        page.goto(f"{address}/design?design=typed")
        page.get_by_role("tab", name="Rules").click()
        cell = page.get_by_test_id("glide-cell-1-0")
        expect(cell).to_be_attached()
        press(page, "Count on today's rows")
        expect(page.get_by_text("Counting the rows")).to_be_visible()
        type_into(page, cell, "typed_meanwhile")
        page.wait_for_timeout((PROPOSING_SECONDS + POLL_SECONDS) * 1000)
        page.keyboard.press("Enter")
        expect(cell).to_have_text("typed_meanwhile")
        expect(page.get_by_text("has changed since its rows were counted")).to_be_visible()


def told(
    page: Page, where: str, include: object = WHOLE, options: dict[str, object] | None = None
) -> list[str]:
    """What axe finds once all is drawn: the serious, and headings out of order."""
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible()
    expect(page.locator("[aria-busy=true]")).to_have_count(0)
    page.wait_for_timeout(SETTLED_MILLISECONDS)
    parts = {"include": include, "exclude": OUTSIDE}
    asked = {"resultTypes": ["violations"]} | (options or {})
    answer = Axe().run(page, context=parts, options=asked).response
    return [
        f"{where}: {found['id']}: {node['html'][:120]} {node['failureSummary'][:240]}"
        for found in answer["violations"]
        if found["impact"] in SERIOUS or found["id"] == "heading-order"
        for node in found["nodes"]
    ]
