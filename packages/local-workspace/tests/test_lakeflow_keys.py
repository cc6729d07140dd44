"""A foreign key needs its parent's primary key to be there first."""

from __future__ import annotations

from local_workspace.testing import RunningWorkspace
from local_workspace.testing.pipelines import Pipeline

PARENT = """
@dp.materialized_view(schema="id BIGINT NOT NULL, CONSTRAINT parent_pk PRIMARY KEY (id)")
def parent():
    return spark.range(3)
"""
CHILD = """
@dp.materialized_view(schema="id BIGINT, CONSTRAINT to_parent FOREIGN KEY (id) REFERENCES parent")
def child():
    return {read}
"""


def test_a_parent_that_nothing_makes_ready_before_its_child_is_refused(
    workspace: RunningWorkspace,
) -> None:
    pipeline = Pipeline(workspace, PARENT + CHILD.format(read="spark.range(2)"))
    failed = pipeline.run()
    assert failed.state == "FAILED"
    assert "[UC_REFERENTIAL_CONSTRAINT_DOES_NOT_EXIST]" in failed.errors


def test_a_child_that_reads_its_parent_comes_after_it(workspace: RunningWorkspace) -> None:
    pipeline = Pipeline(workspace, CHILD.format(read="spark.read.table('parent')") + PARENT)
    assert pipeline.run().state == "COMPLETED"
    # Once the parent is there, nothing has to order the two any more.
    pipeline.source = CHILD.format(read="spark.range(2)") + PARENT
    assert pipeline.run().state == "COMPLETED"


def test_a_table_has_no_foreign_key_to_itself(workspace: RunningWorkspace) -> None:
    own = PARENT.replace("PRIMARY KEY (id)", "PRIMARY KEY (id), FOREIGN KEY (id) REFERENCES parent")
    failed = Pipeline(workspace, own).run()
    assert failed.state == "FAILED"
    assert "another table" in failed.errors
