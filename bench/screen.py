"""What the server computes for one rerun of a page, over designs of more and more tables: CPU
seconds of this process, in which Streamlit runs the page without a browser. Twice where a page
keeps what it found: what a first look costs, and what each later one does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from bench.generate import wide_star
from bench.propose import ROOT, say
from medallion_core.model import Design
from tests.pages.conftest import FakeWorkspace, doors, replace_everywhere

TABLES = (8, 300, 1000)
LINE = "{:34} {:>8} {:>8} {:>8}"
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
    say(LINE.format("tables", *TABLES))
    figures = [dict(_measured(tables)) for tables in TABLES]
    for step in figures[0]:
        say(LINE.format(step, *(f"{found[step]:.2f}" for found in figures)))


def _measured(tables: int) -> Iterator[tuple[str, float]]:
    with _workspace(wide_star(tables)):
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)
        at.query_params["design"] = "wide"
        yield "Sources, with the design opened", _seconds(at.run)
        yield "Design, opened", _seconds(lambda: at.switch_page("pages/design.py").run())
        yield "Design, again", _seconds(at.run)
        for short, name in DESIGN.items():
            at.session_state["design_tab"] = name
            yield f"Design, {short}", _seconds(at.run)
        yield "Design, a role changed", _seconds(lambda: change_role(at))
        yield "Preview, opened", _seconds(lambda: at.switch_page("pages/preview.py").run())
        yield "Preview, again", _seconds(at.run)
        for short, name in PREVIEW.items():
            at.session_state["preview_tab"] = name
            yield f"Preview, {short}", _seconds(at.run)
            yield f"Preview, {short} again", _seconds(at.run)
        assert not at.exception, at.exception  # noqa: S101


def change_role(at: AppTest) -> None:
    """Of the first table; with the rerun that draws what came of it."""
    at.session_state["edit_tables"] = {
        "edited_rows": {0: {"role": "other"}},
        "added_rows": [],
        "deleted_rows": [],
    }
    at.run()


def _seconds(act: Callable[[], object]) -> float:
    before = time.process_time()
    act()
    return time.process_time() - before


@contextmanager
def _workspace(design: Design) -> Iterator[FakeWorkspace]:
    """One in memory that has ``design`` as a draft."""
    fake = FakeWorkspace()
    fake.drafts[design.settings.pipeline_name] = design
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDALLION_TRUST", "app")
        st.cache_data.clear()
        for module, name, stand_in in doors(fake):
            replace_everywhere(patch, getattr(module, name), stand_in)
        yield fake
