"""Pictures of the app: ``python screenshots.py`` takes every page and state at two widths, light
and dark, into ``build/screenshots``, over a workspace that lives in its own process.

``--only deploy,runs`` takes those whose names begin so. With a port it first does the main job in a
browser and takes the README's pictures and animation from it. It runs as an app of a workspace
then, which people open on that port, too:
``python -m local_workspace --app 8511 -- python screenshots.py 8511``.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Error, Page, TimeoutError

from tests.browser.main_job import browser_page, do_main_job, running_app, running_shop
from tests.browser.states import EVERY_STATE, State

IMAGES = Path(__file__).parent / "docs" / "images"
STATES = Path(__file__).parent / "build" / "screenshots"
IN_THE_README = ("design",)
SHOWN = ("sources", "design", "preview", "deploy", "runs")
SETTLED_MILLISECONDS = 2500
"""Graphs draw themselves after the page says that it is done."""

SOON_MILLISECONDS = 900
REACHED_SECONDS = 30
WIDTHS, HEIGHT = (1440, 800), 900
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

FRAME_SIZE, FRAME_COLOURS = (960, 667), 128
FRAME_MILLISECONDS, LAST_FRAME_MILLISECONDS = 900, 3000
MOST_FRAMES_OF_ONE = 5
"""What goes on for long is shown by so many frames."""

MOST_BYTES = 2_000_000


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("port", nargs="?")
    arguments.add_argument("--only", default="", help="names, or how they begin, with commas")
    given = arguments.parse_args()
    if given.port:
        take_main_job(f"http://127.0.0.1:{given.port}")
    failures = take_states(tuple(given.only.split(",")))
    sys.exit("\n".join(failures) or None)


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


def take_states(only: tuple[str, ...]) -> list[str]:
    """Gives the states that could not be taken, each with what was in the way."""
    STATES.mkdir(parents=True, exist_ok=True)
    wanted = {name: how for name, how in EVERY_STATE.items() if name.startswith(only)}
    return [
        failure
        for width in WIDTHS
        for scheme in SCHEMES
        for failure in take_all(wanted, width, scheme)
    ]


def take_all(
    states: Mapping[str, State], width: int, scheme: Literal["light", "dark"]
) -> list[str]:
    """Of one width and scheme. A state that cannot be reached costs no other: each begins with a
    page of its own."""
    failures = []
    with (
        running_shop(_by_itself()) as address,
        browser_page(width=width, height=HEIGHT, scheme=scheme) as page,
    ):
        page.set_default_timeout(REACHED_SECONDS * 1000)
        for name, state in states.items():
            try:
                page.set_extra_http_headers({"X-Forwarded-Email": state.person})
                page.goto(f"{address}/{state.path}")
                page.get_by_text(state.drawn).first.wait_for()
                state.steps(page)
                settle(page)
            except Error as error:
                failures.append(f"{name} {width} {scheme}: {error.message.splitlines()[0]}")
            page.screenshot(path=STATES / f"{name}_{width}_{scheme}.png")
    return failures


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
