"""The job that a deployment from the app makes for a schedule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from local_workspace.rest.warehouses import WAREHOUSE_ID
from local_workspace.testing.rest import RestWorkspace
from medallion_core.deploy.job import JOBS, job_steps, settle_job
from medallion_core.deploy.manifest import Manifest
from medallion_core.deploy.owners import let_owners_see
from medallion_core.deploy.steps import Action
from medallion_core.generate import generate_bundle
from medallion_core.model import Design
from medallion_core.tables.job import PIPELINE_TAG
from medallion_core.workspace import Workspace, connect
from medallion_core.workspace.access import take_away
from tests.generate.designs import tpch

FOLDER = "/Workspace/Users/app/medallion/pipelines/tpch"
OWNER = "ann@example.com"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[RestWorkspace]:
    made = RestWorkspace(tmp_path)
    yield made
    made.close()


@pytest.fixture
def ws(service: RestWorkspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    for name in ("DATABRICKS_CLIENT_ID", "DATABRICKS_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABRICKS_HOST", service.workspace.host)
    monkeypatch.setenv("DATABRICKS_TOKEN", service.as_(service.admin).token)
    monkeypatch.setenv("DATABRICKS_WAREHOUSE_ID", WAREHOUSE_ID)
    return connect()


@pytest.fixture
def pipeline_id(service: RestWorkspace) -> str:
    spec = {"name": "tpch", "catalog": "main", "schema": "tpch_gold", "serverless": True}
    return str(service.as_(service.admin)("POST", "/api/2.0/pipelines", spec)["pipeline_id"])


def scheduled(cron: str = "0 0 5 * * ?", **said: Any) -> Design:
    design = tpch()
    return replace(design, settings=replace(design.settings, schedule=cron, **said))


def settled(ws: Workspace, design: Design, job_id: str, pipeline_id: str) -> str:
    """The job's id after it was made what ``design`` says."""
    manifest = Manifest("tpch", pipeline_id=pipeline_id, job_id=job_id)
    for step in job_steps(ws, design, FOLDER, manifest, pipeline_id):
        if step.action is not Action.KEEP:
            job_id = settle_job(ws, step, pipeline_id)
    assert [
        step
        for step in job_steps(ws, design, FOLDER, replace(manifest, job_id=job_id), pipeline_id)
        if step.action is not Action.KEEP
    ] == []
    return job_id


def jobs(service: RestWorkspace) -> list[dict[str, Any]]:
    caller = service.as_(service.admin)
    found: list[dict[str, Any]] = caller("GET", f"{JOBS}/list").get("jobs", [])
    return found


def test_without_a_schedule_there_is_no_job(ws: Workspace, pipeline_id: str) -> None:
    assert job_steps(ws, tpch(), FOLDER, Manifest("tpch"), pipeline_id) == []


def test_a_schedule_is_made_changed_and_taken_away(
    service: RestWorkspace, ws: Workspace, pipeline_id: str
) -> None:
    job_id = settled(ws, scheduled(notify=(OWNER,)), "", pipeline_id)
    [job] = jobs(service)
    assert job["settings"]["schedule"]["quartz_cron_expression"] == "0 0 5 * * ?"
    assert job["settings"]["email_notifications"] == {"on_failure": [OWNER]}
    assert settled(ws, scheduled("0 0 6 * * ?", notify=(OWNER,)), job_id, pipeline_id) == job_id
    [job] = jobs(service)
    assert job["settings"]["schedule"]["quartz_cron_expression"] == "0 0 6 * * ?"
    assert settled(ws, scheduled("0 0 6 * * ?"), job_id, pipeline_id) == job_id
    [job] = jobs(service)
    assert not job["settings"]["email_notifications"].get("on_failure")
    assert settled(ws, tpch(), job_id, pipeline_id) == ""
    assert jobs(service) == []


def test_the_job_follows_a_pipeline_that_is_made_anew(ws: Workspace, pipeline_id: str) -> None:
    job_id = settled(ws, scheduled(), "", pipeline_id)
    manifest = Manifest("tpch", pipeline_id=pipeline_id, job_id=job_id)
    [step] = job_steps(ws, scheduled(), FOLDER, manifest, "")
    assert (step.action, step.job_id) == (Action.UPDATE, job_id)


def test_a_job_whose_id_was_not_noted_is_found_again(
    service: RestWorkspace, ws: Workspace, pipeline_id: str
) -> None:
    settled(ws, scheduled(), "", pipeline_id)
    settled(ws, scheduled(), "", pipeline_id)
    assert len(jobs(service)) == 1


def test_a_job_of_somebody_else_is_neither_changed_nor_deleted(
    service: RestWorkspace, ws: Workspace, pipeline_id: str
) -> None:
    ann = service.as_(OWNER)
    tags = {PIPELINE_TAG: pipeline_id}
    task = {"task_key": "refresh", "pipeline_task": {"pipeline_id": pipeline_id}}
    hers = ann("POST", f"{JOBS}/create", {"name": "tpch job", "tags": tags, "tasks": [task]})
    before = ann("GET", f"{JOBS}/get", job_id=hers["job_id"])
    made = settled(ws, scheduled(), "", pipeline_id)
    assert made != str(hers["job_id"])
    ws.client.jobs.delete(int(made))
    manifest = Manifest("tpch", pipeline_id=pipeline_id)
    assert job_steps(ws, scheduled(), FOLDER, manifest, pipeline_id, unscheduled="no") == []
    assert ann("GET", f"{JOBS}/get", job_id=hers["job_id"]) == before


def test_a_job_that_the_identity_made_for_something_else_is_left_alone(
    service: RestWorkspace, ws: Workspace, pipeline_id: str
) -> None:
    caller = service.as_(service.admin)
    task = {"task_key": "mine", "pipeline_task": {"pipeline_id": pipeline_id}}
    other = caller("POST", f"{JOBS}/create", {"name": "tpch job", "tasks": [task]})
    assert settled(ws, scheduled(), "", pipeline_id) != str(other["job_id"])


def test_one_that_somebody_deleted_is_made_again(
    service: RestWorkspace, ws: Workspace, pipeline_id: str
) -> None:
    job_id = settled(ws, scheduled(), "", pipeline_id)
    ws.client.jobs.delete(int(job_id))
    assert settled(ws, scheduled(), job_id, pipeline_id) != job_id
    assert len(jobs(service)) == 1


def test_its_tasks_are_those_of_the_bundle(
    service: RestWorkspace, ws: Workspace, pipeline_id: str
) -> None:
    design = scheduled(sql_warehouse=WAREHOUSE_ID, readers=("analysts",))
    job_id = settled(ws, design, "", pipeline_id)
    caller = service.as_(service.admin)
    made = caller("GET", f"{JOBS}/get", job_id=job_id)["settings"]["tasks"]
    text = generate_bundle(design)["resources/tpch.job.yml"]
    written = yaml.safe_load(text)["resources"]["jobs"]["tpch_job"]["tasks"]
    assert [task["task_key"] for task in made] == [task["task_key"] for task in written]
    assert [task.get("depends_on", []) for task in made] == [
        task.get("depends_on", []) for task in written
    ]
    files = [task["sql_task"]["file"]["path"] for task in made if "sql_task" in task]
    assert files == [f"{FOLDER}/sql/tests.sql", f"{FOLDER}/sql/grants.sql"]
    assert set(files) <= {f"{FOLDER}/{path}" for path in generate_bundle(design)}


def test_owners_see_it_until_they_are_none_and_may_not_change_it(
    service: RestWorkspace, ws: Workspace, pipeline_id: str
) -> None:
    job_id = settled(ws, scheduled(), "", pipeline_id)
    manifest = Manifest("tpch", pipeline_id=pipeline_id, job_id=job_id)
    let_owners_see(ws, [OWNER, "bob@example.com"], manifest)
    ann, bob = service.as_(OWNER), service.as_("bob@example.com")
    assert ann("GET", f"{JOBS}/get", job_id=job_id)["settings"]["name"] == "tpch job"
    ann.refused("POST", f"{JOBS}/delete", {"job_id": int(job_id)})
    take_away(ws, "jobs", job_id, OWNER.upper())
    ann.refused("GET", f"{JOBS}/get", job_id=job_id)
    assert bob("GET", f"{JOBS}/get", job_id=job_id)
    assert ann("GET", f"/api/2.0/pipelines/{pipeline_id}")["name"] == "tpch"
    take_away(ws, "pipelines", pipeline_id, OWNER)
    ann.refused("GET", f"/api/2.0/pipelines/{pipeline_id}")
    take_away(ws, "pipelines", pipeline_id, ws.user_name)
    assert service.as_(service.admin)("GET", f"/api/2.0/pipelines/{pipeline_id}")
