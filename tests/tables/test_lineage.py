"""Which column comes from which."""

from __future__ import annotations

import pytest

from medallion_core.tables.lineage import column_edges, downstream, sources_of, upstream
from tests.generate.designs import tpch
from tests.generate.landing import landing
from tests.generate.shop import shop


def test_a_measure_comes_from_every_column_of_its_expression():
    assert sources_of(column_edges(tpch()), "fact_lineitem.net_price") == [
        "samples.tpch.lineitem.l_extendedprice",
        "samples.tpch.lineitem.l_discount",
    ]


def test_a_foreign_key_comes_from_the_dimension_and_from_what_it_is_looked_up_by():
    assert upstream(tpch(), "fact_lineitem.customer_key")[:2] == [
        "dim_customer.customer_key",
        "silver_orders.o_custkey",
    ]


def test_a_folded_attribute_comes_from_the_parent_of_the_parent():
    assert upstream(tpch(), "dim_customer.region_name") == [
        "silver_region.r_name",
        "bronze_region.r_name",
        "samples.tpch.region.r_name",
    ]


def test_a_source_column_reaches_gold():
    assert downstream(tpch(), "samples.tpch.customer.c_custkey") == [
        "bronze_customer.c_custkey",
        "silver_customer.c_custkey",
        "dim_customer.customer_key",
        "dim_customer.c_custkey",
        "fact_orders.customer_key",
        "fact_lineitem.customer_key",
    ]
    assert "agg_order_line_by_product.amount" in downstream(shop(), "main.shop.order_line.price")


def test_a_renamed_column_and_several_reads_are_followed():
    amount = upstream(landing(), "silver_events.amount")
    assert amount == [
        "bronze_events.Amount__EUR_",
        "/Volumes/main/landing/files/events.Amount (EUR)",
    ]
    assert len(sources_of(column_edges(landing()), "silver_accounts.status")) == 2


def test_an_unknown_column():
    with pytest.raises(KeyError):
        upstream(tpch(), "dim_customer.nothing")
    assert downstream(tpch(), "nothing") == []


def test_a_version_begins_with_the_column_that_orders_them():
    edges = column_edges(shop())
    assert sources_of(edges, "dim_customer.valid_from") == ["main.shop.customer.updated_at"]
    assert set(sources_of(edges, "dim_customer.customer_key")) == {
        "main.shop.customer.customer_id",
        "main.shop.customer.updated_at",
    }


def test_only_columns_of_sources_are_at_the_far_end():
    for design in (shop(), tpch(), landing()):
        edges = column_edges(design)
        ends = {end for column in edges for end in sources_of(edges, column)}
        assert not {end for end in ends if end.split(".")[0].startswith(("silver_", "bronze_"))}
