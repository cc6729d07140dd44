"""A person's edits: applied whole, followed everywhere, refused where they break something."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core import edit
from medallion_core.check import check_bundle, check_design
from medallion_core.errors import MedallionError
from medallion_core.generate import generate_bundle
from medallion_core.model import (
    Aggregate,
    Aggregation,
    ChangeHandling,
    Design,
    Entity,
    EntityColumn,
    FactKind,
    HeaderAmount,
    Level,
    Measure,
    Reference,
    Role,
    Rule,
    Settings,
    TableLocation,
    TableName,
)
from medallion_core.model.file import dump_design, load_design
from medallion_core.propose import propose_design, propose_star
from tests.propose.memory import schema

RETAIL = """
D customers 300: customer_id pk | customer_name name | city_id fk cities | updated_at ts
D cities 40: city_id pk | city_name word 9000 | country_code fk countries
D countries 12: country_code code 2 | country_name word 9000
F orders 900: order_id pk | customer_id fk customers | order_date date | status word 4
    | channel word 3 | freight money
F order_lines 2500: *order_id fk orders | *line_no int 1 6 | product_id fk products
    | quantity int 1 9 | unit_price money | discount float 0 0.4 | ship_date date
    | receipt_date date | is_gift word 2
D products 200: product_id pk | product_name name | list_price money
B product_tags 500: *product_id fk products | *tag_id fk tags
D tags 30: tag_id pk | tag_name word 9000
"""


@pytest.fixture(scope="module")
def retail() -> Design:
    memory = schema(RETAIL)
    return propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)


def entity(name: str, role: Role, key: str, *columns: tuple[str, str], **more: object) -> Entity:
    location = TableLocation(TableName("shop", "sales", name))
    made = tuple(EntityColumn(column, column, type_, type_) for column, type_ in columns)
    return Entity(name, (location,), made, key=(key,), role=role, **more)  # type: ignore[arg-type]


@pytest.fixture
def design() -> Design:
    orders = entity(
        "orders",
        Role.FACT,
        "order_id",
        ("order_id", "bigint"),
        ("buyer_id", "bigint"),
        ("amount", "decimal(12,2)"),
        ("ordered_on", "date"),
        rules=(
            Rule("amount_cast", "NOT map_contains_key(_uncast, 'amount')"),
            Rule("amount_positive", "`amount` > 0 OR 'amount' = \"amount\""),
        ),
    )
    buyers = entity(
        "buyers", Role.DIMENSION, "buyer_id", ("buyer_id", "bigint"), ("name", "string")
    )
    reference = Reference("orders", ("buyer_id",), "buyers", ("buyer_id",))
    design = Design(Settings("shop", "main", "gold"), (orders, buyers), (reference,))
    return replace(design, star=propose_star(design))


def rename(design: Design, table: str, old: str, new: str) -> Design:
    columns = [replace(c, name=new) if c.name == old else c for c in design.entity(table).columns]
    return edit.edit_columns(design, table, columns)


def test_a_renamed_key_is_followed_in_keys_and_references(design: Design) -> None:
    renamed = rename(design, "buyers", "buyer_id", "customer_number")
    assert renamed.entity("buyers").key == ("customer_number",)
    assert renamed.references[0].parent_columns == ("customer_number",)
    assert renamed.references[0].columns == ("buyer_id",)


def test_a_renamed_column_is_followed_in_rules_but_not_in_their_texts(design: Design) -> None:
    rules = rename(design, "orders", "amount", "total").entity("orders").rules
    assert rules[0].condition == "NOT map_contains_key(_uncast, 'total')"
    assert rules[1].condition == "`total` > 0 OR 'amount' = \"amount\""


def test_a_measure_that_a_person_changed_outlives_another_edit(design: Design) -> None:
    fact = design.star.facts[0]
    averaged = [replace(m, aggregation=Aggregation.AVERAGE) for m in fact.measures]
    assert averaged
    edited = edit.edit_measures(design, fact.name, averaged)
    buyers = replace(edited.entity("buyers"), change=ChangeHandling.HISTORY)
    after = edit.edit_entities(edited, [buyers]).star.facts[0]
    assert {m.aggregation for m in after.measures} == {Aggregation.AVERAGE}


def test_a_measure_that_was_left_out_stays_out_and_can_be_taken_back(design: Design) -> None:
    fact = design.star.facts[0]
    without = edit.edit_measures(design, fact.name, [])
    after = edit.edit_entities(without, [replace(design.entity("buyers"), role=Role.OTHER)])
    assert after.star.facts[0].measures == ()
    assert edit.left_out_measures(after, after.star.facts[0]) == fact.measures


def test_a_table_that_is_no_longer_a_dimension_leaves_the_star(design: Design) -> None:
    buyers = replace(design.entity("buyers"), role=Role.OTHER)
    star = edit.edit_entities(design, [buyers]).star
    assert [dimension.entity for dimension in star.dimensions] == []
    assert star.facts[0].links == ()


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"key": ("nothing",)}, "nothing"),
        ({"sequence_by": "nothing"}, "nothing"),
        ({"key": (), "change": ChangeHandling.HISTORY}, "key"),
    ],
)
def test_what_would_break_a_table_is_refused(
    design: Design, change: dict[str, object], word: str
) -> None:
    broken = replace(design.entity("buyers"), **change)  # type: ignore[arg-type]
    with pytest.raises(MedallionError, match=word) as refusal:
        edit.edit_entities(design, [broken])
    assert refusal.value.code == "INVALID_EDIT"


def test_a_column_that_a_reference_needs_cannot_be_left_out(design: Design) -> None:
    columns = [replace(c, included=c.name != "buyer_id") for c in design.entity("orders").columns]
    with pytest.raises(MedallionError, match="buyer_id"):
        edit.edit_columns(design, "orders", columns)


@pytest.mark.parametrize(
    "reference",
    [
        Reference("orders", ("buyer_id", "order_id"), "buyers", ("buyer_id",)),
        Reference("orders", ("buyer_id",), "sellers", ("id",)),
        Reference("orders", ("seller_id",), "buyers", ("buyer_id",)),
    ],
)
def test_a_reference_that_leads_nowhere_is_refused(design: Design, reference: Reference) -> None:
    with pytest.raises(MedallionError):
        edit.edit_references(design, [reference])


def test_two_rules_of_one_name_are_refused(design: Design) -> None:
    with pytest.raises(MedallionError, match="twice"):
        edit.edit_rules(design, "orders", [Rule("twice", "true"), Rule("twice", "false")])


def test_removing_a_table_removes_its_references(design: Design) -> None:
    left = edit.remove_entity(design, "buyers")
    assert [e.name for e in left.entities] == ["orders"]
    assert left.references == ()


def test_two_sources_with_the_same_columns_feed_one_table(design: Design) -> None:
    buyers = design.entity("buyers")
    west = replace(
        buyers,
        name="buyers_west",
        reads=(TableLocation(TableName("shop", "west", "buyers")),),
    )
    merged = edit.merge_entities(
        replace(design, entities=(*design.entities, west)), ["buyers", "buyers_west"]
    )
    assert [entity.name for entity in merged.entities] == ["orders", "buyers"]
    assert len(merged.entity("buyers").reads) == 2
    with pytest.raises(MedallionError, match="amount"):
        edit.merge_entities(design, ["orders", "buyers"])


# ── Decisions about the star ─────────────────────────────────────────────────────────────────


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
            Measure("net", "`quantity` * `unit_price`", "double"),
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
    assert lines["net"].expression == "`qty` * `unit_price`"
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


def test_a_flag_that_is_taken_out_is_a_column_of_the_fact_again(retail: Design) -> None:
    orders = edit.find_fact(retail, "fact_orders")
    assert {"status", "channel"} <= set(edit.possible_flags(retail, orders))
    both = edit.choose_flags(retail, "fact_orders", ["status", "channel"])
    one = edit.choose_flags(both, "fact_orders", ["channel"])
    assert "status" in {key.column for key in edit.find_fact(one, "fact_orders").degenerate}
    none = edit.choose_flags(one, "fact_orders", [])
    assert {*none.star.dimensions} == {*retail.star.dimensions}
    assert {*edit.find_fact(none, "fact_orders").degenerate} == {*orders.degenerate}


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
    assert edit.left_out_measures(factless, orders) == ()
    bare = edit.find_fact(factless, "fact_orders")
    assert edit.left_out_measures(factless, bare) == orders.measures


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
        (Aggregate("agg", "fact_orders", keys=(), measures=("freight",)), "by nothing"),
        (Aggregate("agg", "fact_orders", keys=("tag_key",), measures=()), "tag_key"),
        (
            Aggregate("agg", "fact_order_lines", keys=("product_key",), measures=("unit_price",)),
            "unit_price",
        ),
        (Aggregate("dim_tags", "fact_orders", keys=("customer_key",), measures=()), "dim_tags"),
        (Aggregate("Agg 1", "fact_orders", keys=("customer_key",), measures=()), "no name"),
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
