"""Jobs: settings, who may run them, and in which order their tasks go."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local_workspace.rest.job_runs import blocked, in_order
from local_workspace.testing.rest import Caller, RestWorkspace

ANN, BOB = "ann@example.com", "bob@example.com"
ROOT = "/api/2.2/jobs"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[RestWorkspace]:
    made = RestWorkspace(tmp_path)
    yield made
    made.close()


def condition(key: str, left: str, right: str, **more: Any) -> dict[str, Any]:
    compared = {"op": "EQUAL_TO", "left": left, "right": right}
    return {"task_key": key, "condition_task": compared, **more}


def after(key: str, **more: str) -> dict[str, Any]:
    return {"depends_on": [{"task_key": key, **more}]}


def run(caller: Caller, tasks: list[dict[str, Any]], **settings: Any) -> dict[str, Any]:
    job = caller("POST", f"{ROOT}/create", {"name": "j", "tasks": tasks, **settings})["job_id"]
    run_id = caller("POST", f"{ROOT}/run-now", {"job_id": job})["run_id"]
    end = time.monotonic() + 20
    while time.monotonic() < end:
        found: dict[str, Any] = caller("GET", f"{ROOT}/runs/get", run_id=str(run_id))
        if "result_state" in found["state"]:
            return found
        time.sleep(0.05)
    raise TimeoutError("the run does not end")


def results(found: dict[str, Any]) -> dict[str, str]:
    return {task["task_key"]: task["state"]["result_state"] for task in found["tasks"]}


def test_a_condition_opens_one_way_and_closes_the_other(service: RestWorkspace) -> None:
    found = run(
        service.as_(ANN),
        [
            condition("no", "a", "b", **after("ask", outcome="false")),
            condition(
                "yes", "{{tasks.ask.result_state}}", "success", **after("ask", outcome="true")
            ),
            condition("ask", "{{job.parameters.day}}", "monday"),
        ],
        parameters=[{"name": "day", "default": "monday"}],
    )
    assert results(found) == {"ask": "SUCCESS", "yes": "SUCCESS", "no": "EXCLUDED"}
    assert found["state"]["result_state"] == "SUCCESS"


def test_what_follows_a_failed_task_is_not_run_unless_it_wants_to(service: RestWorkspace) -> None:
    notebook = {"task_key": "bad", "notebook_task": {"notebook_path": "/x"}}
    ann = service.as_(ANN)
    found = run(
        ann,
        [
            notebook,
            condition("next", "a", "a", **after("bad")),
            condition("always", "a", "a", run_if="ALL_DONE", **after("bad")),
        ],
    )
    assert results(found) == {"bad": "FAILED", "next": "UPSTREAM_FAILED", "always": "SUCCESS"}
    assert "pipeline, SQL and condition tasks only" in found["state"]["state_message"]
    (bad,) = [task for task in found["tasks"] if task["task_key"] == "bad"]
    output = ann("GET", f"{ROOT}/runs/get-output", run_id=str(bad["run_id"]))
    assert "condition tasks only" in output["error"]


def test_settings_are_replaced_updated_and_found_by_name(service: RestWorkspace) -> None:
    ann = service.as_(ANN)
    job = ann("POST", f"{ROOT}/create", {"name": "one", "tasks": [condition("a", "1", "1")]})
    ann(
        "POST",
        f"{ROOT}/update",
        {**job, "new_settings": {"name": "two", "tasks": [condition("b", "1", "1")]}},
    )
    (listed,) = ann("GET", f"{ROOT}/list", name="TWO", expand_tasks="true")["jobs"]
    assert [task["task_key"] for task in listed["settings"]["tasks"]] == ["a", "b"]
    ann("POST", f"{ROOT}/reset", {**job, "new_settings": {"name": "three"}})
    assert ann("GET", f"{ROOT}/get", job_id=str(job["job_id"]))["settings"]["tasks"] == []
    ann("POST", f"{ROOT}/delete", job)
    assert ann.ask("GET", f"{ROOT}/get", job_id=str(job["job_id"]))[0] == 400


def test_levels_of_a_job(service: RestWorkspace) -> None:
    ann, bob = service.as_(ANN), service.as_(BOB)
    job = ann("POST", f"{ROOT}/create", {"name": "j"})
    permissions = f"/api/2.0/permissions/jobs/{job['job_id']}"
    assert "View" in bob.refused("GET", f"{ROOT}/get", job_id=str(job["job_id"]))
    for level, needed in (("CAN_VIEW", "Manage Run"), ("CAN_MANAGE_RUN", "Manage")):
        entry = {"user_name": BOB, "permission_level": level}
        ann("PATCH", permissions, {"access_control_list": [entry]})
        asked = "run-now" if needed == "Manage Run" else "delete"
        assert needed in bob.refused("POST", f"{ROOT}/{asked}", job)
    as_ann = {"tasks": [], "run_as": {"user_name": ANN}}
    assert ANN in bob.refused("POST", f"{ROOT}/create", as_ann)


def test_tasks_that_do_not_fit_together_are_refused(service: RestWorkspace) -> None:
    ann = service.as_(ANN)
    for tasks in (
        [condition("a", "1", "1"), condition("a", "1", "1")],
        [condition("a", "1", "1", **after("b"))],
    ):
        assert ann.ask("POST", f"{ROOT}/create", {"tasks": tasks})[0] == 400


def test_the_order_ends_in_a_ring_too() -> None:
    ring = [{"task_key": "a", **after("b")}, {"task_key": "b", **after("a")}]
    assert [task["task_key"] for task in in_order(ring)] == ["a", "b"]


@pytest.mark.parametrize(
    ("run_if", "state", "expected"),
    [
        ("ALL_SUCCESS", "SUCCESS", ""),
        ("ALL_SUCCESS", "EXCLUDED", "EXCLUDED"),
        ("NONE_FAILED", "EXCLUDED", ""),
        ("AT_LEAST_ONE_FAILED", "SUCCESS", "EXCLUDED"),
        ("ALL_FAILED", "FAILED", ""),
        ("AT_LEAST_ONE_SUCCESS", "FAILED", "UPSTREAM_FAILED"),
    ],
)
def test_when_a_task_runs(run_if: str, state: str, expected: str) -> None:
    before = {"task_key": "a", "state": {"result_state": state}}
    task = {"task_key": "b", "run_if": run_if, **after("a")}
    assert blocked(task, [before, task]) == expected
