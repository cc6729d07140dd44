"""The main job without a screen, on TPC-H, in both publishing modes: propose, generate, check,
deploy, run to the verdict; run again; add rows; run a third time. Then the rows are read."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from medallion_core.model.file import load_design
from medallion_core.propose import proposal_json
from tests.conftest import RunningWorkspace

pytestmark = pytest.mark.minutes

TABLES = ["customer", "lineitem", "orders", "part", "supplier"]
"""Those that are read below; the app's main job has all."""

ADDED_KEY = 990_001


@dataclass
class Job:
    """One pipeline over a private copy of TPC-H, and the ways to ask about it. ``printed`` is what
    ``propose --json`` said of it."""

    workspace: RunningWorkspace
    design: Path
    source: str
    target: str
    printed: str = ""

    def command(self, *words: str) -> str:
        """Standard output of ``python -m medallion_core …``, which must exit with 0."""
        result = subprocess.run(
            [sys.executable, "-m", "medallion_core", *words],
            env=self.workspace.env,
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def number(self, statement: str) -> object:
        ((value,),) = self.workspace.sql(statement)
        return value

    def table(self, name: str) -> str:
        return f"{self.target}.{name}"

    def rows_of_fact(self) -> object:
        return self.number(f"SELECT count(*) FROM {self.table('fact_lineitem')}")


@pytest.fixture(scope="module", params=["target", "schema"])
def job(
    request: pytest.FixtureRequest,
    workspace: RunningWorkspace,
    tmp_path_factory: pytest.TempPathFactory,
) -> Job:
    mode = request.param
    source, schema = f"main.tpch_source_{mode}", f"tpch_gold_{mode}"
    workspace.sql(f"CREATE SCHEMA IF NOT EXISTS {source}")
    for table in TABLES:
        workspace.sql(f"CREATE TABLE {source}.{table} AS SELECT * FROM samples.tpch.{table}")
    design = tmp_path_factory.mktemp(mode) / "medallion.yml"
    job = Job(workspace, design, source, f"main.{schema}")
    names = ["--name", f"tpch_{mode}", "--catalog", "main", "--schema", schema]
    job.printed = job.command("propose", source, *names, "-o", str(design), "--json")
    if mode == "schema":
        text = design.read_text()
        design.write_text(
            text.replace(f"  schema: {schema}\n", f"  schema: {schema}\n  publishing: schema\n")
        )
    bundle = design.parent / "bundle"
    job.command("generate", str(design), "-o", str(bundle))
    job.command("check", str(bundle))
    job.command("deploy", str(design))
    output = job.command("run", str(design))
    assert output.count("✓") >= 4, output
    return job


def every(job: Job, ask: Callable[[str], object], names: list[str]) -> dict[str, object]:
    return {name: ask(name) for name in names}


def test_json_says_what_the_design_says(job: Job) -> None:
    design, printed = load_design(job.design.read_text()), json.loads(job.printed)
    assert printed == proposal_json(design)
    assert printed["tables"]["lineitem"] == {"key": ["l_orderkey", "l_linenumber"], "role": "fact"}
    assert {tuple(row[::2][:2]) for row in printed["references"]} >= {
        ("lineitem", "orders"),
        ("orders", "customer"),
    }


def test_the_line_fact_has_every_line_and_no_null_key(job: Job) -> None:
    assert job.rows_of_fact() == job.number(f"SELECT count(*) FROM {job.source}.lineitem")
    keys = [
        name
        for (name,) in job.workspace.sql(
            "SELECT column_name FROM main.information_schema.columns "
            f"WHERE table_schema = '{job.target.split('.')[1]}' AND table_name = 'fact_lineitem' "
            "AND column_name LIKE '%\\\\_key'"
        )
    ]
    assert len(keys) >= 6
    nulls = every(
        job,
        lambda key: job.number(
            f"SELECT count_if(`{key}` IS NULL) FROM {job.table('fact_lineitem')}"
        ),
        keys,
    )
    assert set(nulls.values()) == {0}, nulls


@pytest.mark.parametrize("measure", ["l_quantity", "l_extendedprice", "l_discount", "l_tax"])
def test_sums_agree_with_the_source(job: Job, measure: str) -> None:
    gold = job.number(f"SELECT sum(`{measure}`) FROM {job.table('fact_lineitem')}")
    assert gold == job.number(f"SELECT sum({measure}) FROM {job.source}.lineitem")


@pytest.mark.parametrize("name", ["customer", "part", "supplier"])
def test_a_dimension_has_its_unknown_member_and_unique_keys(job: Job, name: str) -> None:
    table, key = job.table(f"dim_{name}"), f"{name}_key"
    assert job.number(f"SELECT count_if({key} = -1) FROM {table}") == 1
    assert job.number(f"SELECT count(*) - count(DISTINCT {key}) FROM {table}") == 0
    members = job.number(f"SELECT count(*) FROM {job.source}.{name}")
    assert job.number(f"SELECT count_if({key} <> -1) FROM {table}") == members


def test_nothing_new_changes_no_row_and_added_rows_are_brought_exactly(job: Job) -> None:
    tables = ["fact_lineitem", "dim_customer", "silver_orders", "bronze_part"]
    fingerprint = "SELECT sum(hash(*)) FROM {}"
    before = every(job, lambda name: job.number(fingerprint.format(job.table(name))), tables)
    job.command("run", str(job.design))
    after = every(job, lambda name: job.number(fingerprint.format(job.table(name))), tables)
    assert after == before

    lines = job.rows_of_fact()
    for table, key in (("orders", "o_orderkey"), ("lineitem", "l_orderkey")):
        job.workspace.sql(insert_copy(job, table, key))
    job.command("run", str(job.design))
    added = job.number("SELECT count(*) FROM samples.tpch.lineitem WHERE l_orderkey = 1")
    assert job.rows_of_fact() == lines + added
    orphans = job.number(f"SELECT count_if(customer_key = -1) FROM {job.table('fact_lineitem')}")
    assert orphans == 0


def insert_copy(job: Job, table: str, key: str) -> str:
    """Order 1 and its lines once more, as a new order."""
    columns = [
        name
        for (name,) in job.workspace.sql(
            "SELECT column_name FROM samples.information_schema.columns WHERE "
            f"table_schema = 'tpch' AND table_name = '{table}' ORDER BY ordinal_position"
        )
    ]
    values = ", ".join(f"{ADDED_KEY}L" if name == key else name for name in columns)
    return (
        f"INSERT INTO {job.source}.{table} SELECT {values} FROM samples.tpch.{table} "
        f"WHERE {key} = 1"
    )
