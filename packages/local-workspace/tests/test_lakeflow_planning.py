"""How an update tells that a materialized view was refreshed."""

from __future__ import annotations

from typing import Any

import pytest

from local_workspace.testing import RunningWorkspace
from local_workspace.testing.pipelines import Pipeline, Update

TRACKED = 'table_properties={"delta.enableRowTracking": "true"}'
VIEWS = {
    "plain": "t().where('n > 0')",
    "counted": "t().groupBy('n').agg(F.count('*').alias('c')).where('c > 0')",
    "ranked": "t().withColumn('r', F.row_number().over(w)).where('r = 1').drop('r')",
    "listed": "t().selectExpr('explode(sequence(1, n)) AS n')",
    "single": "t().distinct()",
    "missing": "t().alias('a').join(t().alias('b'), ['n'], 'left_anti')",
    "constant": "spark.range(1)",
    "timed": "t().selectExpr('n', 'current_date() AS d')",
    "grouped": "t().groupBy('n').agg(F.count('*').alias('c')).join(t(), ['n'])",
}
SOURCE = f"""
from pyspark.sql.window import Window

w = Window.partitionBy("n").orderBy("n")


def t():
    return spark.read.table("source")


@dp.table({TRACKED})
def source():
    return spark.readStream.table("samples.tpch.nation").selectExpr("CAST(n_nationkey AS INT) AS n")
""" + "".join(
    f"\n\n@dp.materialized_view({TRACKED})\ndef {name}():\n    return {body}\n"
    for name, body in VIEWS.items()
)


def plans(update: Update) -> dict[str, dict[str, Any]]:
    return {
        event["origin"]["dataset_name"].rpartition(".")[2]: event["details"]["planning_information"]
        for event in update.events
        if event["event_type"] == "planning_information"
    }


def chosen(plan: dict[str, Any]) -> str:
    (found,) = [t["maintenance_type"] for t in plan["technique_information"] if t["is_chosen"]]
    return str(found).removeprefix("MAINTENANCE_TYPE_")


def issues(plan: dict[str, Any]) -> set[str]:
    return {
        issue.get("plan_not_incrementalizable_sub_type")
        or issue.get("plan_not_deterministic_sub_type")
        or issue["issue_type"]
        for technique in plan["technique_information"]
        for issue in technique.get("incrementalization_issues", [])
    }


def test_each_view_says_how_it_is_refreshed(workspace: RunningWorkspace) -> None:
    pipeline = Pipeline(workspace, SOURCE)
    first = pipeline.run()
    assert first.state == "COMPLETED", first.errors
    assert {chosen(plan) for plan in plans(first).values()} == {"COMPLETE_RECOMPUTE"}
    assert issues(plans(first)["plain"]) == {"CHANGE_SET_MISSING"}
    again = plans(pipeline.run())
    assert chosen(again["plain"]) == "NO_OP"
    assert {name: issues(plan) for name, plan in again.items()} == {
        "plain": set(),
        "counted": set(),
        "ranked": set(),
        "listed": {"OPERATOR_NOT_SUPPORTED"},
        "single": {"OPERATOR_NOT_SUPPORTED"},
        "missing": {"OPERATOR_NOT_SUPPORTED"},
        "constant": {"INPUT_NOT_IN_DELTA"},
        "timed": {"TIME_FUNCTION"},
        "grouped": {"AGGREGATE_NOT_TOP_NODE"},
    }
    (source,) = again["plain"]["source_table_information"]
    assert (source["is_row_id_enabled"], source["change_size"]) == (True, 0)
    assert source["full_size"] > 0


@pytest.mark.parametrize("policy", ["incremental", "incremental_strict"])
def test_a_policy_that_cannot_be_kept_fails_the_update(
    workspace: RunningWorkspace, policy: str
) -> None:
    text = f"""
@dp.materialized_view(refresh_policy="{policy}")
def v():
    return spark.range(2)
"""
    failed = Pipeline(workspace, text).run()
    assert failed.state == "FAILED"
    assert "[MATERIALIZED_VIEW_NOT_INCREMENTALIZABLE.INPUT_NOT_IN_DELTA]" in failed.errors
    assert Pipeline(workspace, text.replace(policy, "full")).run().state == "COMPLETED"


def test_a_warehouse_tells_beforehand(workspace: RunningWorkspace) -> None:
    ask = "EXPLAIN CREATE MATERIALIZED VIEW main.default.v AS SELECT {} FROM samples.tpch.nation"
    assert workspace.sql(ask.format("n_name")) == [("INCREMENTALIZABLE",)]
    assert workspace.sql(ask.format("n_regionkey, count(*)") + " GROUP BY n_regionkey") == [
        ("INCREMENTALIZABLE",)
    ]
    counted = "SELECT n_regionkey, count(*) AS n FROM samples.tpch.nation GROUP BY n_regionkey"
    [head, _] = ask.split(" AS ")
    assert workspace.sql(f"{head} AS SELECT * FROM ({counted}) WHERE n > 1") == [
        ("INCREMENTALIZABLE",)
    ]
    answer = workspace.sql(ask.format("explode(sequence(1, n_nationkey))"))
    assert answer == [("NOT_INCREMENTALIZABLE",), ("OPERATOR_NOT_SUPPORTED Generate",)]
