"""The README's pictures: does the main job in a browser and takes one picture a page.

Runs as an app of a workspace, which people open on the port that is named, too:
``python -m local_workspace --app 8511 -- python screenshots.py 8511``.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.browser.main_job import browser_page, do_main_job, running_app

IMAGES = Path(__file__).parent / "docs" / "images"
SETTLED_MILLISECONDS = 2500
"""Graphs draw themselves after the page says that it is done."""


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    address = f"http://127.0.0.1:{sys.argv[1]}"
    with running_app(os.environ), browser_page() as page:

        def take(name: str) -> None:
            page.wait_for_timeout(SETTLED_MILLISECONDS)
            for graph in page.locator(".canvas").all():
                graph.scroll_into_view_if_needed()
            page.wait_for_timeout(SETTLED_MILLISECONDS)
            page.screenshot(path=IMAGES / f"{name}.png")

        do_main_job(page, address, take)


if __name__ == "__main__":
    main()
