"""A profile of 50 million rows: how many statements it takes, of how many rows, and how long."""

from __future__ import annotations

import subprocess
import sys
import time

from bench.propose import ROOT, say
from medallion_core.browse import read_sources
from medallion_core.model import Profile, TableName
from medallion_core.profile import profile_sources
from medallion_core.workspace import Parameters, Rows, Workspace, connect

ROWS = 50_000_000
TABLE = TableName("main", "big_table", "readings")


class Counted(Workspace):
    """Counts the statements."""

    statements = 0

    def query(self, statement: str, parameters: Parameters | None = None) -> Rows:
        self.statements += 1
        return super().query(statement, parameters)


def main() -> None:
    """In a workspace of its own, which forgets the table."""
    command = ["local_workspace", "--", sys.executable, "-m", "bench.big_table"]
    subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=True)


def measure(ws: Workspace) -> None:
    started = time.perf_counter()
    ws.execute(f"CREATE SCHEMA {TABLE.catalog}.{TABLE.schema}")
    ws.execute(
        f"CREATE TABLE {TABLE} AS SELECT id AS reading_id, id % 9973 AS sensor_id, "
        "date_add(DATE '2020-01-01', CAST(id % 2000 AS INT)) AS day, "
        f"CAST(id % 1000 AS DECIMAL(9, 2)) AS amount FROM range({ROWS})"
    )
    made = time.perf_counter()
    counted = Counted(ws.client, sql=ws.sql)
    sources = read_sources(ws, [TABLE])
    [profile] = profile_sources(counted, sources)
    taken = time.perf_counter() - made
    assert isinstance(profile, Profile), profile  # noqa: S101
    size = (sources[0].size_bytes or 0) / 1_000_000
    say(f"\nA table of {ROWS:,} rows and {size:,.0f} MB, made in {made - started:.0f} s")
    say(f"profiled in {taken:.1f} s by {counted.statements} statement: {profile.rows_in_words}")


if __name__ == "__main__":
    measure(connect())
