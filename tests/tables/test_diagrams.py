"""Mermaid text of a design."""

from __future__ import annotations

import re
from dataclasses import replace

from bench.generate import wide_star
from medallion_core.model import TableLocation, TableName
from medallion_core.tables.diagrams import (
    MOST_CHARACTERS,
    MOST_LINES,
    lineage_diagram,
    lineage_diagrams,
    star_diagram,
    star_diagrams,
)
from tests.generate.designs import tpch, with_entity
from tests.generate.shop import shop


def test_the_star_has_every_gold_table_and_one_line_per_foreign_key():
    text = star_diagram(shop())
    for table in (*shop().star.dimensions, *shop().star.facts, *shop().star.bridges):
        assert f"    {table.name} {{" in text
    assert "    dim_customer ||--o{ fact_order_line : customer_key" in text
    assert "    dim_date ||--o{ fact_delivery : pack_date_key" in text
    assert "        bigint customer_key PK" in text
    assert text.count(" FK") == text.count("||--o{")


def test_lineage_goes_from_sources_to_gold():
    text = lineage_diagram(tpch())
    label = dict(re.findall(r'(t\d+)\["([^"]*)"\]', text))
    edges = {(label[a], label[b]) for a, b in re.findall(r"(t\d+) --> (t\d+)", text)}
    assert edges >= {
        ("samples.tpch.orders", "bronze_orders"),
        ("bronze_orders", "silver_orders"),
        ("bronze_orders", "quarantine_orders"),
        ("silver_region", "dim_customer"),
        ("silver_orders", "fact_lineitem"),
        ("dim_part", "fact_lineitem"),
    }


def test_an_odd_name_stays_a_label():
    odd = TableLocation(TableName("c", "s", 'x"] --> y["\n; end'))
    region = replace(tpch().entity("region"), reads=(odd,))
    text = lineage_diagram(with_entity(tpch(), region))
    assert "c.s.x#34;#93; --#62; y#91;#34;#10;#59; end" in text
    assert len(text.splitlines()) == len(lineage_diagram(tpch()).splitlines())


def test_what_is_too_large_for_one_diagram_is_drawn_fact_by_fact():
    small, large = tpch(), wide_star(300)
    assert [each.title for each in (*star_diagrams(small), *lineage_diagrams(small))] == ["", ""]
    facts = {fact.name for fact in large.star.facts}
    for diagrams in (star_diagrams(large), lineage_diagrams(large)):
        assert {each.title for each in diagrams} == facts
        for each in diagrams:
            assert len(each.text) <= MOST_CHARACTERS
            assert each.text.count(" --> ") + each.text.count("||--o{") <= MOST_LINES
            assert each.title in each.text
    (one,) = (each for each in star_diagrams(large) if each.title == "fact_sale_7")
    assert one.text.count("||--o{") == 5
