"""Pipelines through the SDK: settings, life of an update, streams that remember, refusals."""

from __future__ import annotations

import time
import uuid

import pytest
from databricks.sdk.errors import (
    InvalidParameterValue,
    PermissionDenied,
    ResourceConflict,
    ResourceDoesNotExist,
)

from local_workspace.testing import RunningWorkspace
from local_workspace.testing.pipelines import Pipeline

MEDALLION = """\
@dp.table(name="bronze_nation", comment="As it came.")
def bronze_nation():
    return spark.readStream.table("{source}").withColumn("_at", F.current_timestamp())


@dp.table(name="silver_nation", cluster_by=["n_nationkey"])
@dp.expect("named", "n_name IS NOT NULL")
@dp.expect_or_drop("odd", "n_nationkey % 2 = 1")
@dp.expect_all({{"region": "n_regionkey < 2", "never": "NULL"}})
def silver_nation():
    return spark.readStream.table("{live}bronze_nation").drop("_at")


@dp.materialized_view(
    name="dim_nation",
    schema="n_nationkey BIGINT NOT NULL COMMENT 'key', n_name STRING, "
    "CONSTRAINT dim_nation_key PRIMARY KEY (n_nationkey)",
)
def dim_nation():
    return spark.read.table("{live}silver_nation").select(
        F.col("n_nationkey").cast("bigint"), "n_name"
    )
"""


@pytest.fixture
def source(workspace: RunningWorkspace) -> str:
    name = f"main.default.nation_{uuid.uuid4().hex[:8]}"
    workspace.sql(f"CREATE TABLE {name} AS SELECT * FROM samples.tpch.nation")
    return name


@pytest.mark.parametrize(("publishing", "live"), [("target", "LIVE."), ("schema", "")])
def test_medallion_runs_and_takes_only_what_is_new(
    workspace: RunningWorkspace, source: str, publishing: str, live: str
) -> None:
    pipeline = Pipeline(workspace, MEDALLION.format(source=source, live=live), publishing)
    first = pipeline.run()
    assert first.state == "COMPLETED", first.errors
    assert first.rows == {"bronze_nation": 25, "silver_nation": 12, "dim_nation": 12}
    assert first.quality == {
        ("silver_nation", "named"): (25, 0),
        ("silver_nation", "odd"): (12, 13),
        ("silver_nation", "region"): (10, 15),
        ("silver_nation", "never"): (0, 25),
    }
    assert first.states == [
        "WAITING_FOR_RESOURCES",
        "INITIALIZING",
        "SETTING_UP_TABLES",
        "RUNNING",
        "COMPLETED",
    ]
    before = pipeline.table("bronze_nation")
    assert sum(pipeline.run().rows.values()) == 0
    workspace.sql(f"INSERT INTO {source} VALUES (25, 'Atlantis', 1, ''), (26, 'Mu', 1, '')")
    assert pipeline.run().rows == {"bronze_nation": 2, "silver_nation": 1, "dim_nation": 13}
    after = pipeline.table("bronze_nation")
    assert len(after) == 27
    assert set(before) < set(after)
    again = pipeline.run(full_refresh=True)
    assert again.states[2] == "RESETTING"
    assert again.rows == {"bronze_nation": 27, "silver_nation": 13, "dim_nation": 13}


def test_declared_keys_and_comments_reach_the_catalog(
    workspace: RunningWorkspace, source: str
) -> None:
    pipeline = Pipeline(workspace, MEDALLION.format(source=source, live=""))
    assert pipeline.run().state == "COMPLETED"
    table = workspace.client().tables.get(f"main.{pipeline.name}.dim_nation")
    assert table.table_type.value == "MATERIALIZED_VIEW"
    key = table.table_constraints[0].primary_key_constraint
    assert (key.name, key.child_columns) == ("dim_nation_key", ["n_nationkey"])
    assert [(c.name, c.comment, c.nullable) for c in table.columns[:1]] == [
        ("n_nationkey", "key", False)
    ]


def test_a_source_changed_in_place_stops_the_stream(
    workspace: RunningWorkspace, source: str
) -> None:
    pipeline = Pipeline(workspace, MEDALLION.format(source=source, live=""))
    assert pipeline.run().state == "COMPLETED"
    workspace.sql(f"DELETE FROM {source} WHERE n_nationkey = 3")
    failed = pipeline.run()
    assert failed.state == "FAILED"
    assert "[DELTA_SOURCE_TABLE_IGNORE_CHANGES]" in failed.errors
    assert failed.statuses("silver_nation")[-1] == failed.statuses("dim_nation")[-1] == "SKIPPED"
    assert pipeline.run(full_refresh=True).rows["bronze_nation"] == 24


def test_validate_only_writes_nothing(workspace: RunningWorkspace, source: str) -> None:
    pipeline = Pipeline(workspace, MEDALLION.format(source=source, live=""))
    assert pipeline.run(validate_only=True).states[-1] == "COMPLETED"
    with pytest.raises(Exception, match="TABLE_OR_VIEW_NOT_FOUND"):
        pipeline.table("bronze_nation")


SLOW = """\
@dp.materialized_view(name="slow")
def slow():
    pairs = spark.range(3000000).crossJoin(spark.range(100000).withColumnRenamed("id", "j"))
    return pairs.select(F.sum(F.xxhash64("id", "j")).alias("x"))
"""


def test_one_update_at_a_time_and_stop_at_any_time(workspace: RunningWorkspace) -> None:
    pipeline = Pipeline(workspace, SLOW)
    update = pipeline.start()
    with pytest.raises(ResourceConflict, match=f"An active update {update} already exists"):
        pipeline.client.pipelines.start_update(pipeline.pipeline_id)
    while pipeline.state(update) != "RUNNING":
        time.sleep(0.1)
    pipeline.client.pipelines.stop(pipeline.pipeline_id).result()
    ended = pipeline.wait(update, seconds=20)
    assert ended.states[-2:] == ["STOPPING", "CANCELED"]
    pipeline.source = '@dp.materialized_view(name="slow")\ndef slow():\n    return spark.range(1)\n'
    assert pipeline.run().state == "COMPLETED"


def test_a_hanging_update_can_be_asked_for(workspace: RunningWorkspace) -> None:
    pipeline = Pipeline(workspace, SLOW)
    pipeline.client.api_client.do("POST", "/local/faults", body={"hang": True})
    update = pipeline.start()
    time.sleep(1)
    assert pipeline.state(update) == "RUNNING"
    pipeline.client.pipelines.stop(pipeline.pipeline_id)
    assert pipeline.wait(update, seconds=10).state == "CANCELED"


def test_edit_replaces_the_settings_under_an_optimistic_lock(workspace: RunningWorkspace) -> None:
    pipeline = Pipeline(workspace, SLOW)
    pipelines = pipeline.client.pipelines
    seen = pipelines.get(pipeline.pipeline_id)
    settings = {"name": pipeline.name, "catalog": "main", "schema": pipeline.name}
    expected = seen.last_modified
    pipelines.update(pipeline.pipeline_id, expected_last_modified=expected, **settings)
    assert not pipelines.get(pipeline.pipeline_id).spec.libraries
    with pytest.raises(ResourceConflict, match="were modified"):
        pipelines.update(pipeline.pipeline_id, expected_last_modified=expected, **settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"schema": "a", "target": "b"}, "Only one of"),
        ({"target": "main.b"}, "is not a valid name"),
        ({"schema": "a", "libraries": [{"glob": {"include": "src/**"}}]}, "absolute path"),
        ({"schema": "a", "libraries": [{"glob": {"include": "/s/**/*.py"}}]}, "not supported"),
        ({"schema": "a", "serverless": True, "clusters": [{}]}, "cluster settings"),
        ({"schema": "a", "surprise": 1}, "Unknown field: surprise"),
    ],
)
def test_settings_that_are_refused(
    workspace: RunningWorkspace, settings: dict, message: str
) -> None:
    body = {"name": uuid.uuid4().hex, "catalog": "main", **settings}
    with pytest.raises(InvalidParameterValue, match=message):
        workspace.client().api_client.do("POST", "/api/2.0/pipelines", body=body)


def test_names_are_unique_and_found_by_pattern(workspace: RunningWorkspace) -> None:
    pipeline = Pipeline(workspace, SLOW)
    pipelines = pipeline.client.pipelines
    assert pipeline.pipeline_id
    with pytest.raises(ResourceConflict, match="already used"):
        pipelines.create(name=pipeline.name, catalog="main", schema="x")
    pattern = f"name LIKE '{pipeline.name[:-1]}_'"
    assert [found.name for found in pipelines.list_pipelines(filter=pattern)] == [pipeline.name]


def test_deleted_with_its_tables(workspace: RunningWorkspace, source: str) -> None:
    pipeline = Pipeline(workspace, MEDALLION.format(source=source, live=""))
    assert pipeline.run().state == "COMPLETED"
    pipeline.client.pipelines.delete(pipeline.pipeline_id)
    with pytest.raises(ResourceDoesNotExist, match="was not found"):
        pipeline.client.pipelines.get(pipeline.pipeline_id)
    with pytest.raises(Exception, match="TABLE_OR_VIEW_NOT_FOUND"):
        pipeline.table("bronze_nation")


def test_people_see_and_run_what_they_were_given(workspace: RunningWorkspace, source: str) -> None:
    pipeline = Pipeline(workspace, MEDALLION.format(source=source, live=""))
    other = workspace.client("carl@example.org")
    with pytest.raises(PermissionDenied, match="View permissions"):
        other.pipelines.get(pipeline.pipeline_id)
    entry = {"user_name": "carl@example.org", "permission_level": "CAN_VIEW"}
    path = f"/api/2.0/permissions/pipelines/{pipeline.pipeline_id}"
    workspace.client().api_client.do("PATCH", path, body={"access_control_list": [entry]})
    assert other.pipelines.get(pipeline.pipeline_id).name == pipeline.name
    with pytest.raises(PermissionDenied, match="Run permissions"):
        other.pipelines.start_update(pipeline.pipeline_id)


def test_the_owner_needs_select_and_create(workspace: RunningWorkspace, source: str) -> None:
    text = MEDALLION.format(source=source, live="")
    pipeline = Pipeline(workspace, text, user="dora@example.org")
    workspace.sql("GRANT USE CATALOG ON CATALOG main TO `dora@example.org`")
    assert "CREATE SCHEMA" in pipeline.run().errors
    workspace.sql("GRANT USE SCHEMA, CREATE SCHEMA ON CATALOG main TO `dora@example.org`")
    failed = pipeline.run()
    assert "[INSUFFICIENT_PERMISSIONS]" in failed.errors
    assert "SELECT" in failed.errors
    workspace.sql(f"GRANT SELECT ON TABLE {source} TO `dora@example.org`")
    assert pipeline.run().state == "COMPLETED"
