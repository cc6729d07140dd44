"""The query by which a table's rows are computed from samples of its sources."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pyarrow as pa
import pytest
import sqlglot
from sqlglot import exp

from medallion_core.check.sampled import Queries, Sample, sample_table
from medallion_core.errors import MedallionError
from medallion_core.model import Entity, KafkaLocation
from medallion_core.tables.inventory import inventory
from medallion_core.workspace import Workspace
from tests.generate.designs import GOLDEN

PROOFS = ("row_balance", "reconciliation")
"""Their code is more than a query."""


@pytest.mark.parametrize("name", GOLDEN)
def test_each_table_has_a_query_over_sources_alone(name: str) -> None:
    design = GOLDEN[name]()
    for dataset in inventory(design).tables:
        if dataset.name in PROOFS or _is_of_a_topic(dataset.of):
            continue
        queries = Queries(design, 50)
        query = sqlglot.parse_one(queries.statement(dataset.name, 5), read="databricks")
        made = {each.alias for each in query.find_all(exp.CTE)}
        read = {t.name for t in query.find_all(exp.Table) if not t.db and t.name}
        assert read <= made, dataset.name
        assert queries.sources or dataset.name in ("unknown_row", "year_days")


def _is_of_a_topic(part: object) -> bool:
    reads = part.reads if isinstance(part, Entity) else ()
    return any(isinstance(read, KafkaLocation) for read in reads)


@pytest.mark.parametrize(
    ("design", "table", "code"),
    [
        ("tpch", "fact_nothing", "TABLE_NOT_FOUND"),
        ("tpch", PROOFS[0], "CODE_IS_NOT_SQL"),
        ("landing", "silver_clicks", "NOT_READABLE"),
    ],
)
def test_what_has_no_rows_says_why(design: str, table: str, code: str) -> None:
    with pytest.raises(MedallionError) as raised:
        Queries(GOLDEN[design](), 50).statement(table, 5)
    assert raised.value.code == code


def test_a_name_is_quoted_wherever_it_stands() -> None:
    statement = Queries(GOLDEN["tpch"](), 50).statement("dim_customer", 5)
    assert "FROM `samples`.`tpch`.`customer` LIMIT 50" in statement
    assert statement.endswith("SELECT * FROM `dim_customer` LIMIT 5")


def test_a_source_that_decides_no_row_is_not_read() -> None:
    """A fact waits for the proof of all keys, and reads no row of it."""
    queries = Queries(GOLDEN["tpch"](), 50)
    queries.statement("fact_orders", 5)
    assert list(queries.sources) == ["samples.tpch.orders"]


def test_of_files_nothing_is_asked_that_only_the_reader_of_the_pipeline_knows() -> None:
    statement = Queries(GOLDEN["landing"](), 50).statement("silver_events", 5)
    assert "_metadata" not in statement
    assert "CAST(NULL AS string) AS _source_file" in statement


def test_it_tells_how_many_rows_of_each_source_were_read() -> None:
    asked: list[str] = []

    def query(statement: str) -> pa.Table:
        asked.append(statement)
        if statement.startswith("WITH"):
            return pa.table({"o_orderkey": [1]})
        return pa.table({"n": [50 if "`orders`" in statement else 7]})

    ws = cast(Workspace, SimpleNamespace(query=query))
    said: list[str] = []
    sample = sample_table(ws, GOLDEN["tpch"](), "silver_orders", sampled=50, tell=said.append)
    assert said == [
        "Reading samples.tpch.orders: at most 50 rows",
        "Computing the rows of silver_orders",
    ]
    assert sample.read == {"samples.tpch.orders": 50}
    assert not sample.is_whole
    assert len(asked) == 2
    sample_table(ws, GOLDEN["tpch"](), "silver_orders")
    assert "LIMIT 1000" in asked[-1]
    assert asked[-1].endswith("LIMIT 20")


def test_nothing_is_asked_for_a_design_that_is_refused() -> None:
    design = GOLDEN["tpch"]()
    twice = replace(design, entities=(*design.entities, design.entities[0]))
    with pytest.raises(MedallionError) as raised:
        sample_table(cast(Workspace, None), twice, "silver_orders")
    assert raised.value.code == "DESIGN_REFUSED"


@pytest.mark.parametrize(
    ("read", "said"),
    [
        ({"a.b.c": 3}, "Computed from samples: all 3 of a.b.c."),
        (
            {"a.b.c": 1_000, "a.b.d": 3},
            "Computed from samples: 1,000 of a.b.c, all 3 of a.b.d. "
            "A row finds no partner that was not sampled, and sums are of the sample.",
        ),
    ],
)
def test_it_says_what_a_sample_does_not_tell(read: dict[str, int], said: str) -> None:
    assert Sample(pa.table({}), read, 1_000).note == said
