"""The tasks of the job, and what each waits for."""

from __future__ import annotations

from medallion_core.tables.job import job_spec
from tests.generate.designs import proved_by_job, tpch


def test_each_task_waits_for_the_one_before() -> None:
    tasks = job_spec(proved_by_job(tpch()), "p", "w", "/Workspace/x")["tasks"]
    keys = [task["task_key"] for task in tasks]
    assert keys[:2] == ["refresh", "prove"]
    assert "depends_on" not in tasks[0]
    assert [task["depends_on"] for task in tasks[1:]] == [[{"task_key": key}] for key in keys[:-1]]
    assert [task["pipeline_task"]["pipeline_id"] for task in tasks if "sql_task" not in task] == [
        "p"
    ]
