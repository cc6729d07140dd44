"""A pipeline keeps the way of publishing that it was made with."""

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


def test_the_mode_that_the_platform_reports_is_shown() -> None:
    found = Found("p1", spec(Publishing.TARGET), 7, "app", publishing_mode="LEGACY_PUBLISHING_MODE")
    step = pipeline_step(spec(Publishing.TARGET), found, was_deployed=True)
    assert step.detail.endswith("; LEGACY_PUBLISHING_MODE")
