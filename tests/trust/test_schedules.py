"""A schedule outlives the rights of who set it: an admin says which pipelines may have one."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from medallion_core.deploy.manifest import read_manifest
from medallion_core.deploy.permit import folder_of
from medallion_core.job import Order, do_job, plan_job
from medallion_core.model import Settings
from medallion_core.trust import Asker, Mode, why_unscheduled
from medallion_core.workspace import Workspace
from tests.trust.people import ANN, People, design

VARIABLE = "MEDALLION_SCHEDULED_PIPELINES"
DAILY = "0 0 5 * * ?"
DEPLOY = Order(run=None)


@pytest.mark.parametrize(
    ("named", "mode", "schedule", "refused"),
    [
        ("", Mode.PERSON, DAILY, True),
        ("sales_x, Sales", Mode.PERSON, DAILY, True),
        ("returns, sales", Mode.PERSON, DAILY, False),
        ("*", Mode.PERSON, DAILY, False),
        ("", Mode.PERSON, "", False),
        ("", Mode.SELF, DAILY, False),
        ("", Mode.APP, DAILY, False),
    ],
)
def test_an_admin_names_what_may_run_with_nobody_there(
    named: str, mode: Mode, schedule: str, refused: bool
) -> None:
    nowhere = cast("Workspace", None)
    settings = Settings("sales", "main", "gold", schedule=schedule)
    why = why_unscheduled(Asker(nowhere, nowhere, ANN, mode), settings, {VARIABLE: named})
    assert bool(why) is refused
    assert not refused or f"Have an admin add sales to {VARIABLE}" in why


def test_a_schedule_is_made_by_an_admins_word_and_taken_away_without(
    people: People, ann: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = design().settings.pipeline_name
    daily = replace(design(), settings=replace(design().settings, schedule=DAILY))

    def job_id() -> str:
        manifest = read_manifest(folder_of(ann, name))
        return manifest.job_id if manifest else ""

    monkeypatch.delenv(VARIABLE, raising=False)
    assert VARIABLE in plan_job(ann, daily, DEPLOY).unscheduled
    do_job(ann, daily, DEPLOY)
    assert job_id() == ""
    monkeypatch.setenv(VARIABLE, name)
    assert plan_job(ann, daily, DEPLOY).unscheduled == ""
    do_job(ann, daily, DEPLOY)
    made = int(job_id())
    assert made in {job.job_id for job in people.app.client.jobs.list()}
    monkeypatch.delenv(VARIABLE)
    do_job(ann, daily, DEPLOY)
    assert job_id() == ""
    assert made not in {job.job_id for job in people.app.client.jobs.list()}
    do_job(ann, design(), DEPLOY)
