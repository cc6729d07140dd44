"""SQL statements, catalogs, schemas and volumes by REST, and SQL as a task of a job."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from databricks.sdk.errors import BadRequest, NotFound, PermissionDenied, ResourceAlreadyExists
from databricks.sdk.service.catalog import VolumeType
from databricks.sdk.service.jobs import (
    PipelineTask,
    SqlTask,
    SqlTaskFile,
    Task,
    TaskDependency,
)
from databricks.sdk.service.sql import StatementParameterListItem, StatementState
from databricks.sdk.service.workspace import ImportFormat

from local_workspace.testing import RunningWorkspace
from local_workspace.testing.pipelines import Pipeline

ANN = "ann@example.com"


@pytest.fixture
def warehouse(workspace: RunningWorkspace) -> str:
    return workspace.env["DATABRICKS_WAREHOUSE_ID"]


def test_a_statement_answers_with_its_columns_and_rows(
    workspace: RunningWorkspace, warehouse: str
) -> None:
    answer = workspace.client().statement_execution.execute_statement(
        "SELECT n_nationkey, n_name, CAST(1.50 AS DECIMAL(4, 2)) AS d, DATE '2026-01-02' AS day, "
        "NULL AS nothing FROM tpch.nation WHERE n_nationkey <= CAST(:last AS INT) ORDER BY 1",
        warehouse,
        catalog="samples",
        parameters=[StatementParameterListItem(name="last", value="1", type="INT")],
        row_limit=1,
    )
    assert answer.status.state == StatementState.SUCCEEDED, answer.status.error
    found = [(column.name, column.type_text) for column in answer.manifest.schema.columns]
    assert found[:4] == [
        ("n_nationkey", "BIGINT"),
        ("n_name", "STRING"),
        ("d", "DECIMAL(4,2)"),
        ("day", "DATE"),
    ]
    assert answer.manifest.truncated
    assert answer.result.data_array == [["0", "ALGERIA", "1.50", "2026-01-02", None]]


def test_a_statement_that_is_wrong_or_not_allowed_fails(
    workspace: RunningWorkspace, warehouse: str
) -> None:
    workspace.sql("CREATE TABLE IF NOT EXISTS main.default.secret AS SELECT 1 AS a")
    for statement, user, said in (
        ("SELECT * FROM main.default.none", "", "TABLE_OR_VIEW_NOT_FOUND"),
        ("SELECT * FROM main.default.secret", ANN, "INSUFFICIENT_PERMISSIONS"),
    ):
        api = workspace.client(user).statement_execution
        status = api.execute_statement(statement, warehouse).status
        assert status.state == StatementState.FAILED
        assert said in status.error.message


def test_objects_are_made_and_dropped_with_the_rights_of_sql(workspace: RunningWorkspace) -> None:
    admin, ann = workspace.client(), workspace.client(ANN)
    assert admin.catalogs.create("by_rest", comment="it's").comment == "it's"
    with pytest.raises(PermissionDenied, match="CREATE CATALOG"):
        ann.catalogs.create("hers")
    with pytest.raises(PermissionDenied, match="USE CATALOG"):
        ann.schemas.create("s", "by_rest")
    admin.schemas.create("s", "by_rest")
    with pytest.raises(ResourceAlreadyExists, match="already exists"):
        admin.schemas.create("s", "by_rest")
    admin.volumes.create("by_rest", "s", "v", VolumeType.MANAGED)
    workspace.sql("CREATE TABLE by_rest.s.t AS SELECT 1 AS a")
    assert admin.schemas.update("by_rest.s", owner=ANN).owner == ANN
    with pytest.raises(BadRequest, match="contains objects"):
        admin.schemas.delete("by_rest.s")
    admin.catalogs.delete("by_rest", force=True)
    with pytest.raises(NotFound):
        admin.catalogs.get("by_rest")


def test_a_job_updates_a_pipeline_and_then_runs_a_file_of_sql(
    workspace: RunningWorkspace, warehouse: str
) -> None:
    source = "@dp.materialized_view\ndef one():\n    return spark.range(1)\n"
    pipeline, client = Pipeline(workspace, source), workspace.client()
    pipeline.write(source)
    text = "-- a comment\n;CREATE TABLE IDENTIFIER(:made) AS SELECT 'a;b' AS a;\n"
    path = f"{pipeline.root}/after.sql"
    client.workspace.import_(
        path,
        content=base64.b64encode(text.encode()).decode(),
        format=ImportFormat.RAW,
    )
    made = f"main.{pipeline.name}.made"
    sql = SqlTask(warehouse, file=SqlTaskFile(path), parameters={"made": made})
    job = client.jobs.create(
        name=pipeline.name,
        tasks=[
            Task("after", sql_task=sql, depends_on=[TaskDependency("update")]),
            Task("update", pipeline_task=PipelineTask(pipeline.pipeline_id)),
        ],
    )
    run = client.jobs.run_now(job.job_id).result(timeout=timedelta(seconds=90))
    assert {task.task_key for task in run.tasks} == {"update", "after"}
    assert workspace.sql(f"SELECT * FROM {made}, main.{pipeline.name}.one") == [("a;b", 0)]
