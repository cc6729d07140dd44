"""A type of gold table that the registry names is known everywhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from medallion_core.check import check_design
from medallion_core.generate.docs import docs_files
from medallion_core.model import Design, Finding, Level
from medallion_core.repair.case import make_case
from medallion_core.repair.diagnosis import Evidence
from medallion_core.run.events import RunError
from medallion_core.tables import gold
from medallion_core.tables.diagrams import lineage_diagram, star_diagram
from medallion_core.tables.inventory import expected_tables, reader_tables, table_reads
from medallion_core.tables.lineage import upstream
from medallion_core.tables.privileges import permissions_script
from medallion_core.tables.schema import GoldColumn, GoldTable
from tests.generate.designs import tpch

TABLE = "top_customers"


def top_tables(_: Design) -> Iterator[GoldTable]:
    """Says of itself what a type says."""
    yield GoldTable(
        name=TABLE,
        of="the best customers",
        columns=lambda: [
            GoldColumn("customer_key", "bigint", "customer.customer_key", "Who.",
                       references="dim_customer", referenced_key="customer_key"),
            GoldColumn("price", "double", "orders.o_totalprice", "For how much."),
        ],
        rows={"customer": "dim_customer", "orders": "fact_orders"},
    )  # fmt: skip


@pytest.fixture
def design(monkeypatch: pytest.MonkeyPatch) -> Design:
    monkeypatch.setattr(gold, "GOLD_TYPES", (*gold.GOLD_TYPES, top_tables))
    return tpch()


def test_it_is_expected_granted_and_read(design: Design) -> None:
    assert TABLE in expected_tables(design)
    assert TABLE in reader_tables(design)
    assert f"main.tpch_gold.{TABLE} TO" in permissions_script(design)
    assert {("dim_customer", TABLE), ("fact_orders", TABLE)} <= set(table_reads(design))


def test_it_is_drawn_and_documented_with_where_its_columns_come_from(design: Design) -> None:
    assert f"dim_customer ||--o{{ {TABLE} : customer_key" in star_diagram(design)
    assert f'"{TABLE}"' in lineage_diagram(design)
    assert upstream(design, f"{TABLE}.price")[-1] == "samples.tpch.orders.o_totalprice"
    readme = docs_files(design)["README.md"]
    row = "| price | double | For how much. | samples.tpch.orders.o\\_totalprice |"
    assert row in readme.splitlines()


def test_it_is_checked(design: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    def twice(asked: Design) -> Iterator[GoldTable]:
        yield from (*top_tables(asked), *top_tables(asked))

    monkeypatch.setattr(gold, "GOLD_TYPES", (*gold.GOLD_TYPES[:-1], twice))
    found = check_design(tpch())
    assert (TABLE, f"2 tables would be called {TABLE}.") in [(f.subject, f.detail) for f in found]


def test_what_it_names_and_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = Finding(Level.ERROR, TABLE, "It names what there is not.")

    def unsound_tables(_: Design) -> Iterator[GoldTable]:
        yield GoldTable(name=TABLE, of="", columns=list, findings=lambda _: [gone])

    monkeypatch.setattr(gold, "GOLD_TYPES", (*gold.GOLD_TYPES, unsound_tables))
    assert check_design(tpch()) == [gone]


def test_a_failure_in_it_is_placed(design: Design) -> None:
    case = make_case(
        design, RunError(TABLE, "failed", causes=(), error_class="", at=None), Evidence()
    )
    assert case.file == f"src/gold/{TABLE}.py"
    assert [entity.name for entity in case.entities()] == [
        "customer", "nation", "region", "orders",
    ]  # fmt: skip
