"""The columns of bronze, silver and gold: their names, comments and what they are read from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core.model import (
    Attribute,
    ChangeHandling,
    EntityColumn,
    HeaderAmount,
)
from medallion_core.tables.aliases import fact_aliases
from medallion_core.tables.bridges import bridge_columns
from medallion_core.tables.columns import bronze_names
from medallion_core.tables.facts import link_joins
from medallion_core.tables.measures import allocation, measure_columns
from medallion_core.tables.newest import newest_first
from tests.generate.designs import entity
from tests.generate.shop import shop


def test_names_that_delta_takes_stay_and_the_others_go_round_them() -> None:
    sources = ("a b", "a_b", "A,B", "c\td", "e")
    columns = tuple(EntityColumn(f"c{n}", source, "int", "int") for n, source in enumerate(sources))
    made = replace(entity("t", {"x": "int"}, ()), columns=columns)
    assert bronze_names(made) == {
        "a b": "a_b_2",
        "a_b": "a_b",
        "A,B": "A_B_3",
        "c\td": "c_d",
        "e": "e",
    }


def test_a_column_of_a_bridge_says_what_its_source_says_or_what_was_written() -> None:
    [bridge] = shop().star.bridges
    owner = shop().entity(bridge.entity)
    commented = tuple(replace(c, comment=f"{c.name} of the bank") for c in owner.columns)
    design = shop().with_entity(replace(owner, columns=commented))
    attributes = (Attribute("a", "account_id"), Attribute("b", "account_id", "Who pays."))
    columns = bridge_columns(design, replace(bridge, attributes=attributes))
    comments = {column.name: column.comment for column in columns}
    assert (comments["a"], comments["b"]) == ("account_id of the bank", "Who pays.")


def test_versions_are_chosen_by_the_first_date_of_a_fact_that_has_one() -> None:
    design = shop()
    orders = design.star.fact("fact_orders")
    assert design.entity("customer").change is ChangeHandling.HISTORY
    for dates, dated in ((orders.dates, 1), ((), 0)):
        joins = [*link_joins(design, replace(orders, dates=dates))]
        assert joins
        assert sum("ordered_on" in join.condition for join in joins) == dated


@pytest.mark.parametrize(
    ("chosen", "weight", "weights"),
    [
        (HeaderAmount.EQUAL, "price", {"_equal_share": ""}),
        (HeaderAmount.WEIGHTED, "", {"_equal_share": ""}),
        (HeaderAmount.WEIGHTED, "price", {"_equal_share": "", "_share_by_price": "price"}),
        (None, "price", None),
    ],
)
def test_amounts_are_spread_by_a_weight_where_that_was_chosen(
    chosen: HeaderAmount | None, weight: str, weights: dict[str, str] | None
) -> None:
    lines = shop().star.fact("fact_order_line")
    amounts = [
        replace(m, allocation=chosen, weight=weight) for m in lines.measures if m.from_header
    ]
    found = allocation(replace(lines, measures=tuple(amounts)))
    assert (found and found.weights) == weights


@pytest.mark.parametrize(
    ("type_", "places"), [("decimal(9,2)", 2), ("int", 0), ("decimal(9,0)", 0), ("double", 6)]
)
def test_spread_amounts_are_rounded_as_they_add_up_whatever_their_type(
    type_: str, places: int
) -> None:
    """A cast of each line by itself would cut 10 on three lines to 3, 3 and 3."""
    lines = shop().star.fact("fact_order_line")
    spread = next(m for m in lines.measures if m.allocation is HeaderAmount.EQUAL)
    [column] = measure_columns(
        shop(), replace(lines, measures=(replace(spread, type=type_),)), fact_aliases(lines)
    )
    shares = [
        f"round(orders.shipping * order_line._equal_share{n}, {places})" for n in ("", "_before")
    ]
    assert " - ".join(shares) in column.expression


@pytest.mark.parametrize(
    ("type_", "wanted"),
    [
        ("decimal(12,2)", "struct(*)"),
        ("boolean", "struct(*)"),
        ("map<string,int>", "to_json(struct(*))"),
        ("struct<a:map<string,int>>", "to_json(struct(*))"),
        ("variant", "to_json(struct(*))"),
    ],
)
def test_rows_of_one_key_are_told_apart_by_their_values_where_all_have_an_order(
    type_: str, wanted: str
) -> None:
    assert newest_first(entity("orders", {"id": "int", "extra": type_}, ("id",)))[-1] == wanted
