"""A design without a column has every part that it still names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core.edit.renames import Renames
from medallion_core.model import Design, DimensionLink, Measure
from medallion_core.repair.without import needed_by, without_column
from medallion_core.tables.soundness.design import unsound
from tests.generate.designs import GOLDEN, tpch
from tests.generate.shop import shop

EVERY = [
    (name, entity.name, column.name)
    for name, design in GOLDEN.items()
    for entity in design().entities
    for column in entity.included_columns
]


@pytest.mark.parametrize(("name", "entity", "column"), EVERY)
def test_nothing_is_left_that_names_a_column_which_is_gone(
    name: str, entity: str, column: str
) -> None:
    found = unsound(without_column(GOLDEN[name](), entity, column))
    assert {finding.detail for finding in found} <= {"It has no column in silver."}


@pytest.mark.parametrize(("name", "entity", "column"), EVERY)
def test_a_new_name_is_followed_everywhere_and_back(name: str, entity: str, column: str) -> None:
    design = GOLDEN[name]()
    there = renamed(design, entity, column, "another_name")
    assert unsound(there) == []
    assert there.star == design.star or "another_name" in repr(there.star)
    assert renamed(there, entity, "another_name", column) == design


def renamed(design: Design, entity: str, before: str, after: str) -> Design:
    found = design.entity(entity)
    columns = tuple(replace(c, name=after) if c.name == before else c for c in found.columns)
    follow = Renames(entity, entity, {before: after})
    return design.with_entity(replace(found, columns=columns)).renamed(follow)


@pytest.mark.parametrize("name", GOLDEN)
def test_an_entity_is_called_otherwise_everywhere_and_back(name: str) -> None:
    design = GOLDEN[name]()
    for entity in design.entities:
        there = design.renamed(Renames(entity.name, "other"))
        assert unsound(there) == []
        assert there.renamed(Renames("other", entity.name)) == design


def test_a_header_that_cannot_be_found_takes_along_what_is_taken_from_it() -> None:
    fact = without_column(shop(), "orders", "order_id").star.fact("fact_order_line")
    assert fact.header is None
    assert [link.dimension for link in fact.links] == ["dim_product"]
    assert fact.dates == ()
    assert [measure.name for measure in fact.measures] == ["quantity", "amount", "price"]
    assert "fact_order_line.shipping" in needed_by(shop(), "orders", "order_id")


def test_a_dimension_goes_with_its_key_and_the_links_to_it_go_with_it() -> None:
    star = without_column(tpch(), "part", "p_partkey").star
    assert [dimension.name for dimension in star.dimensions] == ["dim_customer"]
    assert [link.dimension for link in star.fact("fact_lineitem").links] == ["dim_customer"]


def test_parents_that_hang_on_a_parent_go_with_it() -> None:
    star = without_column(tpch(), "customer", "c_nationkey").star
    assert star.dimension("dim_customer").folded == ()
    star = without_column(tpch(), "nation", "n_regionkey").star
    assert [parent.alias for parent in star.dimension("dim_customer").folded] == ["nation"]


def test_flags_that_are_left_stay_flags() -> None:
    star = without_column(shop(), "orders", "channel").star
    assert star.dimension("dim_order_flags").business_key == ("is_gift",)
    link = DimensionLink("dim_order_flags", "order_flags_key", ("is_gift",))
    assert link in star.fact("fact_orders").links
    none = without_column(without_column(shop(), "orders", "channel"), "orders", "is_gift")
    assert "dim_order_flags" not in [table.name for table in none.star.tables]
    assert unsound(none) == []


def test_a_measure_of_the_lines_that_reads_the_header_goes_with_the_headers_column() -> None:
    fact = tpch().star.fact("fact_lineitem")
    share = Measure("share", "line.l_quantity / header.o_totalprice", "double")
    design = tpch().with_fact(replace(fact, measures=(*fact.measures, share)))
    after = without_column(design, "orders", "o_totalprice").star.fact("fact_lineitem")
    assert after.measures == fact.measures
    assert "fact_lineitem.share" in needed_by(design, "orders", "o_totalprice")
