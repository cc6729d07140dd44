"""Silver: types, rules, privacy and change handling."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from medallion_core.model import (
    ChangeHandling,
    Column,
    ColumnProfile,
    Entity,
    FileFormat,
    FilesLocation,
    Finding,
    Level,
    Profile,
    RuleAction,
    Settings,
    Source,
    TableLocation,
)
from medallion_core.propose import propose_design
from tests.propose.memory import Memory, schema


def entity_of(memory: Memory, name: str) -> Entity:
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    return design.entity(name)


def messy() -> Memory:
    """Forty rows of text that would be something else."""
    rows = range(40)
    return Memory(
        {
            "person": {
                "person_id": [n + 1 for n in rows],
                "first_name": [f" Ada{n}" for n in rows],
                "amount": [str(n) for n in rows],
                "zip": [f"0{n:04}" for n in rows],
                "born": [f"1990-01-{n % 28 + 1:02}" for n in rows],
                "remark": ["" if n % 2 else "x" for n in rows],
                "grade": ["ab"[n % 2] for n in rows],
                "order_date": [date(2020, 1, 1 + n % 28) for n in rows],
                "started_at": [datetime(2020, 1, 1, n % 24) for n in rows],
                "balance": [float(n - 20) for n in rows],
            }
        }
    )


def test_text_gets_the_type_it_reads_as() -> None:
    columns = {c.name: c for c in entity_of(messy(), "person").columns}
    assert (columns["amount"].type, columns["amount"].source_type) == ("bigint", "string")
    assert columns["born"].type == "date"
    assert columns["zip"].type == "string", "leading zeros count"
    assert columns["first_name"].trim
    assert columns["remark"].empty_to_null


def test_one_blank_is_enough_to_be_no_value() -> None:
    values = {"one": ["", *"abcdefghi"], "none": [*"abcdefghij"]}
    entity = entity_of(Memory({"t": values}), "t")  # type: ignore[arg-type]
    assert [entity.column(name).empty_to_null for name in values] == [True, False]


def test_keys_and_references_keep_their_type() -> None:
    memory = Memory({"unit": {"unit_no": [str(n) for n in range(40)], "label": ["x"] * 40}})
    assert entity_of(memory, "unit").column("unit_no").type == "string"


def test_rules_warn_and_only_a_missing_key_is_set_aside() -> None:
    rules = {rule.name: rule for rule in entity_of(messy(), "person").rules}
    assert rules.pop("person_id_present").action is RuleAction.QUARANTINE
    assert {rule.action for rule in rules.values()} == {RuleAction.WARN}
    assert all(rule.reason for rule in rules.values())
    assert rules["grade_known"].condition == "`grade` IN ('a', 'b')"
    assert rules["amount_readable"].condition == "NOT map_contains_key(_uncast, 'amount')"
    assert rules["balance_in_range"].condition == "`balance` BETWEEN -40 AND 39"
    assert rules["order_date_not_in_future"].condition == "`order_date` <= current_date()"


def test_gaps_of_today_break_no_rule() -> None:
    memory = schema("F sale 90: sale_id pk | price float? 1 9 | start_date date? | end_date date?")
    rules = {rule.name: rule.condition for rule in entity_of(memory, "sale").rules}
    assert rules["price_not_negative"] == "`price` IS NULL OR `price` >= 0"
    assert rules["start_date_before_end_date"].startswith("`start_date` IS NULL OR")


def test_hostile_values_stay_values() -> None:
    memory = Memory({"t": {"id": list(range(60)), "kind": ["a'); DROP TABLE x; --", "b\\"] * 30}})
    (rule,) = [r for r in entity_of(memory, "t").rules if r.name == "kind_known"]
    assert rule.condition == "`kind` IN ('a\\'); DROP TABLE x; --', 'b\\\\')"


def test_personal_data_is_flagged_with_its_evidence() -> None:
    memory = schema(
        """D patients 90: patient_id pk | first_name name | ssn code 9 | home_phone code 9
        | birth_date date | street_address text | credit_card_number code 16 | ward word 4"""
    )
    kinds = {c.name: c.privacy.kind for c in entity_of(memory, "patients").columns if c.privacy}
    assert kinds == {
        "first_name": "name",
        "ssn": "national id",
        "home_phone": "phone",
        "birth_date": "date of birth",
        "street_address": "address",
        "credit_card_number": "card number",
    }


def test_values_speak_of_personal_data_where_names_do_not() -> None:
    memory = schema("D members 90: member_id pk | login text")
    profile = memory.profile("members")
    login = replace(profile.columns[1], patterns={"email": 0.98})
    design = propose_design(
        memory.sources(),
        [Profile(90, (profile.columns[0], login))],
        Settings("p", "c", "s"),
        memory,
    )
    privacy = design.entity("members").column("login").privacy
    assert privacy is not None
    assert (privacy.kind, privacy.evidence) == ("email", "98% of its values look like email.")


def test_change_handling() -> None:
    memory = schema(
        """D items 90: item_id pk | item_name name | updated_at ts
        F events 900: event_id pk | item_id fk items | happened_at ts | amount money"""
    )
    items, events = entity_of(memory, "items"), entity_of(memory, "events")
    assert (items.change, items.sequence_by) == (ChangeHandling.LATEST, "updated_at")
    assert (events.change, events.sequence_by) == (ChangeHandling.APPEND, "")


def test_what_is_changed_in_place_is_a_snapshot() -> None:
    memory = schema("D items 90: item_id pk | item_name name")
    (source,) = memory.sources()
    assert isinstance(source.location, TableLocation)
    source = replace(source, location=replace(source.location, append_only=False))
    design = propose_design([source], memory.profiles(), Settings("p", "c", "s"), memory)
    assert design.entities[0].change is ChangeHandling.SNAPSHOT


def test_without_a_profile_the_names_have_to_do() -> None:
    memory = schema(
        """D items 90: item_id pk | item_name name
        F sales 900: sale_id pk | item_id fk items | sold_at ts | amount money"""
    )
    design = propose_design(memory.sources(), [None, None], Settings("p", "c", "s"))
    assert [(r.entity, r.parent) for r in design.references if r.accepted] == [("sales", "items")]
    assert design.entity("sales").key == ("sale_id",)


def test_hostile_names_get_through() -> None:
    names = ['a"b', "x'); --", "{{ c }}", "ünï", "select", "A" * 255, "a b", "1"]
    columns = tuple(
        ColumnProfile(name, 0, 9, distinct_is_exact=True, minimum=1, maximum=9) for name in names
    )
    memory = Memory({'t"); import os': {name: list(range(9)) for name in names}})
    design = propose_design(
        memory.sources(), [Profile(9, columns)], Settings("p", "c", "s"), memory
    )
    (entity,) = design.entities
    assert [column.source for column in entity.columns] == names
    assert len({column.name for column in entity.columns}) == len(names)


def test_lines_that_add_up_the_rows_above_them_are_set_aside() -> None:
    memory = Memory({"invoices": {"no": ["1", "2"], "paid_on": ["2024-01-01", "2024-01-02"]}})
    [source] = memory.sources()
    (amount, rows) = (Column("amount", "string"), Column("rows", "bigint"))
    source = replace(
        source,
        columns=(*source.columns, amount, rows),
        totals=(
            (("no", " Total"), ("paid_on", ""), ("amount", "3"), ("rows", "")),
            (("no", ""), ("paid_on", ""), ("amount", "it's all"), ("rows", "")),
            (("no", "Sum"), ("paid_on", "x"), ("amount", "3"), ("rows", "2")),
            (("other", "Sum"), ("paid_on", ""), ("amount", "3"), ("rows", "2")),
        ),
    )
    [entity] = propose_design([source], memory.profiles(), Settings("p", "c", "s")).entities
    (rule,) = (rule for rule in entity.rules if rule.name == "is_no_total")
    paid_on = entity.column("paid_on")
    blank = "`paid_on` IS NULL" if paid_on.type == "date" else "coalesce(trim(`paid_on`), '') = ''"
    assert rule.action is RuleAction.QUARANTINE
    assert rule.condition == (
        f"NOT coalesce((trim(`no`) = 'Total' AND {blank} AND `rows` IS NULL) OR "
        f"(trim(`amount`) = 'it\\'s all' AND coalesce(trim(`no`), '') = '' AND {blank} "
        "AND `rows` IS NULL), false)"
    )
    [other] = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s")).entities
    assert not any(rule.name == "is_no_total" for rule in other.rules)


def test_a_header_among_the_rows_is_set_aside() -> None:
    memory = Memory({"invoices": {"no": ["1", "2"], "paid": [1, 2], "who": ["a", "b"]}})
    [source] = memory.sources()
    source = replace(source, totals=(tuple((name, name) for name in ("no", "paid", "who")),))
    [entity] = propose_design([source], memory.profiles(), Settings("p", "c", "s")).entities
    (rule,) = (rule for rule in entity.rules if rule.name.startswith("is_no_"))
    assert (rule.name, rule.action) == ("is_no_header", RuleAction.QUARANTINE)
    condition = "(trim(`no`) = 'no' AND _uncast['paid'] = 'paid' AND trim(`who`) = 'who')"
    assert rule.condition == f"NOT coalesce({condition}, false)"


def test_a_line_of_units_is_set_aside() -> None:
    memory = Memory({"readings": {"no": ["1", "2"], "who": ["a", "b"], "paid": [1, 2]}})
    [source] = memory.sources()
    source = replace(source, headings=((("no", "m"), ("who", ""), ("paid", "it's €")),))
    [entity] = propose_design([source], memory.profiles(), Settings("p", "c", "s")).entities
    (rule,) = (rule for rule in entity.rules if rule.name.startswith("is_no_"))
    assert (rule.name, rule.action) == ("is_no_heading", RuleAction.QUARANTINE)
    condition = "(trim(`no`) = 'm' AND _uncast['paid'] = 'it\\'s €')"
    assert rule.condition == f"NOT coalesce({condition}, false)"


def test_a_source_that_cannot_be_read_keeps_no_other_from_being_proposed() -> None:
    memory = Memory({"orders": {"order_id": [1, 2, 3], "amount": [1.5, 2.5, 3.5]}})
    asked = Finding(Level.WARNING, "a.zip", "a.zip is not read.")
    location = FilesLocation("/Volumes/a/b/c/empty", FileFormat.CSV)
    empty = Source(location, (), questions=(asked,))
    sources, profiles = [empty, *memory.sources()], [None, *memory.profiles()]
    design = propose_design(sources, profiles, Settings("p", "c", "s"), memory)
    assert [entity.name for entity in design.entities] == ["orders"]
    assert [question.subject for question in design.questions[:2]] == ["a.zip", "empty"]
    alone = propose_design([empty], [None], Settings("p", "c", "s"))
    assert alone.entities == ()


def test_only_a_foreign_key_that_is_never_missing_has_to_be_present() -> None:
    memory = schema(
        """D shop 30: shop_id pk | title label
        F sale 300: sale_id pk | shop_id fk shop | other_shop_id fk shop | is_paid bool
        | amount money"""
    )
    memory.tables["sale"]["other_shop_id"][:9] = [None] * 9
    rules = {rule.name for rule in entity_of(memory, "sale").rules}
    assert "shop_id_present" in rules
    assert "other_shop_id_present" not in rules
    assert not [name for name in rules if name.startswith("is_paid")], "a flag has no range"


@pytest.mark.parametrize(
    ("type_", "told"),
    [
        ("array<struct<sku:string,`unit price`:double>>", "several rows of sku, unit price in"),
        ("array<string>", ""),
        ("struct<sku:string>", ""),
    ],
)
def test_lines_within_a_row_are_told_of(type_: str, told: str) -> None:
    memory = Memory({"orders": {"order_id": [1, 2, 3], "amount": [1.5, 2.5, 3.5]}})
    [source] = memory.sources()
    source = replace(source, columns=(*source.columns, Column("lines", type_)))
    design = propose_design([source], [None], Settings("p", "c", "s"))
    found = [q.detail for q in design.questions if q.detail.startswith("lines holds")]
    assert len(found) == bool(told)
    assert told in "".join(found)
