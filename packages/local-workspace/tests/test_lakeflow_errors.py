"""What the platform refuses is refused here, with its error class, and nothing is written."""

from __future__ import annotations

import re
import uuid

import pytest

from local_workspace.testing import RunningWorkspace
from local_workspace.testing.pipelines import Pipeline, Update


def table(body: str, *decorators: str, arguments: str = "", batch: bool = False) -> str:
    kind = "materialized_view" if batch else "table"
    lines = [f'@dp.{kind}(name="t"{arguments})', *decorators, "def t():", f"    return {body}"]
    return "\n".join(lines) + "\n"


STREAM = 'spark.readStream.table("samples.tpch.nation")'
BATCH = 'spark.read.table("samples.tpch.nation")'

ANALYSIS = {
    "[UNRESOLVED_COLUMN.WITH_SUGGESTION]": table(f'{STREAM}.select("n_nam")'),
    "`samples`.`tpch`.`nope` cannot be found": table('spark.readStream.table("samples.tpch.nope")'),
    "Dataset is not defined in the pipeline": table('spark.readStream.table("LIVE.nope")'),
    "STREAMING_RELATION_FOR_MATERIALIZED_VIEW": table(STREAM, batch=True),
    "[DELTA_CLUSTERING_COLUMNS_DATATYPE_NOT_SUPPORTED]": table(
        f'{STREAM}.withColumn("b", F.lit(True))', arguments=', cluster_by=["b"]'
    ),
    "[DELTA_CLUSTER_BY_INVALID_NUM_COLUMNS]": table(
        f'{STREAM}.selectExpr("*", "1 AS a")',
        arguments=', cluster_by=["a", "n_name", "n_nationkey", "n_regionkey", "n_comment"]',
    ),
    "[DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES]": table(f'{STREAM}.withColumn("a b", F.lit(1))'),
    "[COLUMN_ALREADY_EXISTS]": table(f'{STREAM}.select("n_name", F.lit(1).alias("N_NAME"))'),
    "[INCOMPATIBLE_USER_SPECIFIED_SCHEMA]": table(
        f'{STREAM}.select("n_name")', arguments=', schema="n_name INT"'
    ),
    "[ATTEMPT_ANALYSIS_IN_PIPELINE_QUERY_FUNCTION]": table(f"{STREAM}.limit({BATCH}.count())"),
    "There is a cycle": table('spark.read.table("t")', batch=True),
    "/Volumes/main/landing/files/none": table(
        'spark.read.format("json").load("/Volumes/main/landing/files/none")', batch=True
    ),
}
"""What is wrong is told before anything is created."""

EXECUTION = {
    "[CAST_INVALID_INPUT]": table(f'{STREAM}.withColumn("x", F.col("n_name").cast("int"))'),
    "[DIVIDE_BY_ZERO]": table(f'{BATCH}.select((F.lit(1) / F.lit(0)).alias("x"))', batch=True),
    "[EXPECTATION_VIOLATION.VERBOSITY_ALL]": table(
        STREAM, '@dp.expect_or_fail("small", "n_nationkey < 10")'
    ),
    "[DELTA_NOT_NULL_CONSTRAINT_VIOLATED]": table(
        'spark.range(2).select(F.nullif("id", F.lit(1)).alias("id"))',
        arguments=', schema="id BIGINT NOT NULL, CONSTRAINT k PRIMARY KEY (id)"',
        batch=True,
    ),
    "[NON_TIME_WINDOW_NOT_SUPPORTED_IN_STREAMING]": table(
        f'{STREAM}.selectExpr("row_number() OVER (ORDER BY n_name) AS r")'
    ),
    "[AUTOCDC_MICROBATCH_VALIDATION.NULL_KEY]": (
        '@dp.temporary_view(name="v")\ndef v():\n'
        f'    return {STREAM}.withColumn("k", F.nullif("n_nationkey", F.lit(3)))\n\n'
        'dp.create_streaming_table("t")\n'
        'dp.create_auto_cdc_flow(target="t", source="v", keys=["k"], sequence_by="n_regionkey")\n'
    ),
    "DUPLICATE_KEY_VIOLATION": (
        'dp.create_streaming_table("t")\n'
        'dp.create_auto_cdc_from_snapshot_flow(\n    target="t", source="samples.tpch.nation",'
        ' keys=["n_regionkey"], stored_as_scd_type=1\n)\n'
    ),
}
"""What is wrong shows in the rows: nothing of the table is written."""

LOADING = {
    "line 6: SyntaxError": "x = 1\ny = 2\nz = (\n",
    "No module named 'nowhere'": "import nowhere\n",
    "[NOT_EXPECTED_TYPE] Argument `cluster_by`": table(STREAM, arguments=', cluster_by="n_name"'),
    "Cannot redefine dataset": table(STREAM) + table(STREAM),
    "two expectations named 'r'": table(STREAM, '@dp.expect("r", "1=1")', '@dp.expect("r", "2=2")'),
    "SESSION_MUTATION": 'spark.conf.set("a", "b")\n',
    "Secret does not exist with scope: s and key: k": 'dbutils.secrets.get("s", "k")\n',
}
"""What is wrong keeps a file from loading: the file is named."""


def run_together(workspace: RunningWorkspace, cases: dict[str, str]) -> tuple[Pipeline, Update]:
    """One pipeline with a file and a table ``t0``, ``t1``, … for each case."""
    pipeline = Pipeline(workspace, "")
    for number, source in enumerate(cases.values()):
        text = re.sub(r'"t"', f'"t{number}"', source).replace("def t()", f"def t{number}()")
        pipeline.write(text, f"t{number}.py")
    return pipeline, pipeline.wait(pipeline.start())


def flow_error(update: Update, flow: str) -> str:
    """The messages of a flow's error."""
    events = [e for e in update.events if "error" in e and e["origin"].get("flow_name")]
    chains = [e["error"] for e in events if e["origin"]["flow_name"].endswith(f".{flow}")]
    return "\n".join(entry["message"] for chain in chains for entry in chain["exceptions"])


def test_every_dataset_that_is_wrong_is_told_at_once(workspace: RunningWorkspace) -> None:
    pipeline, update = run_together(workspace, ANALYSIS)
    assert update.states[-2:] == ["INITIALIZING", "FAILED"]
    found = [flow_error(update, f"t{number}") for number in range(len(ANALYSIS))]
    assert [text for text in ANALYSIS if text not in found[list(ANALYSIS).index(text)]] == []
    assert not workspace.sql(f"SHOW TABLES IN main.{pipeline.name}")


def test_a_flow_that_fails_writes_nothing(workspace: RunningWorkspace) -> None:
    pipeline, update = run_together(workspace, EXECUTION)
    assert update.states[-2:] == ["RUNNING", "FAILED"]
    found = [flow_error(update, f"t{number}") for number in range(len(EXECUTION))]
    assert [text for text in EXECUTION if text not in found[list(EXECUTION).index(text)]] == []
    assert not any(update.rows.values())
    for number in range(len(EXECUTION)):
        assert pipeline.table(f"t{number}", order="1") == []


def test_every_file_that_does_not_load_is_named(workspace: RunningWorkspace) -> None:
    _, update = run_together(workspace, LOADING)
    assert update.states[-2:] == ["INITIALIZING", "FAILED"]
    failures = [line for line in update.errors.split("\n") if line.startswith("Failed to load")]
    for number, (message, failure) in enumerate(zip(LOADING, failures, strict=True)):
        assert f"src/t{number}.py', line " in failure
        assert message in failure


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('dp.create_streaming_table("t")\n', "[PIPELINE_DATASET_WITHOUT_FLOW]"),
        (
            'dp.create_streaming_table("t")\n\n\n@dp.append_flow(target="t")\ndef flow():\n'
            f"    return {BATCH}\n",
            "BATCH_RELATION_FOR_STREAMING_TABLE",
        ),
        ("x = 1\n", "no tables were found"),
    ],
)
def test_a_graph_that_is_no_graph(workspace: RunningWorkspace, source: str, message: str) -> None:
    assert message in Pipeline(workspace, source).run().errors


def test_a_row_that_comes_later_can_break_a_rule(workspace: RunningWorkspace) -> None:
    source = f"main.default.src_{uuid.uuid4().hex[:8]}"
    workspace.sql(f"CREATE TABLE {source} AS SELECT 1 AS id")
    stream = f'spark.readStream.table("{source}")'
    pipeline = Pipeline(workspace, table(stream, '@dp.expect_or_fail("low", "id < 5")'))
    assert pipeline.run().rows == {"t": 1}
    workspace.sql(f"INSERT INTO {source} VALUES (9)")
    failed = pipeline.run()
    assert "Violated expectations: 'low'. Input data: '{\"id\":9}'" in failed.errors
    pipeline.source = table(stream)
    assert pipeline.run().rows == {"t": 1}
    assert pipeline.table("t", order="1") == [(1,), (9,)]


def test_a_replaced_source_is_not_read_on(workspace: RunningWorkspace) -> None:
    source = f"main.default.src_{uuid.uuid4().hex[:8]}"
    workspace.sql(f"CREATE TABLE {source} AS SELECT 1 AS id")
    pipeline = Pipeline(workspace, table(f'spark.readStream.table("{source}")'))
    assert pipeline.run().state == "COMPLETED"
    workspace.sql(f"DROP TABLE {source}")
    workspace.sql(f"CREATE TABLE {source} AS SELECT 2 AS id")
    assert "[DIFFERENT_DELTA_TABLE_READ_BY_STREAMING_SOURCE]" in pipeline.run().errors
    assert pipeline.run(full_refresh=True).state == "COMPLETED"
    assert pipeline.table("t", order="1") == [(2,)]


def test_a_table_belongs_to_one_pipeline_and_stays_what_it_is(workspace: RunningWorkspace) -> None:
    first = Pipeline(workspace, table(STREAM))
    assert first.run().state == "COMPLETED"
    second = Pipeline(workspace, table(STREAM), name=f"{first.name}_2")
    client = second.client.pipelines
    client.update(
        second.pipeline_id,
        name=second.name,
        catalog="main",
        schema=first.name,
        libraries=client.get(second.pipeline_id).spec.libraries,
    )
    assert f"already managed by pipeline {first.pipeline_id}" in second.run().errors
    first.source = table(BATCH, batch=True)
    assert "STREAMING TABLE cannot become a MATERIALIZED VIEW" in first.run().errors
    with pytest.raises(Exception, match="STREAMING_TABLE_OPERATION_NOT_ALLOWED"):
        workspace.sql(f"DROP TABLE main.{first.name}.t")
    workspace.sql(f"CREATE TABLE main.{first.name}.other AS SELECT 1 AS x")
    first.source = table(STREAM).replace('"t"', '"other"')
    assert "[TABLE_OR_VIEW_ALREADY_EXISTS]" in first.run().errors


def test_a_table_changes_its_kind_in_two_updates(workspace: RunningWorkspace) -> None:
    pipeline = Pipeline(workspace, table(STREAM))
    assert pipeline.run().state == "COMPLETED"
    pipeline.source = table(BATCH, batch=True).replace('"t"', '"other"')
    assert pipeline.run().state == "COMPLETED"
    assert pipeline.table("t")
    workspace.sql(f"DROP TABLE main.{pipeline.name}.t")
    pipeline.source = table(BATCH, batch=True)
    assert pipeline.run().state == "COMPLETED"
    with pytest.raises(Exception, match="MATERIALIZED_VIEW_OPERATION_NOT_ALLOWED"):
        workspace.sql(f"DROP MATERIALIZED VIEW main.{pipeline.name}.t")


def test_a_materialized_view_of_another_pipeline_cannot_be_streamed(
    workspace: RunningWorkspace,
) -> None:
    first = Pipeline(workspace, table(BATCH, batch=True))
    assert first.run().state == "COMPLETED"
    reader = Pipeline(workspace, table(f'spark.readStream.table("main.{first.name}.t")'))
    assert "[STREAMING_FROM_MATERIALIZED_VIEW]" in reader.run().errors
