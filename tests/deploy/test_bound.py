"""A pipeline that was bound to a bundle is the bundle's, until somebody takes it back."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from medallion_core.deploy import Action, Plan, apply_plan, edited_by_hand
from medallion_core.deploy.manifest import Manifest
from medallion_core.deploy.pipeline import Found, pipeline_step
from medallion_core.deploy.steps import PIPELINE_FILE, PipelineStep
from medallion_core.errors import MedallionError
from medallion_core.tables.pipeline import pipeline_spec
from tests.generate.designs import tpch

WANTED = pipeline_spec(tpch().settings, "/Workspace/Users/app/medallion")
BOUND = WANTED | {
    "root_path": "/Workspace/Users/ann@example.com/.bundle/tpch/prod/files",
    "deployment": {"kind": "BUNDLE", "metadata_file_path": "/Workspace/…/metadata.json"},
}


def step_for(spec: dict[str, object], *, take_back: bool = False) -> PipelineStep:
    found = Found("p1", spec, 7, "app")
    return pipeline_step(WANTED, found, was_deployed=True, take_back=take_back)


def plan_of(steps: Sequence[PipelineStep]) -> Plan:
    return Plan(
        design=tpch(), root_path="/", steps=tuple(steps), manifest=Manifest("tpch"), by="ann"
    )


def test_it_is_left_alone_and_said_so() -> None:
    step = step_for(BOUND)
    assert (step.action, step.by_bundle) == (Action.KEEP, True)
    assert edited_by_hand([step]) == [PIPELINE_FILE]


def test_nothing_is_deployed_over_it() -> None:
    with pytest.raises(MedallionError) as caught:
        apply_plan(None, plan_of([step_for(BOUND)]), lambda _: None)  # type: ignore[arg-type]
    assert caught.value.code == "DEPLOYED_BY_BUNDLE"


def test_it_is_taken_back_once_somebody_agrees() -> None:
    step = step_for(BOUND, take_back=True)
    assert (step.action, step.by_bundle) == (Action.UPDATE, False)
    assert step.spec == WANTED | {"expected_last_modified": 7}


def test_one_that_no_bundle_deploys_is_the_apps() -> None:
    assert step_for(WANTED).action is Action.KEEP
    assert edited_by_hand([step_for(WANTED)]) == []
