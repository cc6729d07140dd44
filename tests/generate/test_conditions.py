"""What people write into conditions means the same wherever it goes, comments and odd names too."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest

from medallion_core.generate import generate_bundle
from medallion_core.model import (
    ChangeHandling,
    Dimension,
    DimensionLink,
    Entity,
    EntityColumn,
    Measure,
    Rule,
    RuleAction,
)
from medallion_core.tables.aliases import fact_aliases
from medallion_core.tables.lookups import link_join
from medallion_core.tables.measures import source_value
from medallion_core.tables.silver import broken, condition
from tests.generate.designs import tpch, with_entity

COMMENTED = "o_totalprice > 0 -- positive, isn't it ("
BARE = "o_totalprice > 0"
GONE = "o_orderstatus = 'D'"


def orders(**changes: object) -> Entity:
    return replace(tpch().entity("orders"), **changes)  # type: ignore[arg-type]


def texts(source: str) -> list[str]:
    """Every text of a Python file."""
    return [
        node.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


@pytest.mark.parametrize("change", list(ChangeHandling))
@pytest.mark.parametrize("append_only", [True, False])
def test_no_comment_reaches_the_sql_of_silver(change: ChangeHandling, append_only: bool) -> None:
    reads = tuple(replace(read, append_only=append_only) for read in orders().reads)
    rules = tuple(Rule(action.value, COMMENTED, action) for action in RuleAction)
    changed = orders(reads=reads, change=change, rules=rules, delete_when=f"{GONE} -- isn't it (")
    found = texts(generate_bundle(with_entity(tpch(), changed))["src/silver/orders.py"])
    merges = change is not ChangeHandling.APPEND
    assert found.count(f"({GONE}) OR ({BARE})" if merges else BARE) >= len(RuleAction)
    assert not [text for text in found if "--" in text]
    assert any(GONE in text and BARE not in text for text in found) == merges


def test_a_row_that_breaks_a_rule_is_counted_without_the_comment() -> None:
    assert broken(orders(), Rule("positive", COMMENTED)) == f"NOT coalesce(({BARE}), false)"


@pytest.mark.parametrize(
    ("rule", "held"),
    [
        ("o_orderkey IS NOT NULL", "{rule}"),
        ("o_orderkey > 0 AND O_OrderDate > '2020'", "{rule}"),
        ("o_totalprice > 0", "({gone}) OR ({rule})"),
        ("o_orderkey > o_totalprice", "({gone}) AND o_orderkey IS NOT NULL OR ({rule})"),
    ],
)
def test_a_deletion_is_held_to_the_rules_of_its_key_and_order_only(rule: str, held: str) -> None:
    keyed = orders(
        key=("o_orderkey",),
        sequence_by="o_orderdate",
        change=ChangeHandling.LATEST,
        delete_when=GONE,
    )
    assert condition(keyed, Rule("any", rule)) == held.format(rule=rule, gone=GONE)
    kept = replace(keyed, change=ChangeHandling.APPEND)
    assert condition(kept, Rule("any", rule)) == rule


def test_a_measure_is_qualified_around_its_literals() -> None:
    dated = orders(columns=(*orders().columns, EntityColumn("date", "date", "date", "date")))
    measure = Measure("age", "datediff(date, DATE '2020-01-01') -- days", "int")
    design = with_entity(tpch(), dated)
    fact = design.star.fact("fact_orders")
    assert source_value(design, fact, measure, fact_aliases(fact)) == (
        "datediff(orders.date, DATE '2020-01-01')",
        "",
    )


def test_a_measure_may_say_line_and_header_or_nothing() -> None:
    fact = tpch().star.fact("fact_lineitem")
    expression = "l_quantity * line.l_discount - LINE.l_extendedprice / Header.o_totalprice"
    measure = Measure("odd", expression, "decimal(31,4)")
    value, _ = source_value(tpch(), fact, measure, fact_aliases(fact))
    assert value == (
        "lineitem.l_quantity * lineitem.l_discount - lineitem.l_extendedprice / orders.o_totalprice"
    )


def test_a_junk_dimension_is_joined_by_columns_of_any_name() -> None:
    flag = EntityColumn("a = b", "a = b", "string", "string")
    flagged = orders(columns=(*orders().columns, flag))
    junk = Dimension(
        name="dim_flags",
        entity="orders",
        business_key=("a = b", "o_orderstatus"),
        surrogate_key="flags_key",
        attributes=(),
        junk=True,
    )
    design = with_entity(tpch(), flagged)
    design = replace(design, star=replace(design.star, dimensions=(junk,)))
    link = DimensionLink("dim_flags", "flags_key", junk.business_key)
    fact = replace(design.star.fact("fact_orders"), links=(link,))
    condition = link_join(design, link, flagged, fact_aliases(fact)).condition
    assert condition == (
        "orders.`a = b` <=> flags.`a = b` AND orders.o_orderstatus <=> flags.o_orderstatus"
    )
