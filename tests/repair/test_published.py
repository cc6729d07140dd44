"""Refusals of how tables are published are made for real, and understood."""

from __future__ import annotations

import pytest

from local_workspace.testing.pipelines import Pipeline
from medallion_core.model import Design, Settings
from medallion_core.repair import diagnose
from medallion_core.run.events import RunError
from medallion_core.workspace.errors import error_class
from tests.conftest import RunningWorkspace
from tests.repair.published import PUBLISHED, Published

DESIGN = Design(Settings("sales", "main", "gold"), ())


@pytest.mark.parametrize("case", [pytest.param(each, id=each.name) for each in PUBLISHED])
def test_a_refusal_is_understood(workspace: RunningWorkspace, case: Published) -> None:
    first = Pipeline(workspace, case.first)
    if case.first:
        assert first.run().state == "COMPLETED"
    failed = Pipeline(workspace, case.source.replace("{schema}", first.name)).run()
    assert failed.state == "FAILED"
    text = failed.errors
    error = RunError("t", "Flow FAILED.", causes=(text,), error_class=error_class(text), at=None)
    (found,) = diagnose(DESIGN, [error])
    assert found.code == case.code, text


def test_what_the_refused_pipeline_needs_is_a_second_run(workspace: RunningWorkspace) -> None:
    (case,) = (each for each in PUBLISHED if each.code == "PARENT_IS_NOT_READY")
    pipeline = Pipeline(workspace, case.source)
    assert [pipeline.run().state for _ in range(2)] == ["FAILED", "COMPLETED"]
