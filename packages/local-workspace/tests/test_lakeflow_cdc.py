"""AUTO CDC: rows after three updates with late, repeated, deleted and out-of-order events."""

from __future__ import annotations

import uuid

import pytest

from local_workspace.testing import RunningWorkspace
from local_workspace.testing.pipelines import Pipeline

CDC = """\
@dp.temporary_view(name="changes")
@dp.expect_or_drop("id present", "id IS NOT NULL")
def changes():
    return spark.readStream.table("{source}")


def apply(target, scd, **options):
    dp.create_streaming_table(target)
    dp.create_auto_cdc_flow(
        target=target, source="changes", keys=["id"], sequence_by=F.col("seq"),
        apply_as_deletes=F.expr("op = 'D'"), stored_as_scd_type=scd, **options,
    )


apply("latest", 1, except_column_list=["op", "seq"])
apply("history", 2, except_column_list=["op", "seq"])
apply("names", 2, except_column_list=["op", "seq"], track_history_column_list=["name"])
apply("sparse", 1, except_column_list=["op", "seq"], ignore_null_updates=True)

dp.create_streaming_table("snapshots")
dp.create_auto_cdc_from_snapshot_flow(
    target="snapshots", source="latest", keys=["id"], stored_as_scd_type=2
)
"""

EVENTS = [
    "(1, 'ann', 10, 1, 'I'), (2, 'bob', 20, 1, 'I'), (3, 'cy', 30, 1, 'I'), (NULL, '', 0, 1, 'I')",
    "(1, 'ann', 12, 3, 'U'), (2, NULL, 0, 2, 'D'), (3, NULL, 31, 2, 'U'), (4, 'dee', 40, 1, 'I')",
    "(1, 'amy', 11, 2, 'U'), (2, 'x', 19, 0, 'I'), (2, 'bea', 21, 9, 'I'), (4, 'dee', 40, 1, 'U')",
]


@pytest.fixture(scope="module")
def pipeline(workspace: RunningWorkspace) -> Pipeline:
    source = f"main.default.changes_{uuid.uuid4().hex[:8]}"
    workspace.sql(f"CREATE TABLE {source} (id INT, name STRING, n INT, seq INT, op STRING)")
    pipeline = Pipeline(workspace, CDC.format(source=source))
    for events in EVENTS:
        workspace.sql(f"INSERT INTO {source} VALUES {events}")
        update = pipeline.run()
        assert update.state == "COMPLETED", update.errors
    return pipeline


def test_latest_row_of_each_key(pipeline: Pipeline) -> None:
    assert pipeline.table("latest") == [
        (1, "ann", 12),
        (2, "bea", 21),
        (3, None, 31),
        (4, "dee", 40),
    ]


def test_history_follows_the_sequence_not_the_arrival(pipeline: Pipeline) -> None:
    assert pipeline.table("history", order="id, `__START_AT`") == [
        (1, "ann", 10, 1, 2),
        (1, "amy", 11, 2, 3),
        (1, "ann", 12, 3, None),
        (2, "x", 19, 0, 1),
        (2, "bob", 20, 1, 2),
        (2, "bea", 21, 9, None),
        (3, "cy", 30, 1, 2),
        (3, None, 31, 2, None),
        (4, "dee", 40, 1, None),
    ]


def test_untracked_columns_change_in_place(pipeline: Pipeline) -> None:
    rows = pipeline.table("names", "id, name, n, `__START_AT`, `__END_AT`", "1, 4")
    assert [row for row in rows if row[0] in (1, 4)] == [
        (1, "ann", 10, 1, 2),
        (1, "amy", 11, 2, 3),
        (1, "ann", 12, 3, None),
        (4, "dee", 40, 1, None),
    ]


def test_a_null_keeps_the_value_before_it(pipeline: Pipeline) -> None:
    assert pipeline.table("sparse")[2] == (3, "cy", 31)


def test_snapshots_keep_a_row_for_each_state(pipeline: Pipeline) -> None:
    rows = pipeline.table("snapshots", "id, name, n, `__END_AT` IS NULL", "id, `__START_AT`")
    assert rows == [
        (1, "ann", 10, False),
        (1, "ann", 12, True),
        (2, "bob", 20, False),
        (2, "bea", 21, True),
        (3, "cy", 30, False),
        (3, None, 31, True),
        (4, "dee", 40, True),
    ]


def test_nothing_new_changes_nothing(pipeline: Pipeline) -> None:
    before = [pipeline.table(name) for name in ("latest", "history", "snapshots")]
    assert pipeline.run().state == "COMPLETED"
    assert [pipeline.table(name) for name in ("latest", "history", "snapshots")] == before


def test_a_full_refresh_gives_the_same_rows(pipeline: Pipeline) -> None:
    before = [pipeline.table(name) for name in ("latest", "history", "names", "sparse")]
    assert pipeline.run(full_refresh=True).state == "COMPLETED"
    assert [pipeline.table(name) for name in ("latest", "history", "names", "sparse")] == before
