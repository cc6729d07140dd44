"""A person's edits: applied whole, followed everywhere, refused where they break something."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core import edit
from medallion_core.errors import MedallionError
from medallion_core.model import (
    Aggregation,
    ChangeHandling,
    Design,
    Entity,
    EntityColumn,
    Privacy,
    PrivacyDecision,
    Reference,
    Role,
    Rule,
    RuleAction,
    Settings,
    TableLocation,
    TableName,
)
from medallion_core.propose import propose_star
from tests.edit.renaming import rename


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
    assert edit.proposed_measures(after, after.star.facts[0]) == fact.measures


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
    keyless = design.with_entity(replace(design.entity("buyers"), key=()))
    parent = [replace(c, included=c.name != "buyer_id") for c in design.entity("buyers").columns]
    with pytest.raises(MedallionError, match=r"buyers\.buyer_id"):
        edit.edit_columns(keyless, "buyers", parent)
    free = [replace(c, included=c.name != "amount") for c in design.entity("orders").columns]
    assert edit.edit_columns(design, "orders", free).entity("orders").columns == tuple(free)


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
    assert merged.references == design.references
    with pytest.raises(MedallionError, match="amount"):
        edit.merge_entities(design, ["orders", "buyers"])


def test_what_one_of_several_sources_knows_holds_for_all(design: Design) -> None:
    orders = design.entity("orders")
    name, kept = orders.columns[1], replace(orders.columns[3], privacy=Privacy("dob"), missing=True)
    private = replace(orders.columns[3], privacy=Privacy("dob", PrivacyDecision.MASK), trim=True)
    total = Rule("is_no_total", "NOT coalesce(`buyer` = 0, false)", RuleAction.QUARANTINE)
    positive = Rule("amount_positive", "`amount` >= 1")
    west = replace(
        orders,
        name="orders_west",
        columns=(orders.columns[0], replace(name, name="buyer"), orders.columns[2], private),
        rules=(total, positive, orders.rules[1]),
    )
    first = replace(orders, columns=(*orders.columns[:3], kept))
    referring = Reference("orders_west", ("buyer",), "buyers", ("buyer_id",))
    both = replace(design.with_entity(first), references=(referring,))
    both = replace(both, entities=(*both.entities, west))
    merged = edit.merge_entities(both, ["orders", "orders_west"])
    found = merged.entity("orders")
    assert found.columns == (*orders.columns[:3], private)
    assert found.rules == (
        *orders.rules,
        replace(total, condition="NOT coalesce(`buyer_id` = 0, false)"),
        replace(positive, name="amount_positive_2"),
    )
    assert merged.references == design.references
    written = replace(orders.columns[3], source_format="d/M/yyyy")
    other = both.with_entity(replace(west, columns=(*west.columns[:3], written)))
    with pytest.raises(MedallionError, match="write ordered_on in different ways"):
        edit.merge_entities(other, ["orders", "orders_west"])


@pytest.mark.parametrize("rule", [Rule("", "true"), Rule("empty", " "), Rule("", "")])
def test_a_rule_without_a_name_or_a_condition_is_refused(design: Design, rule: Rule) -> None:
    with pytest.raises(MedallionError, match="lacks"):
        edit.edit_rules(design, "orders", [rule])


def test_what_deletes_rows_is_read_when_it_is_new(design: Design) -> None:
    buyers = design.entity("buyers")
    kept = design.with_entity(replace(buyers, delete_when="(", change=ChangeHandling.LATEST))
    same = kept.entity("buyers")
    assert edit.edit_entities(kept, [replace(same)]).entity("buyers") is same
    edited = edit.edit_entities(kept, [replace(same, delete_when="name = 'gone'")])
    assert edited.entity("buyers").delete_when == "name = 'gone'"
    unmarked = edit.edit_entities(edited, [replace(same, delete_when="")])
    assert unmarked.entity("buyers").delete_when == ""
    with pytest.raises(MedallionError, match="Deletions of buyers"):
        edit.edit_entities(kept, [replace(same, delete_when="name = (")])


def test_a_type_is_read_when_it_is_new(design: Design) -> None:
    key, name = design.entity("buyers").columns
    odd = design.with_entity(
        replace(design.entity("buyers"), columns=(key, replace(name, type="as the source has it")))
    )
    kept = odd.entity("buyers").columns
    assert edit.edit_columns(odd, "buyers", kept).entity("buyers").columns == kept
    for type_, printed in (("VARCHAR( 20 )", "varchar(20)"), (name.source_type, "string")):
        edited = edit.edit_columns(odd, "buyers", [key, replace(name, type=type_)])
        assert edited.entity("buyers").column("name").type == printed
    with pytest.raises(MedallionError, match="name"):
        edit.edit_columns(odd, "buyers", [key, replace(name, type="words")])
