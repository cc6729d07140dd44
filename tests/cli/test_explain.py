"""The statements by which a warehouse tells what refreshes incrementally."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pyarrow as pa
import pytest
import sqlglot

from medallion_core.__main__ import main
from medallion_core.cli.explanations import questions, show_questions
from medallion_core.errors import MedallionError
from medallion_core.model.file import dump_design
from medallion_core.workspace import Workspace
from tests.generate.designs import GOLDEN

NO_QUERIES = {
    "tpch": {"row_balance", "reconciliation"},
    "shop": {"row_balance", "reconciliation"},
}


@pytest.mark.parametrize("name", NO_QUERIES)
def test_each_view_has_a_statement_that_parses(name: str) -> None:
    found = {each.view: each for each in questions(GOLDEN[name]())}
    assert {view for view, each in found.items() if not each.statement} == NO_QUERIES[name]
    for view, each in found.items():
        if each.statement:
            head, _, query = each.statement.partition(" AS ")
            assert head.startswith("EXPLAIN CREATE MATERIALIZED VIEW ")
            assert head.endswith(f".`{view}`")
            assert sqlglot.parse_one(query, read="databricks") is not None
        else:
            assert each.note


def test_rows_keep_their_names_until_something_else_is_selected() -> None:
    (seen,) = (each for each in questions(GOLDEN["tpch"]()) if each.view == "seen_part")
    silver = "FROM `main`.`tpch_gold`.`silver_{}`"
    assert seen.statement == (
        "EXPLAIN CREATE MATERIALIZED VIEW `main`.`tpch_gold`.`seen_part` AS SELECT * FROM "
        "(SELECT seen.p_partkey, count(*) AS row_count FROM "
        f"(SELECT * FROM (SELECT l_partkey AS p_partkey {silver.format('lineitem')}) "
        "WHERE p_partkey IS NOT NULL) AS seen "
        "LEFT JOIN `main`.`tpch_gold`.`silver_part` AS known ON seen.p_partkey = known.p_partkey "
        "WHERE known.p_partkey IS NULL GROUP BY seen.p_partkey)"
    )


def test_without_a_warehouse_the_statements_are_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABRICKS_WAREHOUSE_ID", raising=False)
    path = tmp_path / "medallion.yml"
    path.write_text(dump_design(GOLDEN["tpch"]()))
    assert main(["explain", str(path)]) == 0
    out = capsys.readouterr().out
    assert out.count("EXPLAIN CREATE MATERIALIZED VIEW ") == out.count(";\n") == 10
    assert "-- row_balance: Line " in out


def test_what_the_warehouse_answers_stands_below_each_statement(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def query(statement: str) -> pa.Table:
        if "`key_check`" in statement.split(" AS ")[0]:
            raise MedallionError("STATEMENT_FAILED", "[TABLE_OR_VIEW_NOT_FOUND] Run it first.")
        return pa.table({"plan": ["== Physical Plan ==\nScan\n"]})

    ws = cast(Workspace, SimpleNamespace(query=query))
    assert not show_questions(GOLDEN["tpch"](), ws)
    out = capsys.readouterr().out
    assert out.count("-- dim_part: == Physical Plan ==\n-- dim_part: Scan\n") == 1
    assert "-- key_check: [TABLE_OR_VIEW_NOT_FOUND] Run it first." in out
