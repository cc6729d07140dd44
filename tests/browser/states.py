"""Every page and state of the app, and how one gets there: for pictures of all of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass

from playwright.sync_api import Locator, Page, TimeoutError, expect

from pages.components.canvas.pictures import REFERENCES
from tests.browser.main_job import press
from tests.browser.shop_app import OFFLINE, UNKNOWN, WIDE
from tests.browser.shop_service import NEWCOMER

Steps = Callable[[Page], object]
_DRAWN_MILLISECONDS = 700

_FIRST_CELL = (40, 50)
"""Pixels from the corner of the table of tables to the first table's name."""

_OPENED_MILLISECONDS, _OPENS_MILLISECONDS = 250, 2500


def nothing(_: Page) -> None:
    """The page as it opens."""


@dataclass(frozen=True, slots=True)
class State:
    """Where it is and what is done there; ``person`` comes there, who sees ``drawn`` once the page
    is."""

    path: str
    steps: Steps = nothing
    _: KW_ONLY
    person: str = ""
    drawn: str = "Next:"

    @property
    def page(self) -> str:
        """As its address has it."""
        return self.path.partition("?")[0]


def pressing(*names: str) -> Steps:
    return lambda page: [press(page, name) for name in names]


def choosing(name: str) -> Steps:
    return lambda page: page.locator("label").filter(has_text=name).first.click()


def opening(name: str) -> Steps:
    return lambda page: page.get_by_role("tab", name=name).first.click()


def showing(name: str) -> Steps:
    """Of the design: what is edited, its star, or both."""
    return lambda page: page.get_by_text(name, exact=True).first.click()


def unfolding(name: str) -> Steps:
    return lambda page: page.locator("summary").filter(has_text=name).first.click()


def one_after_the_other(*all_steps: Steps) -> Steps:
    return lambda page: [steps(page) for steps in all_steps]


def searching(text: str) -> Steps:
    def search(page: Page) -> None:
        page.get_by_label("Search all catalogs").fill(text)
        page.keyboard.press("Enter")

    return search


def pointing_at(name: str) -> Steps:
    """A node of the canvas."""
    return lambda page: page.locator(".node").filter(has_text=name).first.click()


def going_down_to(text: str) -> Steps:
    """So that it stands at the top."""
    into_view = "found => found.scrollIntoView({block: 'start'})"
    return lambda page: page.get_by_text(text).first.evaluate(into_view)


def waiting(seconds: float) -> Steps:
    return lambda page: page.wait_for_timeout(seconds * 1000)


def ticking(row: int) -> Steps:
    """Of the first table."""

    def tick(page: Page) -> None:
        table = page.get_by_test_id("stDataFrame").first
        table.wait_for()
        page.wait_for_timeout(_DRAWN_MILLISECONDS)
        table.click(position={"x": 18, "y": 19 + 33 * row})

    return tick


def selecting(label: str, option: str) -> Steps:
    def select(page: Page) -> None:
        box = page.get_by_label(label, exact=True).first
        box.scroll_into_view_if_needed()
        page.wait_for_timeout(_DRAWN_MILLISECONDS)
        box.click()
        page.get_by_role("option", name=option).first.click()

    return select


def naming_readers(page: Page) -> None:
    opening("Settings")(page)
    page.get_by_text("More settings").click()
    page.wait_for_timeout(_DRAWN_MILLISECONDS)
    readers = page.get_by_role("combobox", name="Readers of gold")
    readers.scroll_into_view_if_needed()
    page.wait_for_timeout(_DRAWN_MILLISECONDS)
    readers.click()


def typing_a_name_that_is_taken(page: Page) -> None:
    type_into(page, page.get_by_test_id("glide-cell-0-0"), "buyers")
    page.keyboard.press("Enter")


def type_into(page: Page, cell: Locator, text: str) -> None:
    """Into a cell of the first column and row, which a table paints on a canvas. A key
    opens it where the click has not."""
    expect(cell).to_be_attached()
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible()
    page.wait_for_timeout(_OPENED_MILLISECONDS)
    box = page.get_by_test_id("stDataFrame").filter(has=cell).bounding_box()
    assert box is not None
    typing = page.locator("#portal textarea")
    for _ in range(5):
        if not typing.is_visible():
            page.mouse.click(box["x"] + _FIRST_CELL[0], box["y"] + _FIRST_CELL[1])
            page.keyboard.press("x")
            with suppress(TimeoutError):
                typing.wait_for(timeout=_OPENS_MILLISECONDS)
    typing.fill(text)


def looking_at_rows(page: Page) -> None:
    """Those that were computed for the picture before."""
    press(page, "fact_orders")
    rows = page.get_by_text("Computed from")
    rows.evaluate("rows => rows.scrollIntoView({block: 'center'})")


EVERY_STATE: dict[str, State] = {
    "sources": State(""),
    "sources_ticked": State("", ticking(1)),
    "sources_sample": State("", one_after_the_other(ticking(1), opening("Sample"))),
    "sources_profile": State("", one_after_the_other(ticking(1), opening("Profile"))),
    "sources_basket": State("", pressing("Add all 2")),
    "sources_found": State("", searching("ord")),
    "sources_nothing_found": State("", searching("zzz")),
    "sources_empty": State("?catalog=shop&schema=empty"),
    "sources_wide": State(f"?catalog=shop&schema={WIDE}"),
    "sources_wide_basket": State(f"?catalog=shop&schema={WIDE}", pressing("Add all 300")),
    "sources_files": State("", choosing("Files")),
    "sources_kafka": State("", choosing("Kafka")),
    "sources_list": State("", choosing("List of names")),
    "sources_no_catalog": State("", person=NEWCOMER),
    "sign_in_needed": State("", person=UNKNOWN, drawn="Try again"),
    "not_connected": State("", person=OFFLINE, drawn="Try again"),
    "design_none": State("design"),
    "design_first": State("design", person=NEWCOMER),
    "design_compared": State("design", selecting("Compare it with", "unsure")),
    "design_to_propose": State("", pressing("Add all 2", "Continue to Design")),
    "design_tables": State("design?design=unsure"),
    "design_refused_edit": State("design?design=unsure", typing_a_name_that_is_taken),
    "design_references": State("design?design=unsure", opening("References")),
    "design_columns": State("design?design=unsure", opening("Columns")),
    "design_rules": State("design?design=unsure", opening("Rules")),
    "design_star": State("design?design=unsure", opening("Star")),
    "design_settings": State("design?design=unsure", opening("Settings")),
    "design_readers": State("design?design=unsure", naming_readers),
    "design_drawn": State("design?design=unsure", selecting("Show", REFERENCES)),
    "design_alone": State("design?design=unsure", showing("Edit")),
    "design_only_star": State("design?design=unsure", showing("Star")),
    "design_in_full": State("design?design=unsure", unfolding("Evidence in full")),
    "design_panel": State("design?design=unsure", pointing_at("fact_orders")),
    "design_inbox": State("design?design=inbox", unfolding("open questions")),
    "design_alike": State("design?design=alike"),
    "design_wrong": State("design?design=refused"),
    "design_long": State("design?design=long"),
    "design_wide": State("design?design=wide"),
    "preview_none": State("preview"),
    "preview_code": State("preview?design=shop"),
    "preview_computing": State(
        "preview?design=shop", pressing("fact_orders", "Compute rows from samples")
    ),
    "preview_rows": State("preview?design=shop", looking_at_rows),
    "preview_star": State("preview?design=shop", opening("Star")),
    "preview_lineage": State("preview?design=shop", opening("Lineage")),
    "preview_panel": State(
        "preview?design=shop", one_after_the_other(opening("Lineage"), pointing_at("dim_buyers"))
    ),
    "preview_refresh": State("preview?design=shop", opening("Refresh")),
    "preview_findings": State("preview?design=shop", opening("Findings")),
    "preview_wide": State("preview?design=wide"),
    "preview_wide_lineage": State("preview?design=wide", opening("Lineage")),
    "deploy_none": State("deploy"),
    "deploy_plan": State("deploy?design=unsure"),
    "deploy_consents": State("deploy?design=consents"),
    "deploy_grants": State("deploy?design=grants"),
    "deploy_refused": State("deploy?design=refused"),
    "deploy_not_an_owner": State("deploy?design=theirs"),
    "deploy_fresh": State("deploy?design=fresh"),
    "deploy_failed": State("deploy?design=failing"),
    "deploy_done": State("deploy?design=shop"),
    "deploy_what_now": State("deploy?design=shop", unfolding("What now")),
    "deploy_tables": State("deploy?design=shop", opening("Tables")),
    "deploy_rows": State("deploy?design=shop", opening("Rows")),
    "deploy_expectations": State("deploy?design=shop", opening("Expectations")),
    "deploy_events": State("deploy?design=shop", opening("Events")),
    "deploy_panel": State("deploy?design=shop", pointing_at("silver_orders")),
    "deploy_earlier": State(
        "deploy?design=shop",
        one_after_the_other(unfolding("Earlier deployments"), going_down_to("Earlier deployments")),
    ),
    "deploy_long": State("deploy?design=long"),
    "deploy_wide": State("deploy?design=wide"),
    "runs_none": State("runs"),
    "runs_fresh": State("runs?design=fresh"),
    "runs": State("runs?design=shop"),
    "runs_ticked": State("runs?design=shop", ticking(1)),
    "runs_mended": State("runs?design=shop", ticking(2)),
    "pipelines_none": State("pipelines", person=NEWCOMER),
    "pipelines": State("pipelines"),
    "pipelines_ticked": State("pipelines", ticking(1)),
    "pipelines_cost": State("pipelines", choosing("Cost of the last 30 days")),
    "deploy_starting": State("deploy?design=going", pressing("Deploy and run")),
    "deploy_running": State("deploy?design=going", waiting(8)),
    "design_proposing": State("", pressing("Add all 2", "Continue to Design", "Propose a design")),
}
"""By name; last what other pages tell of."""
