"""A generated pipeline against the same star written by hand: TPC-H at scale 0.1, on one Spark.

The design is that of ``tests/golden/tpch``. Four ways to the same tables, in turn, of which each
one's cheapest round after the first counts, since that one warms Spark up:

- ``by hand``: ``bench.star_by_hand``, as short as it can be: rows without a key are lost, and an
  order that is there twice doubles its lines.
- ``by hand, keeping all rows``: the same, where rows that break a rule are kept apart with the
  names of the rules, and lines find the newest row of their order, as in what is generated. That
  is the one to compare with: what it keeps is what a star is generated for.
- ``generated``: the code of the bundle as plain queries, one table after the other, as the pipeline
  runs it where the job makes the proofs.
- ``generated, with its proofs``: the same where the pipeline makes them, too.

Keys of days are made by their text by hand, as is usual, and reckoned in what is generated, which
is quicker. Seconds are those of processors, since the machine may be busy with other things.
"""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
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
from local_workspace.workspace import LocalWorkspace
from medallion_core.generate import generate_bundle
from tests.generate.designs import proved_by_job, tpch

SCALE, ROUNDS = 0.1, 3
TABLES = ("region", "nation", "customer", "part", "orders", "lineitem")
GOLD = ("dim_customer", "dim_part", "dim_date", "fact_orders", "fact_lineitem")


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
    spark = workspace.spark.session()
    by_hand = partial(star_by_hand.write, spark, sources, folder / "hand")
    generated, proved = (
        Bundled(spark, generate_bundle(design), sources, folder / "generated")
        for design in (proved_by_job(tpch()), tpch())
    )
    seconds = _rounds(
        {
            "by hand": by_hand,
            "by hand, keeping all rows": partial(by_hand, keeps_all=True),
            "generated": generated.write,
            "generated, with its proofs": proved.write,
        }
    )
    _require_same(spark, folder)
    _report(seconds, proved.seconds_of_tables())


def _rounds(ways: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """The seconds of each in its cheapest round but the first; in turn, so that what else the
    machine does meets all of them."""
    taken: dict[str, list[float]] = defaultdict(list)
    for _ in range(ROUNDS):
        for way, work in ways.items():
            taken[way].append(processor_seconds(work))
    return {way: min(seconds[1:]) for way, seconds in taken.items()}


def _report(seconds: Mapping[str, float], tables: Mapping[str, float]) -> None:
    """Each way beside those by hand, and the tables that take longest."""
    short, whole, *_ = seconds.values()
    say(f"\nThe TPC-H star at scale {SCALE}")
    say(f"{'way':30} seconds  times by hand  times keeping all rows")
    for way, taken in seconds.items():
        say(f"{way:30} {taken:7.1f} {taken / short:14.2f} {taken / whole:23.2f}")
    longest = sorted(tables.items(), key=lambda each: -each[1])[:12]
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
