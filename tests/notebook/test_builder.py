"""The library as in a notebook, to all criteria, with a warehouse and by Spark alone."""

from __future__ import annotations

import pytest

from local_workspace.notebook import NotebookSpark
from medallion import Builder, MedallionError
from medallion.code import Code
from tests.conftest import RunningWorkspace

SOURCES = ("customer", "orders", "lineitem")


@pytest.fixture(scope="module")
def source(workspace: RunningWorkspace) -> str:
    """A schema with some of TPC-H, small enough to be run twice."""
    schema = "main.notebook_source"
    workspace.sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    few = {"orders": "o_orderkey < 400", "lineitem": "l_orderkey < 400"}
    for table in SOURCES:
        rows = few.get(table, "true")
        workspace.sql(
            f"CREATE TABLE {schema}.{table} AS SELECT * FROM samples.tpch.{table} WHERE {rows}"
        )
    return schema


@pytest.fixture(scope="module")
def spark(workspace: RunningWorkspace) -> NotebookSpark:
    token = workspace.client().config.authenticate()["Authorization"].removeprefix("Bearer ")
    return NotebookSpark(workspace.host, token)


@pytest.fixture
def no_warehouse(monkeypatch: pytest.MonkeyPatch) -> None:
    """What opens a warehouse fails."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("A warehouse was asked for.")

    monkeypatch.setattr("databricks.sql.connect", refuse)


def test_spark_alone_proposes_what_a_warehouse_proposes(
    source: str, spark: NotebookSpark, no_warehouse: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = {"catalog": "main", "schema": "notebook_same"}
    with_spark = Builder(spark).propose(source, **target)
    rows_by_spark = rows_of(with_spark.preview("fact_orders", shown=1_000))
    monkeypatch.undo()
    with_warehouse = Builder().propose(source, **target)
    assert with_spark.to_yaml() == with_warehouse.to_yaml()
    assert rows_by_spark == rows_of(with_warehouse.preview("fact_orders", shown=1_000))
    assert len(rows_by_spark) > 20


FILES = "/Volumes/main/landing/files/customers"


@pytest.mark.notebooks
@pytest.mark.parametrize("place", ["samples.tpch", "samples.bakehouse", FILES])
def test_proposals_and_counts_are_the_same_by_spark_and_by_a_warehouse(
    place: str, spark: NotebookSpark
) -> None:
    found = []
    for builder in (Builder(spark), Builder()):
        sources = builder.files(place) if place is FILES else builder.tables(place)
        design = builder.propose(*sources, catalog="main", schema="notebook_same")
        names = [entity.name for entity in design.data.entities]
        counts = {name: builder.broken_rows(design, name) for name in names}
        found.append((design.to_yaml(), counts))
    assert found[0] == found[1]


def rows_of(code: Code) -> list[str]:
    """Its rows, in any order."""
    assert code.rows is not None, code.note
    return sorted(map(str, code.rows.to_pylist()))


@pytest.mark.notebooks
def test_eight_lines_reach_all_criteria_without_a_warehouse(
    source: str, spark: NotebookSpark, no_warehouse: None
) -> None:
    builder = Builder(spark)
    design = builder.propose(source, catalog="main", schema="notebook_gold")
    design = design.rename("customer.c_acctbal", "account_balance").accept()
    plan = builder.plan(design)
    run = builder.deploy(plan).run()
    assert run.met, repr(run)
    assert run.to_dict()["tables"]["fact_lineitem"] > 0
    assert builder.result(design, "fact_lineitem", 5).num_rows == 5
    assert builder.deployed("notebook_gold").to_yaml() == design.to_yaml()
    for shown in (design, plan, run):
        assert len(repr(shown)) <= 2_000
        assert "<table" in shown._repr_html_()


def test_what_spark_refuses_has_a_code(spark: NotebookSpark) -> None:
    with pytest.raises(MedallionError) as raised:
        Builder(spark).rows("main.notebook_source.not_there")
    assert raised.value.code == "TABLE_NOT_FOUND"


def test_hostile_names_are_text(workspace: RunningWorkspace, spark: NotebookSpark) -> None:
    workspace.sql("CREATE SCHEMA IF NOT EXISTS main.notebook_hostile")
    workspace.sql("CREATE TABLE main.notebook_hostile.`<img src=x>` (`<b>id</b>` BIGINT, v STRING)")
    shown = Builder(spark).propose("main.notebook_hostile", catalog="main", schema="notebook_none")
    assert "<img" not in shown._repr_html_()
    assert "<b>" not in shown._repr_html_()
