"""Pipelines whose files are SQL, and what a query decides of a dataset's kind."""

from __future__ import annotations

from local_workspace.testing import RunningWorkspace
from local_workspace.testing.pipelines import Pipeline, Update


def completed(update: Update) -> Update:
    assert update.state == "COMPLETED", update.errors
    return update


def kinds(pipeline: Pipeline) -> dict[str, str]:
    rows = pipeline.workspace.sql(
        "SELECT table_name, table_type FROM main.information_schema.tables "
        f"WHERE table_schema = '{pipeline.name}'"
    )
    return {str(name): str(kind) for name, kind in rows}


def run_sql(pipeline: Pipeline, text: str) -> Update:
    pipeline.client.workspace.mkdirs(f"{pipeline.root}/src")
    pipeline.write(text, "tables.sql", header="")
    started = pipeline.client.pipelines.start_update(pipeline.pipeline_id)
    return completed(pipeline.wait(str(started.update_id)))


def test_a_table_over_a_batch_read_is_a_materialized_view(workspace: RunningWorkspace) -> None:
    pipeline = Pipeline(
        workspace,
        "@dp.table\n"
        "def trips():\n"
        "    return spark.read.table('samples.nyctaxi.trips').limit(10)\n\n"
        "@dp.table(comment='streamed')\n"
        "def orders():\n"
        "    return spark.readStream.table('samples.tpch.nation')\n",
    )
    completed(pipeline.run())
    assert kinds(pipeline) == {"trips": "MATERIALIZED_VIEW", "orders": "STREAMING_TABLE"}
    assert pipeline.table("trips", "count(*)", "1") == [(10,)]


def test_every_kind_of_dataset_by_sql(workspace: RunningWorkspace) -> None:
    pipeline = Pipeline(workspace, "")
    source = f"main.{pipeline.name}_in.events"
    workspace.sql(f"CREATE SCHEMA main.{pipeline.name}_in")
    workspace.sql(f"CREATE TABLE {source} (id INT, name STRING, at INT, op STRING)")
    workspace.sql(f"INSERT INTO {source} VALUES (1, 'a; b', 1, 'I'), (1, 'c', 2, 'U')")
    workspace.sql(f"INSERT INTO {source} VALUES (2, 'd', 1, 'I'), (3, NULL, 1, 'I')")
    text = f"""
-- What comes in; a semicolon in a comment; does no harm.
SET wanted.source = {source};
CREATE OR REFRESH STREAMING TABLE bronze COMMENT 'it''s; raw'
AS SELECT *, current_timestamp() AS seen FROM STREAM(${{wanted.source}});

CREATE OR REFRESH STREAMING TABLE named (
  CONSTRAINT has_name EXPECT (name IS NOT NULL) ON VIOLATION DROP ROW,
  CONSTRAINT known EXPECT (id < 3)
) TBLPROPERTIES ('a.b' = 'c') AS SELECT id, name FROM STREAM bronze;

CREATE TEMPORARY VIEW changes AS SELECT id, name, at, op FROM STREAM(bronze);
CREATE OR REFRESH STREAMING TABLE latest;
CREATE FLOW to_latest AS AUTO CDC INTO latest FROM STREAM(changes) KEYS (id)
  APPLY AS DELETE WHEN op = 'D' SEQUENCE BY at COLUMNS * EXCEPT (op, at) STORED AS SCD TYPE 1;

CREATE STREAMING TABLE many;
CREATE FLOW one AS INSERT INTO many BY NAME SELECT id FROM STREAM(bronze) WHERE id = 1;
CREATE FLOW other AS INSERT INTO many BY NAME SELECT id FROM STREAM(bronze) WHERE id = 2;

CREATE MATERIALIZED VIEW counted (number COMMENT 'how many') CLUSTER BY (number)
AS SELECT count(*) AS n FROM latest, (SELECT 1 AS one) AS stream;
"""
    update = run_sql(pipeline, text)
    assert kinds(pipeline) == {
        "bronze": "STREAMING_TABLE",
        "named": "STREAMING_TABLE",
        "latest": "STREAMING_TABLE",
        "many": "STREAMING_TABLE",
        "counted": "MATERIALIZED_VIEW",
    }
    assert pipeline.table("latest") == [(1, "c"), (2, "d"), (3, None)]
    assert pipeline.table("named", order="2") == [(1, "a; b"), (1, "c"), (2, "d")]
    assert pipeline.table("many", order="1") == [(1,), (1,), (2,)]
    assert pipeline.table("counted", "number", "1") == [(3,)]
    assert update.quality["named", "has_name"] == (3, 1)
    assert update.quality["named", "known"] == (3, 1)


def test_files_by_sql_and_own_datasets_in_the_legacy_mode(workspace: RunningWorkspace) -> None:
    pipeline = Pipeline(workspace, "", publishing="target")
    text = """
create or refresh streaming table clicks as
select * from stream read_files(
  '/Volumes/main/landing/files/orders', format => 'json', schemaHints => 'order_id string'
);
create or refresh materialized view `range` as select * from range(10);
create or refresh materialized view double as select `id`, `id` * 2 as double from LIVE.range;
"""
    run_sql(pipeline, text)
    assert pipeline.table("double", "sum(double)", "1") == [(90,)]
    assert pipeline.table("clicks", "count(*) > 0", "1") == [(True,)]


def test_what_is_no_sql_of_a_pipeline_is_named_with_its_file(workspace: RunningWorkspace) -> None:
    pipeline = Pipeline(workspace, "")
    pipeline.client.workspace.mkdirs(f"{pipeline.root}/src")
    pipeline.write("SELECT 1", "wrong.sql", header="")
    started = pipeline.client.pipelines.start_update(pipeline.pipeline_id)
    update = pipeline.wait(str(started.update_id))
    assert update.state == "FAILED"
    assert "/src/wrong.sql'" in update.errors
    assert "PARSE_SYNTAX_ERROR" in update.errors


def test_queries_that_run_at_once_do_not_read_each_other_s_tables(
    workspace: RunningWorkspace,
) -> None:
    tables = ("region", "nation", "supplier", "customer", "part", "partsupp")
    text = "".join(
        f"CREATE MATERIALIZED VIEW {table} AS SELECT * FROM samples.tpch.{table};\n"
        for table in tables
    )
    pipeline = Pipeline(workspace, "")
    run_sql(pipeline, text)
    for table in tables:
        (expected,) = workspace.sql(f"SELECT count(*) FROM samples.tpch.{table}")
        assert pipeline.table(table, "count(*)", "1") == [expected]
