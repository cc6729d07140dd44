"""Pictures of the app: ``python screenshots.py`` takes every page and state at two widths, light
and dark, into ``build/screenshots``, over a workspace that lives in its own process.

With a port it first does the main job in a browser and takes the README's pictures and animation
from it. It runs as an app of a workspace then, which people open on that port, too:
``python -m local_workspace --app 8511 -- python screenshots.py 8511``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Page, TimeoutError

from pages.components.canvas.pictures import REFERENCES
from tests.browser.main_job import browser_page, do_main_job, press, running_app, running_shop

IMAGES = Path(__file__).parent / "docs" / "images"
STATES = Path(__file__).parent / "build" / "screenshots"
IN_THE_README = ("design",)
SHOWN = ("sources", "design", "preview", "deploy", "runs")
SETTLED_MILLISECONDS = 2500
"""Graphs draw themselves after the page says that it is done."""

SOON_MILLISECONDS = 900
WIDTHS = (1440, 800)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

FRAME_SIZE, FRAME_COLOURS = (960, 667), 128
FRAME_MILLISECONDS, LAST_FRAME_MILLISECONDS = 900, 3000
MOST_FRAMES_OF_ONE = 5
"""What goes on for long is shown by so many frames."""

MOST_BYTES = 2_000_000

ROWS = "Compute rows from samples"

Steps = Callable[[Page], object]


def main() -> None:
    if sys.argv[1:]:
        take_main_job(f"http://127.0.0.1:{sys.argv[1]}")
    take_states()


# ── The README's ─────────────────────────────────────────────────────────────────────────────


def take_main_job(address: str) -> None:
    for folder in (IMAGES, STATES):
        folder.mkdir(parents=True, exist_ok=True)
    frames: list[tuple[str, bytes]] = []
    with running_app(os.environ), browser_page() as page:

        def take(name: str) -> None:
            if name in SHOWN:
                page.wait_for_timeout(SETTLED_MILLISECONDS)
            for graph in page.locator(".canvas").all():
                graph.evaluate("graph => graph.scrollIntoView({block: 'end'})")
            if name in SHOWN:
                page.wait_for_timeout(SETTLED_MILLISECONDS)
            picture = page.screenshot()
            frames.append((name, picture))
            if name in SHOWN:
                folder = IMAGES if name in IN_THE_README else STATES
                (folder / f"{name}.png").write_bytes(picture)

        do_main_job(page, address, take)
    animate([picture for _, picture in thinned(frames)], IMAGES / "main_job.gif")


def thinned(frames: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Of each name a few, spread over all that it has; of the same picture one."""
    different = [each for n, each in enumerate(frames) if n == 0 or each[1] != frames[n - 1][1]]
    kept: list[tuple[str, bytes]] = []
    for name in dict.fromkeys(name for name, _ in different):
        those = [each for each in different if each[0] == name]
        step = max(1, len(those) / MOST_FRAMES_OF_ONE)
        kept += [those[int(n * step)] for n in range(min(len(those), MOST_FRAMES_OF_ONE))]
    return kept


def animate(pictures: list[bytes], path: Path) -> None:
    """Writes a GIF. Raises ValueError where it is too big to be read by the way."""
    images = [Image.open(BytesIO(each)).convert("RGB").resize(FRAME_SIZE) for each in pictures]
    frames = [image.quantize(FRAME_COLOURS, dither=Image.Dither.NONE) for image in images]
    frames[0].save(
        path,
        save_all=True,
        append_images=frames[1:],
        duration=[FRAME_MILLISECONDS] * (len(frames) - 1) + [LAST_FRAME_MILLISECONDS],
        loop=0,
        optimize=True,
    )
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"{path} has {path.stat().st_size:,} bytes")


# ── Every page and state ─────────────────────────────────────────────────────────────────────


def nothing(_: Page) -> None:
    """The page as it opens."""


def pressing(*names: str) -> Steps:
    return lambda page: [press(page, name) for name in names]


def choosing(name: str) -> Steps:
    return lambda page: page.locator("label").filter(has_text=name).first.click()


def opening(name: str) -> Steps:
    return lambda page: page.get_by_role("tab", name=name).first.click()


def searching(text: str) -> Steps:
    def search(page: Page) -> None:
        page.get_by_label("Search all catalogs").fill(text)
        page.keyboard.press("Enter")

    return search


def naming_readers(page: Page) -> None:
    opening("Settings")(page)
    page.get_by_text("More settings").click()
    settle(page)
    readers = page.get_by_role("combobox", name="Readers of gold")
    readers.scroll_into_view_if_needed()
    settle(page)
    readers.click()


def looking_at_rows(page: Page) -> None:
    """Those that were computed for the picture before."""
    press(page, "fact_orders")
    rows = page.get_by_text("Computed from")
    rows.evaluate("rows => rows.scrollIntoView({block: 'center'})")


def ticking(page: Page) -> None:
    """The first row of the first table."""
    page.get_by_test_id("stDataFrame").first.click(position={"x": 18, "y": 52})


def drawing(page: Page) -> None:
    page.get_by_label("Show", exact=True).click()
    page.get_by_text(REFERENCES).click()


EVERY_STATE: dict[str, tuple[str, Steps]] = {
    "sources": ("", nothing),
    "sources_ticked": ("", ticking),
    "sources_basket": ("", pressing("Add all 2")),
    "sources_found": ("", searching("ord")),
    "sources_nothing_found": ("", searching("zzz")),
    "sources_files": ("", choosing("Files")),
    "sources_kafka": ("", choosing("Kafka")),
    "sources_list": ("", choosing("List of names")),
    "design_none": ("design", nothing),
    "design_to_propose": ("", pressing("Add all 2", "Continue to Design")),
    "design_tables": ("design?design=unsure", nothing),
    "design_references": ("design?design=unsure", opening("References")),
    "design_columns": ("design?design=unsure", opening("Columns")),
    "design_rules": ("design?design=unsure", opening("Rules")),
    "design_star": ("design?design=unsure", opening("Star")),
    "design_settings": ("design?design=unsure", opening("Settings")),
    "design_readers": ("design?design=unsure", naming_readers),
    "design_drawn": ("design?design=unsure", drawing),
    "design_alone": ("design?design=unsure", choosing("Star beside")),
    "preview_none": ("preview", nothing),
    "preview_code": ("preview?design=shop", nothing),
    "preview_computing": ("preview?design=shop", pressing("fact_orders", ROWS)),
    "preview_rows": ("preview?design=shop", looking_at_rows),
    "preview_star": ("preview?design=shop", opening("Star")),
    "preview_lineage": ("preview?design=shop", opening("Lineage")),
    "preview_refresh": ("preview?design=shop", opening("Refresh")),
    "preview_findings": ("preview?design=shop", opening("Findings")),
    "deploy_none": ("deploy", nothing),
    "deploy_plan": ("deploy?design=unsure", nothing),
    "deploy_done": ("deploy?design=shop", nothing),
    "deploy_tables": ("deploy?design=shop", opening("Tables")),
    "deploy_rows": ("deploy?design=shop", opening("Rows")),
    "deploy_expectations": ("deploy?design=shop", opening("Expectations")),
    "deploy_events": ("deploy?design=shop", opening("Events")),
    "runs_none": ("runs", nothing),
    "runs": ("runs?design=shop", nothing),
    "runs_ticked": ("runs?design=shop", ticking),
    "pipelines": ("pipelines", nothing),
    "pipelines_ticked": ("pipelines", ticking),
    "pipelines_cost": ("pipelines", choosing("Cost of the last 30 days")),
    "design_proposing": ("", pressing("Add all 2", "Continue to Design", "Propose a design")),
}
"""By name: where it is, and what is done there; last what other pages tell of."""


def take_states() -> None:
    STATES.mkdir(parents=True, exist_ok=True)
    for width in WIDTHS:
        for scheme in SCHEMES:
            with (
                running_shop(_by_itself()) as address,
                browser_page(width=width, scheme=scheme) as page,
            ):
                for name, (path, steps) in EVERY_STATE.items():
                    page.goto(f"{address}/{path}")
                    page.get_by_role("link", name="Next:").wait_for()
                    steps(page)
                    settle(page)
                    page.screenshot(path=STATES / f"{name}_{width}_{scheme}.png")


def _by_itself() -> dict[str, str]:
    """The environment without the workspace that the main job was done in."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("DATABRICKS_", "STREAMLIT_"))}


def settle(page: Page) -> None:
    """Until the page is drawn: what goes on for seconds is taken as it stands."""
    page.wait_for_timeout(SOON_MILLISECONDS)
    with suppress(TimeoutError):
        page.locator("[data-test-script-state=notRunning]").wait_for(timeout=10_000)
    page.wait_for_timeout(SOON_MILLISECONDS)


if __name__ == "__main__":
    main()
