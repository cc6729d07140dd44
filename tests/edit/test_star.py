"""Edits of the star itself: flags, kinds, measures, aggregates, names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from medallion_core import edit
from medallion_core.check import check_design
from medallion_core.errors import MedallionError
from medallion_core.model import (
    Aggregate,
    Aggregation,
    Design,
    FactKind,
    Level,
    Measure,
    Role,
)
from medallion_core.text.identifiers import MAX_ENTITY_LENGTH, MAX_IDENTIFIER_LENGTH


def test_a_flag_that_is_taken_out_is_a_column_of_the_fact_again(retail: Design) -> None:
    orders = edit.find_fact(retail, "fact_orders")
    assert {"status", "channel"} <= set(edit.possible_flags(retail, orders))
    both = edit.choose_flags(retail, "fact_orders", ["status", "channel"])
    one = edit.choose_flags(both, "fact_orders", ["channel"])
    assert "status" in {key.column for key in edit.find_fact(one, "fact_orders").degenerate}
    none = edit.choose_flags(one, "fact_orders", [])
    assert {*none.star.dimensions} == {*retail.star.dimensions}
    assert {*edit.find_fact(none, "fact_orders").degenerate} == {*orders.degenerate}
    assert edit.find_fact(none, "fact_orders").links == orders.links
    assert set(orders.links) < set(edit.find_fact(one, "fact_orders").links)


def test_what_the_header_sums_can_be_spread_over_its_lines(retail: Design) -> None:
    lines = edit.find_fact(retail, "fact_order_lines")
    assert [amount.name for amount in edit.header_amounts(retail, lines)] == ["freight"]
    orders = edit.find_fact(retail, "fact_orders")
    averaged = [replace(m, aggregation=Aggregation.AVERAGE) for m in orders.measures]
    assert edit.header_amounts(edit.edit_measures(retail, orders.name, averaged), lines) == ()
    assert edit.header_amounts(retail, orders) == ()


def test_a_lookup_is_merged_into_its_dimension_and_taken_out_again(retail: Design) -> None:
    def as_(role: Role) -> Design:
        return edit.edit_entities(retail, [replace(retail.entity("cities"), role=role)])

    (customers,) = (d for d in as_(Role.DIMENSION).star.dimensions if d.entity == "customers")
    assert customers.folded == ()
    assert as_(Role.LOOKUP).star == retail.star


def test_a_factless_fact_has_no_measures_until_it_is_another_again(retail: Design) -> None:
    orders = edit.find_fact(retail, "fact_orders")
    factless = edit.edit_fact(retail, replace(orders, kind=FactKind.FACTLESS))
    assert edit.find_fact(edit.edit_entities(factless, []), "fact_orders").measures == ()
    bare = edit.find_fact(factless, "fact_orders")
    assert edit.proposed_measures(factless, bare) == orders.measures


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"kind": FactKind.PERIODIC_SNAPSHOT}, "has no date"),
        ({"kind": FactKind.ACCUMULATING_SNAPSHOT}, "needs two"),
        ({"grain": ("nothing",)}, "nothing"),
    ],
)
def test_a_kind_or_a_grain_that_does_not_fit_is_refused(
    retail: Design, change: dict[str, object], word: str
) -> None:
    orders = replace(edit.find_fact(retail, "fact_orders"), **change)  # type: ignore[arg-type]
    with pytest.raises(MedallionError, match=word):
        edit.edit_fact(retail, orders)


@pytest.mark.parametrize(
    ("aggregate", "word"),
    [
        (Aggregate("agg", "fact_orders", keys=(), measures=("freight",)), "nothing to sum by"),
        (Aggregate("agg", "fact_orders", keys=("tag_key",), measures=()), "tag_key"),
        (
            Aggregate("agg", "fact_order_lines", keys=("product_key",), measures=("unit_price",)),
            "unit_price",
        ),
        (Aggregate("dim_tags", "fact_orders", keys=("customer_key",), measures=()), "dim_tags"),
        (Aggregate("Agg 1", "fact_orders", keys=("customer_key",), measures=()), "not a name"),
        (Aggregate("agg", "fact_nothing", keys=("customer_key",), measures=()), "fact_nothing"),
    ],
)
def test_an_aggregate_that_cannot_be_made_is_refused(
    retail: Design, aggregate: Aggregate, word: str
) -> None:
    with pytest.raises(MedallionError, match=word):
        edit.edit_aggregates(retail, [aggregate])


@pytest.mark.parametrize("name", ["products", "Sales 2", "x" * 300])
def test_a_table_cannot_take_a_name_that_is_taken_or_none(retail: Design, name: str) -> None:
    with pytest.raises(MedallionError):
        edit.rename_entity(retail, "orders", name)
    with pytest.raises(MedallionError):
        edit.rename_gold_table(retail, "fact_orders", f"dim_{name}")


@pytest.mark.parametrize(
    ("rename_to", "longest"),
    [
        (lambda design, name: edit.rename_entity(design, "orders", name), MAX_ENTITY_LENGTH),
        (
            lambda design, name: edit.rename_gold_table(design, "fact_orders", name),
            MAX_IDENTIFIER_LENGTH,
        ),
    ],
    ids=["a source table", "a gold table"],
)
def test_a_name_may_be_as_long_as_the_catalog_takes_it(
    retail: Design, rename_to: Callable[[Design, str], Design], longest: int
) -> None:
    renamed = rename_to(retail, "x" * longest)
    assert [f for f in check_design(renamed) if f.level is Level.ERROR] == []
    with pytest.raises(MedallionError, match="not a name"):
        rename_to(retail, "x" * (longest + 1))


def test_two_dates_are_milestones_enough(retail: Design) -> None:
    lines = edit.find_fact(retail, "fact_order_lines")
    snapshot = replace(lines, kind=FactKind.ACCUMULATING_SNAPSHOT, dates=lines.dates[:2])
    chosen = edit.edit_fact(retail, snapshot).star.fact(lines.name)
    assert chosen == replace(snapshot, kind_evidence="Chosen by a person.")
    assert edit.edit_fact(retail, lines).star == retail.star


def test_what_was_planned_is_no_milestone(retail: Design) -> None:
    lines = edit.find_fact(retail, "fact_order_lines")
    dates = (lines.dates[0], replace(lines.dates[1], planned=True))
    snapshot = replace(lines, kind=FactKind.ACCUMULATING_SNAPSHOT, dates=dates)
    with pytest.raises(MedallionError, match="has 1 dates of what was done"):
        edit.edit_fact(retail, snapshot)


def test_a_periodic_snapshot_asks_for_one_of_the_dates_that_there_are(retail: Design) -> None:
    lines = edit.find_fact(retail, "fact_order_lines")
    for dates, hint in ((lines.dates, "receipt_date, ship_date"), ((), "it has none")):
        snapshot = replace(lines, kind=FactKind.PERIODIC_SNAPSHOT, dates=dates)
        with pytest.raises(MedallionError) as refusal:
            edit.edit_fact(retail, snapshot)
        assert refusal.value.hint == f"Take one of its dates into the grain: {hint}."


def test_a_measure_is_read_when_it_is_new(retail: Design) -> None:
    orders = edit.find_fact(retail, "fact_orders")
    new = Measure("half", "`freight` / 2", "DECIMAL( 10 ,2 )")
    edited = edit.edit_measures(retail, orders.name, [*orders.measures, new])
    assert edit.find_fact(edited, orders.name).measures[-1].type == "decimal(10,2)"
    with pytest.raises(MedallionError, match="half"):
        edit.edit_measures(retail, orders.name, [replace(new, expression="sum(")])
    before = retail.with_fact(replace(orders, measures=(replace(new, type="what it was"),)))
    kept = edit.find_fact(before, orders.name).measures
    assert edit.edit_measures(before, orders.name, kept) == before


def test_aggregates_have_what_their_facts_still_have(retail: Design) -> None:
    by_day = Aggregate("a", "fact_orders", keys=("order_date_key",), measures=("freight",))
    both = replace(by_day, name="b", keys=("order_date_key", "customer_key"))
    lines = Aggregate("c", "fact_order_lines", keys=("product_key",), measures=("quantity",))
    design = edit.edit_aggregates(retail, [by_day, both, lines])
    bare = design.with_fact(replace(design.star.fact("fact_orders"), dates=(), measures=()))
    facts = tuple(fact for fact in bare.star.facts if fact.name != "fact_order_lines")
    fitted = edit.fit_aggregates(replace(bare, star=replace(bare.star, facts=facts)))
    assert fitted.star.aggregates == (replace(both, keys=("customer_key",), measures=()),)


def test_a_dimension_can_be_had_as_its_table_gives_it_but_for_flags(retail: Design) -> None:
    flagged = edit.choose_flags(retail, "fact_orders", ["status"])
    junk = edit.junk_dimension(flagged.star, edit.find_fact(flagged, "fact_orders"))
    assert junk is not None
    assert edit.derived_dimension(flagged, junk) is None
    for dimension in retail.star.dimensions:
        bare = replace(dimension, attributes=(), folded=())
        assert edit.derived_dimension(flagged.with_dimension(bare), bare) == dimension
