"""A generated pipeline against the same star written by hand: TPC-H at scale 0.1, on one Spark.

The design is that of ``tests/golden/tpch``. Three ways to the same tables, each twice, of which the
second counts, since the first one warms Spark up:

- ``pipeline``: the bundle, deployed and run by the local workspace, from the start of the update to
  its end. It includes what a pipeline does besides: it plans, checks, streams and keeps count.
- ``generated``: the code of the same bundle as plain queries, one table after the other.
- ``by hand``: ``bench.star_by_hand``, which does without quarantine, proofs and counts of rows.

A pipeline's session in the local workspace interprets its queries, which is quick for small tables
and slow for big ones. So the last two are measured twice: by its settings, and by Spark's own.
Seconds are those of processors, since the machine may be busy with other things.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from pyspark.sql.connect.session import SparkSession

from bench import star_by_hand
from bench.plain_queries import Bundled
from bench.processor import processor_seconds
from bench.propose import say
from local_workspace.__main__ import environment, running
from local_workspace.catalog.names import TableName
from local_workspace.lakeflow.runner import SETTINGS
from local_workspace.workspace import LocalWorkspace
from medallion_core.deploy import apply_plan, plan_deploy
from medallion_core.generate import generate_bundle
from medallion_core.run import start_run, watch_run
from medallion_core.workspace import Workspace, connect
from tests.generate.designs import tpch

SCALE, ROUNDS = 0.1, 2
TABLES = ("region", "nation", "customer", "part", "orders", "lineitem")
GOLD = ("dim_customer", "dim_part", "dim_date", "fact_orders", "fact_lineitem")
EXTRAS = ("quarantine_", "reconciliation", "key_check", "row_balance")
"""What the generated code proves and keeps, and the code by hand does not."""


def main() -> None:
    os.environ["SPARK_CONNECT_MODE_ENABLED"] = "1"
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder, "home"), SCALE, []) as workspace,
    ):
        os.environ.update(environment(workspace))
        measure(workspace, Path(folder))


def measure(workspace: LocalWorkspace, folder: Path) -> None:
    sources = {name: _location(workspace, name) for name in TABLES}
    ways: dict[str, Callable[[], object]] = {}
    bundles = {}
    for named, settings in {"": {}, ", interpreted": SETTINGS}.items():
        spark = _session(workspace, settings)
        bundled = Bundled(spark, generate_bundle(tpch()), sources, folder / "generated")
        ways[f"by hand{named}"] = partial(star_by_hand.write, spark, sources, folder / "hand")
        ways[f"generated{named}"] = bundled.write
        bundles[named] = bundled
    ws = connect()
    ways["pipeline"] = partial(_run, ws, _deployed(ws))
    seconds = {
        way: [processor_seconds(work) for _ in range(ROUNDS)][-1] for way, work in ways.items()
    }
    say(f"\nThe TPC-H star at scale {SCALE}")
    for named, bundled in bundles.items():
        _report(named, seconds, bundled.seconds)
    _require_same(spark, folder)
    ws.close()


def _session(workspace: LocalWorkspace, settings: Mapping[str, str]) -> SparkSession:
    spark = workspace.spark.session()
    for key, value in settings.items():
        spark.conf.set(key, value)
    return spark


def _deployed(ws: Workspace) -> str:
    return apply_plan(ws, plan_deploy(ws, tpch()), lambda _: None).pipeline_id


def _run(ws: Workspace, pipeline_id: str) -> None:
    """Everything from the beginning, as a first run."""
    update = start_run(ws, pipeline_id, full_refresh=True)
    *_, status = watch_run(ws, tpch(), pipeline_id, update)
    assert status.state == "COMPLETED", status  # noqa: S101


def _report(named: str, seconds: Mapping[str, float], tables: Mapping[str, float]) -> None:
    """Each way beside the one by hand, and the tables that take longest."""
    hand = seconds[f"by hand{named}"]
    extras = sum(taken for table, taken in tables.items() if table.startswith(EXTRAS))
    generated = seconds[f"generated{named}"]
    found = {
        f"by hand{named}": hand,
        f"generated{named}": generated,
        "  without proofs and quarantine": generated - extras,
    }
    if named:
        found["pipeline"] = seconds["pipeline"]
    say(f"{'way':34} seconds  times by hand")
    for way, taken in found.items():
        say(f"{way:34} {taken:7.1f} {taken / hand:14.2f}")
    longest = sorted(tables.items(), key=lambda each: -each[1])[:8]
    say("  longest: " + ", ".join(f"{table} {taken:.1f}" for table, taken in longest))


def _location(workspace: LocalWorkspace, name: str) -> str:
    table = workspace.metastore.table(TableName("samples", "tpch", name))
    assert table is not None  # noqa: S101
    return table.location


def _require_same(spark: SparkSession, folder: Path) -> None:
    """Raises AssertionError where the two stars differ, in a row or in how many there are."""
    for name in GOLD:
        ours, theirs = (
            spark.read.parquet(str(folder / way / name)) for way in ("generated", "hand")
        )
        columns = sorted(set(ours.columns) & set(theirs.columns))
        sums = [f"sum(xxhash64({', '.join(columns)}) % 1000003) AS s", "count(*) AS n"]
        found = [frame.selectExpr(*sums).first() for frame in (ours, theirs)]
        assert set(theirs.columns) == set(columns), (name, theirs.columns)  # noqa: S101
        assert found[0] == found[1], (name, found)  # noqa: S101


if __name__ == "__main__":
    main()
