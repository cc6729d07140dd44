"""What the server computes for a plan: CPU seconds of the process in which the Deploy page runs,
over a workspace in another one. The sources are empty tables: a plan does not look into them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

from streamlit.testing.v1 import AppTest

from bench.generate import wide_star
from bench.propose import ROOT, say
from bench.screen import DESIGN, LINE, TABLES, change_role, look_through, seconds_of
from bench.server import app
from medallion_core.deploy import apply_plan
from medallion_core.deploy.drafts import Draft, save_draft
from medallion_core.job import Order, plan_job
from medallion_core.model import Design, Entity, TableLocation
from medallion_core.trust import own_asker
from medallion_core.workspace import connect

LIMIT = 1.0
"""Seconds with 300 tables."""


def main() -> None:
    workspace = [sys.executable, "-m", "local_workspace", "--"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "MEDALLION_TRUST": "app"}
    measure = [sys.executable, "-m", "bench.plan"]
    subprocess.run([*workspace, *measure], cwd=ROOT, env=environment, check=True)


def measure() -> None:
    """Writes a table, within a workspace."""
    say("\nThe plan: CPU seconds of one rerun")
    say(LINE.format("tables", *TABLES, "300: most"))
    figures = [{**dict(_measured(tables)), **dict(_deployed(tables))} for tables in TABLES]
    for step in figures[0]:
        say(LINE.format(step, *(f"{found[step]:.2f}" for found in figures), f"{LIMIT:.2f}"))


def _measured(tables: int) -> Iterator[tuple[str, float]]:
    name = f"wide_{tables}"
    _drafted(name, tables)
    yield "Deploy, opened before Preview", _opens_deploy(_opened(name))
    at = _opened(name)
    look_through(at)
    yield "Deploy, opened after Preview", _opens_deploy(at)
    yield "Deploy, again", seconds_of(at.run)
    at.switch_page("pages/design.py").run()
    at.session_state["design_tab"] = DESIGN["Tables"]
    change_role(at)
    yield "Deploy, opened after an edit", _opens_deploy(at)
    assert not at.exception, at.exception  # noqa: S101


def _deployed(tables: int) -> Iterator[tuple[str, float]]:
    name = f"deployed_{tables}"
    asker, design = own_asker(connect()), _drafted(name, tables)
    apply_plan(asker.app, plan_job(asker, design, Order()), lambda _: None)
    at = _opened(name)
    look_through(at)
    yield "Deploy, deployed before", _opens_deploy(at)
    at.switch_page("pages/design.py").run()
    at.session_state["design_tab"] = DESIGN["Tables"]
    change_role(at)
    yield "Deploy, deployed, after an edit", _opens_deploy(at)
    assert not at.exception, at.exception  # noqa: S101


def _drafted(name: str, tables: int) -> Design:
    """The draft of that name, over sources of its own."""
    asker, design = own_asker(connect()), wide_star(tables)
    entities = tuple(_reading(f"from_{name}", each) for each in design.entities)
    settings = replace(design.settings, pipeline_name=name, schema=name)
    design = replace(design, settings=settings, entities=entities)
    asker.app.execute(f"CREATE SCHEMA main.from_{name}")
    for entity in design.entities:
        asker.app.execute(f"CREATE TABLE main.from_{name}.{entity.name} (id BIGINT)")
    save_draft(asker, Draft(design))
    return design


def _reading(schema: str, entity: Entity) -> Entity:
    (location,) = entity.reads
    assert isinstance(location, TableLocation)  # noqa: S101
    table = replace(location.table, schema=schema)
    return replace(entity, reads=(replace(location, table=table),))


def _opened(name: str) -> AppTest:
    at = app()
    at.query_params["design"] = name
    return at.run()


def _opens_deploy(at: AppTest) -> float:
    return seconds_of(lambda: at.switch_page("pages/deploy.py").run())


if __name__ == "__main__":
    measure()
