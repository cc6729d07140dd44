"""The README's pictures: does the main job in a browser and takes one picture a page.

Runs within a workspace: ``python -m local_workspace -- python screenshots.py``.
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.browser.main_job import browser_page, do_main_job, running_app

IMAGES = Path(__file__).parent / "docs" / "images"
SETTLED_MILLISECONDS = 2500
"""Diagrams draw themselves after the page says that it is done."""


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with running_app(os.environ) as address, browser_page() as page:

        def take(name: str) -> None:
            page.wait_for_timeout(SETTLED_MILLISECONDS)
            page.screenshot(path=IMAGES / f"{name}.png")

        do_main_job(page, address, take)


if __name__ == "__main__":
    main()
