"""A pipeline keeps the way of publishing that it was made with, and what somebody added."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core.deploy.pipeline import Found, pipeline_step
from medallion_core.deploy.steps import Action
from medallion_core.errors import MedallionError
from medallion_core.model import Publishing
from medallion_core.tables.pipeline import pipeline_spec
from tests.generate.designs import tpch


def spec(publishing: Publishing) -> dict[str, object]:
    settings = replace(tpch().settings, publishing=publishing)
    return pipeline_spec(settings, "/Workspace/Users/app/medallion")


@pytest.mark.parametrize("before", Publishing)
@pytest.mark.parametrize("after", Publishing)
def test_another_way_is_refused_with_what_to_do(before: Publishing, after: Publishing) -> None:
    found = Found("p1", spec(before), 7, "app")
    if before is after:
        step = pipeline_step(spec(after), found, was_deployed=True)
        assert step.action is Action.KEEP
        return
    with pytest.raises(MedallionError, match=f"made with `{before}`") as caught:
        pipeline_step(spec(after), found, was_deployed=True)
    assert caught.value.code == "PUBLISHING_LOCKED"
    assert f"Set Publishing to {before} again" in caught.value.hint


def test_configuration_that_somebody_added_is_kept() -> None:
    mine = spec(Publishing.SCHEMA)
    added = {"pipelines.numUpdateRetryAttempts": "1"}
    theirs = mine | {"configuration": {**added, "medallion.target": "elsewhere"}}
    step = pipeline_step(mine, Found("p1", theirs, 7, "app"), was_deployed=True)
    assert step.action is Action.UPDATE
    assert step.spec["configuration"] == added | {"medallion.target": "`main`.`tpch_gold`"}
    made = {key: value for key, value in step.spec.items() if key != "expected_last_modified"}
    settled = Found("p1", made, 8, "app")
    assert pipeline_step(mine, settled, was_deployed=True).action is Action.KEEP


def test_the_mode_that_the_platform_reports_is_shown() -> None:
    found = Found("p1", spec(Publishing.TARGET), 7, "app", publishing_mode="LEGACY_PUBLISHING_MODE")
    step = pipeline_step(spec(Publishing.TARGET), found, was_deployed=True)
    assert step.detail.endswith("; LEGACY_PUBLISHING_MODE")


@pytest.mark.parametrize(("zone", "told"), [("Asia/Kolkata", True), ("UTC", False)])
def test_a_pipeline_of_another_time_zone_is_told_of(zone: str, told: bool) -> None:
    mine = spec(Publishing.SCHEMA)
    configured = mine["configuration"] | {"spark.sql.session.timeZone": zone}
    found = Found("p1", mine | {"configuration": configured}, 7, "app")
    step = pipeline_step(mine, found, was_deployed=True)
    assert ("spark.sql.session.timeZone is Asia/Kolkata" in step.detail) is told
    assert step.action is Action.KEEP
