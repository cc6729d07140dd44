"""A run that fails for real, in the app: what is safe is mended, what asks is one click."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from medallion_core.deploy.drafts import Draft, open_design, save_draft
from medallion_core.run import latest_update
from medallion_core.trust import own_asker
from medallion_core.workspace import Workspace, connect
from pages.components.frame.jobs import jobs
from tests.conftest import RunningWorkspace
from tests.pages.conftest import replace_everywhere
from tests.repair.rows import ROWS
from tests.repair.scene import Scene

APP = Path(__file__).parents[2] / "app.py"
NAME = "mended_in_the_app"
SAFE, ASKS = "rule_casts", "rule_casts_drops"
JOB_SECONDS = 120


@pytest.fixture(scope="module")
def scene(workspace: RunningWorkspace) -> Iterator[Scene]:
    st.cache_resource.clear()
    faults = {fault.name: fault for fault in ROWS}
    scene = Scene(connect(), NAME, (faults[SAFE], faults[ASKS]))
    scene.make_sources()
    save_draft(own_asker(scene.ws), Draft(scene.design()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MEDALLION_TRUST", "app")
        replace_everywhere(patch, connect, lambda **_: scene.ws)
        yield scene
    scene.ws.close()
    st.cache_resource.clear()


def open_page(page: str) -> AppTest:
    at = AppTest.from_file(str(APP), default_timeout=60)
    at.query_params["design"] = NAME
    at.run()
    at.switch_page(f"pages/{page}.py").run()
    assert not at.exception, at.exception
    return at


def press(at: AppTest, label: str) -> None:
    next(button for button in at.button if button.label == label).click().run()
    deadline = time.monotonic() + JOB_SECONDS
    while (job := jobs().find(connect().user_name, NAME)) is None or job.running:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert job.error is None, job.error


def words(at: AppTest) -> str:
    return " ".join(markdown.value for markdown in at.markdown)


def state_of(ws: Workspace) -> str:
    pipeline = next(p for p in ws.client.pipelines.list_pipelines() if p.name == NAME)
    update = latest_update(ws, pipeline.pipeline_id or "")
    assert update is not None
    assert update.state is not None
    return update.state.value


def test_a_failing_run_is_mended_and_what_asks_by_one_click(scene: Scene) -> None:
    at = open_page("deploy")
    press(at, "Deploy and run")
    assert state_of(scene.ws) == "FAILED"
    polls = 0
    while "needs approval" not in words(at):
        polls += 1
        assert polls <= 2
        at.run()
    assert words(at).count("Mended ") == 1
    assert "safe to mend" not in words(at), "what was safe is mended already"

    press(at, "Apply and run again")
    at.run()
    assert state_of(scene.ws) == "COMPLETED"
    assert any("All criteria met" in success.value for success in at.success)
    assert {
        fix.subject.removeprefix("silver_")
        for fix in open_design(own_asker(scene.ws), NAME).design.fixes
    } == {
        SAFE,
        ASKS,
    }
    runs = open_page("runs")
    mended = next(d.value for d in runs.dataframe if "by whose consent" in d.value.columns)
    assert len(mended) == 2
