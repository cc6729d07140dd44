"""The main job as a person clicks it, in headless Chromium, over a running workspace."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from playwright.sync_api import Locator, Page, expect, sync_playwright

from local_workspace.spark import free_port
from local_workspace.testing import RunningWorkspace

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or ""
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CLICK_SECONDS = 60
PROPOSE_SECONDS = 300
RUN_SECONDS = 600
LOOK_SECONDS = 2

expect.set_options(timeout=CLICK_SECONDS * 1000)

Look = Callable[[str], None]
"""Called with a page's name when that page shows what it is for."""


@contextmanager
def running_app(environment: Mapping[str, str], script: str = "app.py") -> Iterator[str]:
    """The app, or another script, on the port that ``environment`` names, else on a free one of
    127.0.0.1; gives its address."""
    port = environment.get("DATABRICKS_APP_PORT") or str(free_port())
    command = [sys.executable, "-m", "streamlit", "run", script]
    command += ["--server.address", "127.0.0.1", "--server.port", port, "--server.headless", "true"]
    with _serving(port, command, dict(environment)) as address:
        yield address


@contextmanager
def running_shop(environment: Mapping[str, str]) -> Iterator[str]:
    """The app over a workspace that lives in its own process; gives its address."""
    port = str(free_port())
    paths = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "tests.browser.shop_app", port]
    with _serving(port, command, dict(environment) | paths) as address:
        yield address


@contextmanager
def _serving(port: str, command: list[str], environment: dict[str, str]) -> Iterator[str]:
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/_stcore/health")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_for(address: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@contextmanager
def browser_page(
    headers: Mapping[str, str] = MappingProxyType({}),
    width: int = 1440,
    height: int = 1000,
    scheme: Literal["light", "dark"] = "light",
) -> Iterator[Page]:
    """A browser of its own. ``headers`` are what the proxy of Databricks Apps adds for a person."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        page = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            extra_http_headers=dict(headers),
        ).new_page()
        page.set_default_timeout(CLICK_SECONDS * 1000)
        yield page
        browser.close()


def do_main_job(page: Page, address: str, look: Look = lambda _: None) -> None:
    """From the tables of TPC-H to "all criteria met", and to the list of runs."""
    fill_basket(page, address)
    look("sources")
    propose(page, look)
    look("design")
    preview(page)
    look("preview")
    deploy(page, look)
    look("deploy")
    see_runs(page)
    look("runs")


def fill_basket(page: Page, address: str) -> None:
    page.goto(f"{address}/?catalog=samples&schema=tpch")
    press(page, "Add all 8")
    expect(page.get_by_text("Basket: 8 sources")).to_be_visible()


def propose(page: Page, look: Look = lambda _: None) -> None:
    press(page, "Continue to Design")
    press(page, "Propose a design")
    star = page.get_by_label("The star schema")
    look_until(page, star, look, "proposing", PROPOSE_SECONDS)


def preview(page: Page) -> None:
    go_to(page, "Preview")
    press(page, "fact_lineitem.py")
    expect(page.get_by_text("src/gold/fact_lineitem.py").first).to_be_visible()


def deploy(page: Page, look: Look = lambda _: None) -> None:
    go_to(page, "Deploy")
    expect(page.get_by_role("button", name="Deploy and run")).to_be_enabled()
    look("plan")
    press(page, "Deploy and run")
    look_until(page, page.get_by_text("All criteria met"), look, "running", RUN_SECONDS)


def look_until(page: Page, wanted: Locator, look: Look, name: str, seconds: int) -> None:
    """Looks every few seconds at what goes on, until ``wanted`` is there."""
    for _ in range(seconds // LOOK_SECONDS):
        if wanted.is_visible():
            return
        look(name)
        page.wait_for_timeout(LOOK_SECONDS * 1000)
    expect(wanted).to_be_visible()


def see_runs(page: Page) -> None:
    go_to(page, "Runs")
    expect(page.get_by_text("Tick a run to look into it")).to_be_visible()


def forwarded(workspace: RunningWorkspace, person: str) -> dict[str, str]:
    """What Databricks Apps adds to the requests of a person."""
    return {
        "X-Forwarded-Access-Token": workspace.token(person),
        "X-Forwarded-Email": person,
    }


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()


def go_to(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).first.click()
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
