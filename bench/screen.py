"""What the server computes for one rerun of a page, over designs of more and more tables: CPU
seconds of this process, in which Streamlit runs the page without a browser. Twice where a page
keeps what it found: what a first look costs, and what each later one does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from streamlit.testing.v1 import AppTest

from bench import server
from bench.generate import wide_star
from bench.propose import say
from tests.pages.conftest import FakeWorkspace

TABLES = (8, 300, 1000)
LINE = "{:34} {:>8} {:>8} {:>8} {:>9}"
A_TAB = 0.2
LIMITS = {
    "Design, a role changed": 0.5,
    "Preview, opened": 0.7,
    "Preview, after an edit": 0.7,
    "Preview, Findings": 1.0,
    "Preview, Findings after an edit": 1.0,
}
"""Seconds with 300 tables; of all other steps ``A_TAB``."""
DESIGN = {
    "References": ":material/link: References",
    "Columns": ":material/view_column: Columns",
    "Rules": ":material/rule: Rules",
    "Star": ":material/star: Star",
    "Tables": ":material/table: Tables",
}
PREVIEW = {
    "Star": ":material/star: Star",
    "Lineage": ":material/account_tree: Lineage",
    "Refresh": ":material/update: Refresh",
    "Findings": ":material/fact_check: Findings",
    "Code": ":material/code: Code",
}


def main() -> None:
    say("\nThe screen: CPU seconds of one rerun")
    say(LINE.format("tables", *TABLES, "300: most"))
    figures = [dict(_measured(tables)) for tables in TABLES]
    for step in figures[0]:
        limit = f"{LIMITS.get(step, A_TAB):.2f}"
        say(LINE.format(step, *(f"{found[step]:.2f}" for found in figures), limit))


def _measured(tables: int) -> Iterator[tuple[str, float]]:
    design, fake = wide_star(tables), FakeWorkspace()
    fake.drafts[design.settings.pipeline_name] = design
    with server.in_memory(fake):
        at = server.app()
        at.query_params["design"] = "wide"
        yield "Sources, with the design opened", seconds_of(at.run)
        yield "Design, opened", seconds_of(lambda: at.switch_page("pages/design.py").run())
        yield "Design, again", seconds_of(at.run)
        for short, name in DESIGN.items():
            at.session_state["design_tab"] = name
            yield f"Design, {short}", seconds_of(at.run)
        yield "Design, a role changed", seconds_of(lambda: change_role(at))
        yield "Preview, opened", seconds_of(lambda: at.switch_page("pages/preview.py").run())
        yield "Preview, again", seconds_of(at.run)
        for short, name in PREVIEW.items():
            at.session_state["preview_tab"] = name
            yield f"Preview, {short}", seconds_of_most(at)
            yield f"Preview, {short} again", seconds_of(at.run)
        at.switch_page("pages/design.py").run()
        at.session_state["design_tab"] = DESIGN["Tables"]
        change_role(at, "fact")
        yield "Preview, after an edit", seconds_of(lambda: at.switch_page("pages/preview.py").run())
        for short in ("Refresh", "Findings"):
            at.session_state["preview_tab"] = PREVIEW[short]
            yield f"Preview, {short} after an edit", seconds_of_most(at)
        assert not at.exception, at.exception  # noqa: S101


def change_role(at: AppTest, role: str = "other") -> None:
    """Of the first table; with the rerun that draws what came of it."""
    at.session_state["edit_tables"] = {
        "edited_rows": {0: {"role": role}},
        "added_rows": [],
        "deleted_rows": [],
    }
    at.run()


def look_through(at: AppTest) -> None:
    """Opens Preview and each of its tabs."""
    at.switch_page("pages/preview.py").run()
    for name in PREVIEW.values():
        at.session_state["preview_tab"] = name
        seconds_of_most(at)


def seconds_of_most(at: AppTest) -> float:
    """Of the reruns that it takes until nothing goes on, those that the page asks for itself."""
    most = seconds_of(at.run)
    while at.get("progress"):
        most = max(most, seconds_of(at.run))
    return most


def seconds_of(act: Callable[[], object]) -> float:
    before = time.process_time()
    act()
    return time.process_time() - before
