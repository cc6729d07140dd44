"""What the server pays for many tables, many events and many people: CPU seconds and memory, each
beside its limit. Pages run in this process, without a browser.
"""

from __future__ import annotations

import gc
import os
import resource
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
import yaml
from databricks.sdk.service.pipelines import GetUpdateResponse, UpdateInfo, UpdateInfoState
from streamlit.testing.v1 import AppTest

from bench.generate import wide_star
from bench.propose import ROOT, say
from medallion_core import browse
from medallion_core.browse import TableSummary
from medallion_core.model import Design, TableName, TableType
from medallion_core.model.file import dump_design, load_design
from pages.components.runs import watching
from pages.components.runs.watching import Watcher
from tests.pages.conftest import FakeWorkspace, doors, replace_everywhere

LINE = "{:44} {:>10} {:>10}"
LISTED, FEW, MANY, POLLS, NEW = 10_000, 100, 20_000, 20, 5
PEOPLE, TABLES = 10, 300
STARTED = 1_767_225_600
"""Seconds since 1970 of the first event; each second has one."""


def main() -> None:
    say("\nThe server")
    say(LINE.format("", "measured", "limit"))
    for name, measured, limit in (*_sources(), *_polls(), _people()):
        say(LINE.format(name, measured, limit))


# ── A schema of many tables ──────────────────────────────────────────────────────────────────


def _sources() -> Iterator[tuple[str, str, str]]:
    fake = FakeWorkspace()
    listed = [
        TableSummary(
            TableName("shop", "sales", f"table_{number}"),
            TableType.MANAGED,
            "DELTA",
            "A table of many.",
            column_count=30,
        )
        for number in range(LISTED)
    ]

    def list_tables(*_: object) -> list[TableSummary]:
        fake.note("tables")
        return listed

    with in_memory(fake) as patch:
        replace_everywhere(patch, browse.list_tables, list_tables)
        at = app()
        first, again = _seconds(at.run), _seconds(at.run)
        at.session_state["ticked_tables"] = [each.name for each in listed[:300]]
        ticked = _seconds(at.run)
        assert not at.exception, at.exception  # noqa: S101
    yield f"Sources with {LISTED:,} tables, first look, s", f"{first:.2f}", ""
    yield "… again, s", f"{again:.2f}", "0.30"
    yield "… with 300 of them ticked, s", f"{ticked:.2f}", "0.30"
    yield "… statements", str(fake.asked.count("tables")), "1"


# ── A run of many events ─────────────────────────────────────────────────────────────────────


class _Run:
    """A service whose update has told ``told`` events so far, one a second."""

    def __init__(self, told: int) -> None:
        self.told = told
        info = UpdateInfo(update_id="u", pipeline_id="p", state=UpdateInfoState.RUNNING)
        get_update = SimpleNamespace(get_update=lambda *_: GetUpdateResponse(update=info))
        self.client = SimpleNamespace(pipelines=get_update, api_client=SimpleNamespace(do=self.do))

    def do(self, *_: str, query: dict[str, Any]) -> dict[str, Any]:
        """A page of what is asked for, in the words of the service's filter."""
        _, _, since = query.get("filter", "").partition("timestamp >= ")
        start = int(query.get("page_token", 0)) or (_second(since.strip("'")) if since else 0)
        end = min(start + 250, self.told)
        page: dict[str, Any] = {"events": [_event(number) for number in range(start, end)]}
        return page | ({"next_page_token": str(end)} if end < self.told else {})


def _moment(number: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(STARTED + number))


def _second(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp()) - STARTED


def _event(number: int) -> dict[str, Any]:
    """Progress of one of 300 flows, with as much beside it as the platform sends."""
    name = f"main.wide_gold.fact_sale_{number % TABLES}"
    return {
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "timestamp": _moment(number),
        "level": "METRICS",
        "event_type": "flow_progress",
        "message": f"Flow {name!r} has written rows: look {number}.",
        "origin": {"flow_name": name, "dataset_name": name, "update_id": "u", "pipeline_id": "p"},
        "details": {
            "flow_progress": {"status": "RUNNING", "metrics": {"num_output_rows": number}},
            "besides": [str(number)] * 20,
        },
    }


def _polls() -> Iterator[tuple[str, str, str]]:
    design = wide_star(TABLES)
    few, many = (_poll_seconds(design, told) for told in (FEW, MANY))
    yield f"A poll of a run after {FEW} events, s", f"{few:.4f}", ""
    yield f"… after {MANY:,} events, s", f"{many:.4f}", f"{few * 2 + 0.005:.4f}"
    yield f"… what {MANY:,} events leave behind, MB", f"{_kept(design, MANY):.0f}", "20"


def _poll_seconds(design: Design, told: int) -> float:
    run, watcher = _Run(told), Watcher("p", "u")
    with _answered_by(run):
        watcher.look(design)
        return min(_seconds(lambda: _next_look(run, watcher, design)) for _ in range(POLLS))


def _next_look(run: _Run, watcher: Watcher, design: Design) -> None:
    run.told += NEW
    watcher._again_at = 0.0
    watcher.look(design)


def _kept(design: Design, told: int) -> float:
    """Megabytes."""
    run, watcher = _Run(FEW), Watcher("p", "u")
    with _answered_by(run):
        watcher.look(design)
        tracemalloc.start()
        run.told = told
        _next_look(run, watcher, design)
        gc.collect()
        kept, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return kept / 1e6


@contextmanager
def _answered_by(run: _Run) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watching, "as_app", lambda: run)
        yield


# ── Many people ──────────────────────────────────────────────────────────────────────────────


def _people() -> tuple[str, str, str]:
    """In a process of its own, since nothing else is to be counted, with what ``app.yaml`` sets."""
    settings = yaml.safe_load((ROOT / "app.yaml").read_text("utf-8"))["env"]
    fixed = {each["name"]: each["value"] for each in settings if "value" in each}
    command = [sys.executable, "-m", "bench.server", "people"]
    done = subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True, env=os.environ | fixed
    )
    megabytes = done.stdout.split()[-1]
    return f"{PEOPLE} people with {TABLES} tables each, resident MB", megabytes, "700"


def people() -> None:
    """Each opens a design of their own, changes it and looks at everything. Prints the megabytes
    that the process holds after that."""
    text = dump_design(wide_star(TABLES))
    fake = FakeWorkspace()
    for number in range(PEOPLE):
        design = load_design(text)
        named = replace(design.settings, pipeline_name=f"wide_{number}")
        fake.drafts[named.pipeline_name] = replace(design, settings=named)
    with in_memory(fake):
        kept = [_walk(name) for name in list(fake.drafts)]
        gc.collect()
        say(f"{_resident():.0f}")
        del kept


def _walk(name: str) -> AppTest:
    from bench.screen import DESIGN, PREVIEW, change_role

    at = app()
    at.query_params["design"] = name
    at.run()
    at.switch_page("pages/design.py").run()
    change_role(at)
    for tab in DESIGN.values():
        at.session_state["design_tab"] = tab
        at.run()
    at.switch_page("pages/preview.py").run()
    for tab in PREVIEW.values():
        at.session_state["preview_tab"] = tab
        at.run()
    assert not at.exception, at.exception  # noqa: S101
    return at


def _resident() -> float:
    """Megabytes of memory that this process holds now; where the system does not tell, at most."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    lines = (line.split() for line in status.read_text().splitlines())
    return next(int(line[1]) / 1e3 for line in lines if line[0] == "VmRSS:")


# ── The app in this process ──────────────────────────────────────────────────────────────────


def app() -> AppTest:
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)


@contextmanager
def in_memory(fake: FakeWorkspace) -> Iterator[pytest.MonkeyPatch]:
    """The pages ask ``fake``, and whoever opens them may do everything."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDALLION_TRUST", "app")
        st.cache_data.clear()
        for module, name, stand_in in doors(fake):
            replace_everywhere(patch, getattr(module, name), stand_in)
        yield patch


def _seconds(act: Callable[[], object]) -> float:
    before = time.process_time()
    act()
    return time.process_time() - before


if __name__ == "__main__":
    people() if sys.argv[1:] == ["people"] else main()
