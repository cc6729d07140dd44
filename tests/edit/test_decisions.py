"""What was decided about the star outlives other edits."""

from __future__ import annotations

from dataclasses import replace

from medallion_core import edit
from medallion_core.check import check_bundle, check_design
from medallion_core.generate import generate_bundle
from medallion_core.model import (
    Aggregate,
    Aggregation,
    Design,
    FactKind,
    HeaderAmount,
    Level,
    Measure,
    Role,
)
from medallion_core.model.file import dump_design, load_design
from tests.edit.renaming import rename


def decided(design: Design) -> Design:
    """Something decided in every part of the star."""
    lines = edit.find_fact(design, "fact_order_lines")
    quantity, *others = lines.measures
    design = edit.edit_measures(
        design,
        lines.name,
        [
            replace(quantity, aggregation=Aggregation.AVERAGE, name="pieces"),
            *others[1:],
            Measure("net", "`quantity` * (`unit_price` - 1.0)", "double"),
        ],
    )
    (freight,) = edit.header_amounts(design, edit.find_fact(design, lines.name))
    weighted = replace(freight, allocation=HeaderAmount.WEIGHTED, weight="quantity")
    design = edit.spread_amounts(design, lines.name, [weighted])
    design = edit.choose_flags(design, "fact_orders", ["status", "channel"])
    design = edit.rename_gold_table(design, "fact_orders", "fact_sales")
    design = edit.rename_gold_table(design, "dim_customers", "dim_client")
    lines = edit.find_fact(design, lines.name)
    first, *rest = lines.dates
    milestones = replace(
        lines, kind=FactKind.ACCUMULATING_SNAPSHOT, dates=(*rest, first), grain=("order_id",)
    )
    design = edit.edit_fact(design, milestones)
    (client,) = (d for d in design.star.dimensions if d.name == "dim_client")
    attributes = tuple(
        replace(a, name="full_name") if a.column == "customer_name" else a
        for a in client.attributes
        if a.column != "updated_at"
    )
    design = edit.edit_dimension(design, replace(client, attributes=attributes))
    return edit.edit_aggregates(
        design,
        [
            Aggregate(
                "agg_sales",
                "fact_sales",
                keys=("order_date_key", "orders_flags_key"),
                measures=("freight",),
            )
        ],
    )


def test_decisions_outlive_an_edit_that_does_not_touch_them(retail: Design) -> None:
    before = decided(retail)
    assert edit.edit_entities(before, []) == before
    assert edit.edit_entities(retail, []) == retail
    unlinked = [r for r in before.references if r.entity != "product_tags"]
    after = edit.edit_references(before, unlinked)
    assert after.star.dimensions == before.star.dimensions
    assert after.star.aggregates == before.star.aggregates
    assert {f.name: f for f in after.star.facts} | {f.name: f for f in before.star.facts} == {
        f.name: f for f in after.star.facts
    }


def test_a_sum_and_an_average_of_one_amount_stay(retail: Design) -> None:
    lines = edit.find_fact(retail, "fact_order_lines")
    average = replace(lines.measures[0], name="average_quantity", aggregation=Aggregation.AVERAGE)
    for measures in ((*lines.measures, average), (average, *lines.measures)):
        before = edit.edit_measures(retail, lines.name, measures)
        after = edit.rename_entity(edit.edit_entities(before, []), "customers", "people")
        assert {*edit.find_fact(after, lines.name).measures} == {*measures}


def test_decisions_follow_a_renamed_column(retail: Design) -> None:
    before = decided(retail)
    after = rename(before, "orders", "status", "state")
    after = rename(after, "orders", "order_date", "sold_on")
    after = rename(after, "order_lines", "quantity", "qty")
    after = rename(after, "customers", "customer_name", "title")
    flags = edit.junk_dimension(after.star, edit.find_fact(after, "fact_sales"))
    assert flags is not None
    assert flags.business_key == ("state", "channel")
    lines = {m.name: m for m in edit.find_fact(after, "fact_order_lines").measures}
    assert (lines["pieces"].expression, lines["pieces"].aggregation) == ("`qty`", "average")
    assert lines["net"].expression == "`qty` * (`unit_price` - 1.0)"
    assert lines["freight"].weight == "qty"
    assert after.star.aggregates[0].keys == ("sold_date_key", "orders_flags_key")
    (client,) = (d for d in after.star.dimensions if d.name == "dim_client")
    assert ("full_name", "title") in {(a.name, a.column) for a in client.attributes}


def test_decisions_follow_a_renamed_table(retail: Design) -> None:
    after = edit.rename_entity(decided(retail), "order_lines", "items")
    after = edit.rename_entity(after, "customers", "people")
    lines = edit.find_fact(after, "fact_items")
    assert lines.kind is FactKind.ACCUMULATING_SNAPSHOT
    assert [date.column for date in lines.dates][-1] == "order_date"
    assert lines.header is not None
    assert "net" in {measure.name for measure in lines.measures}
    (client,) = (d for d in after.star.dimensions if d.entity == "people")
    assert client.name == "dim_client"
    assert [parent.alias for parent in client.folded] == ["city", "country"]
    assert all(r.entity != "customers" != r.parent for r in after.references)


def test_decisions_about_what_is_gone_go_with_it(retail: Design) -> None:
    before = decided(retail)
    orders = before.entity("orders")
    columns = [replace(c, included=c.name not in ("status", "freight")) for c in orders.columns]
    after = edit.edit_columns(before, "orders", columns)
    flags = edit.junk_dimension(after.star, edit.find_fact(after, "fact_sales"))
    assert flags is not None
    assert flags.business_key == ("channel",)
    assert after.star.aggregates[0].measures == ()
    gone = edit.remove_entity(after, "orders")
    assert gone.star.aggregates == ()
    assert not any(d.junk for d in gone.star.dimensions)
    assert "freight" not in {m.name for m in edit.find_fact(gone, "fact_order_lines").measures}


def test_every_decision_generates_a_bundle_that_passes_its_check(retail: Design) -> None:
    for design in (decided(retail), edit.rename_entity(decided(retail), "orders", "sales")):
        assert [f for f in check_design(design) if f.level is Level.ERROR] == []
        bundle = generate_bundle(design)
        assert [f for f in check_bundle(bundle) if f.level is Level.ERROR] == []
        assert load_design(dump_design(design)) == design
    assert "days_receipt_to_order" in bundle["src/gold/fact_order_lines.py"]
    assert "dim_orders_flags" in bundle["src/gold/fact_sales.py"]


def test_a_renamed_dimension_has_what_its_table_has(retail: Design) -> None:
    columns = retail.entity("customers").columns
    unnamed = [replace(column, included=column.name != "customer_name") for column in columns]
    renamed = edit.edit_columns(retail, "customers", unnamed)
    renamed = edit.rename_gold_table(renamed, "dim_customers", "dim_client")
    after = edit.edit_columns(renamed, "customers", columns)
    (client,) = (d for d in after.star.dimensions if d.entity == "customers")
    assert client.name == "dim_client"
    assert "customer_name" in {attribute.column for attribute in client.attributes}


def test_a_renamed_dimension_is_not_linked_once_its_reference_is_gone(retail: Design) -> None:
    renamed = edit.rename_gold_table(retail, "dim_customers", "dim_client")
    unlinked = [r for r in renamed.references if r.parent != "customers"]
    after = edit.edit_references(renamed, unlinked)
    for fact in after.star.facts:
        assert "dim_client" not in {link.dimension for link in fact.links}
    linked = edit.edit_references(after, retail.references)
    assert linked.star.fact("fact_orders").links == renamed.star.fact("fact_orders").links


def test_a_table_that_is_told_to_be_a_dimension_is_one_whoever_refers_to_it(
    retail: Design,
) -> None:
    alone = retail.entity("order_lines")
    told = replace(alone, name="notes", reads=(), role=Role.OTHER)
    before = replace(retail, entities=(*retail.entities, told))
    after = edit.edit_entities(before, [replace(told, role=Role.DIMENSION)])
    assert after.star.dimension("dim_notes").entity == "notes"
    assert edit.edit_references(after, after.references).star.dimension("dim_notes")
