"""Traps for keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from medallion_core.model import ChangeHandling, Design, RuleAction, Settings
from medallion_core.propose import proposal_json, propose_design
from medallion_core.propose.checks import KeyCheck
from medallion_core.propose.design import propose_schema
from medallion_core.propose.key_parts import expected_repeats
from medallion_core.propose.keys import Support
from medallion_core.propose.tables import view_tables
from tests.propose.language import Rows
from tests.propose.memory import Memory, schema

CASES = {
    "its own id before a code": (
        "D item 90: item_id pk | sku code 8 | name name",
        "item",
        ["item_id"],
    ),
    "a code without a marker": (
        "D carrier 20: carrier code 2 | name word 9000",
        "carrier",
        ["carrier"],
    ),
    "no measure that happens to be unique": (
        "D shop 30: shop_id pk | name name\nF sale 40: shop_id fk shop | amount money",
        "sale",
        [],
    ),
    "a line's order and number": (
        """F orders 500: order_id pk | placed_on date
        D item 50: item_id pk | name name
        F order_line 2000: *order_id fk orders | *line_no int 1 8
        | item_id fk item | price money""",
        "order_line",
        ["order_id", "line_no"],
    ),
    "a bridge's pair, though one side is unique today": (
        """D area 300: area_id pk | name name
        D agent 9: agent_id pk | first_name name
        B agent_area 9: *area_id fk area | *agent_id fk agent""",
        "agent_area",
        ["area_id", "agent_id"],
    ),
    "a place and a time": (
        """D station 12: station code 4 | name word 9000
        F reading 3000: *station fk station | *taken_at ts | celsius float -20 40""",
        "reading",
        ["station", "taken_at"],
    ),
    "a document and the number of its line, behind a client and by shape alone": (
        """D head 500: clnt const 100 | *belnr digits 10 | budat ymd
        F pos 2000: clnt const 100 | *belnr fk head | *buzei seq belnr 10 | dmbtr money""",
        "pos",
        ["belnr", "buzei"],
    ),
    "a company's documents, whose code is a number that reads as several things": (
        """D firm 4: mandt const 100 | *bukrs digits 4 | waers code 3 | butxt label
        F head 400: mandt const 100 | *bukrs fk firm | *belnr int 100 199 | *gjahr int 2022 2024
        | waers via bukrs.waers | budat ymd""",
        "firm",
        ["bukrs"],
    ),
    "a first column without a name, behind a constant": (
        "D part 90: clnt const 100 | matnr digits 18 | weight float 0 9",
        "part",
        ["matnr"],
    ),
    "a column that another table has by its full name": (
        """D rep 34: region word 3 | sales_rep label | lead word 6
        F deal 900: deal_id pk | sales_rep fk rep.sales_rep | amount money""",
        "rep",
        ["sales_rep"],
    ),
    "a hash before the number of the system": (
        "D hub 300: hub_customer_hk hash | customer_number digits 8 | load_date ts",
        "hub",
        ["hub_customer_hk"],
    ),
    "texts in one language so far": (
        """D item 90: item_id pk | price money
        O item_text 90: *item_id fk item | *language const E | short_text word 9000""",
        "item_text",
        ["item_id", "language"],
    ),
    "an identifier that begins with what it is": (
        "D exam 90: weight money | id_exam pk 1752 7",
        "exam",
        ["id_exam"],
    ),
    "a day of a table of days": ("D days 400: day day | week int 1 53", "days", ["day"]),
    "versions of a thing in several others": (
        """D employee 200: employee_id pk | name name
        D department 16: department_id pk | name name
        O employee_department_history 210: *employee_id fk employee | *department_id fk department
        | *start_date date | end_date date? | note text""",
        "employee_department_history",
        ["employee_id", "department_id", "start_date"],
    ),
    "a hash of the row is not its key": (
        """D thing 200: thing_hk hash | load_date ts
        O sat_thing 300: *thing_hk fk thing | *load_date ts | hash_diff hash | name name""",
        "sat_thing",
        ["thing_hk", "load_date"],
    ),
    "what others refer to, and not the number of the row": (
        """D person 300: id pk | player_id code 5 | given name
        F batting 900: player_id fk person.player_id | hits int 0 90""",
        "person",
        ["player_id"],
    ),
    "a version of its own id before what it refers to": (
        """D franchise 60: franch_id code 3 | name name
        D team 900: *year_id int 1990 2020 | lg word 2 | *team_id of franch_id 5000
        | franch_id fk franchise | park text""",
        "team",
        ["year_id", "team_id"],
    ),
    "since when it is so, and not when it was last touched": (
        """D employee 90: employee_id pk | name name
        F quota_of_sales 900: *employee_id fk employee | *quota_date date
        | quota float 5 90 | modified_date same quota_date""",
        "quota_of_sales",
        ["employee_id", "quota_date"],
    ),
    "two rows prove nothing": (
        "D mode 2: label word 900 | amount money | mode_no int 1 9",
        "mode",
        [],
    ),
}


def propose(memory: Memory) -> Design:
    return propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)


@pytest.mark.parametrize("case", CASES)
def test_keys(case: str) -> None:
    text, table, key = CASES[case]
    tables: Any = proposal_json(propose(schema(text)))["tables"]
    assert tables[table]["key"] == key


def test_approximate_counts_are_verified() -> None:
    memory = schema("D item 100: item_id pk | batch code 6 | name name")
    memory.tables["item"]["item_id"][1] = memory.tables["item"]["item_id"][0]
    profile = memory.profile("item")
    blurred = tuple(
        type(c)(c.name, 0, 100, minimum=c.minimum, maximum=c.maximum, max_length=c.max_length)
        for c in profile.columns
    )
    design = propose_design(
        memory.sources(), [type(profile)(100, blurred)], Settings("p", "c", "s"), memory
    )
    assert design.entity("item").key == ("batch",)


CHANCE = """
D patient 400: patient_id pk | birth_date date
F observation 600: seen_at ts | patient_id fk patient | code word 90 | result float 0 300"""


def test_rows_are_not_merged_by_what_only_chance_supports() -> None:
    design = propose(schema(CHANCE))
    entity = design.entity("observation")
    assert entity.key == ("seen_at", "patient_id")
    assert entity.change is ChangeHandling.APPEND
    assert "By chance, hardly a pair of rows would share them." in entity.key_evidence
    assert not [rule for rule in entity.rules if rule.action is RuleAction.QUARANTINE]
    asked = [question for question in design.questions if question.subject == "observation"]
    assert "seen_at and patient_id" in asked[0].detail


def test_what_is_changed_in_place_is_not_merged_by_chance_either() -> None:
    memory = schema(CHANCE)
    sources = [
        replace(s, location=replace(s.location, append_only=False)) for s in memory.sources()
    ]
    design = propose_design(sources, memory.profiles(), Settings("p", "c", "s"), memory)
    assert design.entity("observation").change is ChangeHandling.APPEND
    assert design.entity("patient").change is ChangeHandling.SNAPSHOT


SUPPORTS = {
    "texts in languages": (
        """D product 24: product_id pk | price money
        D product_text 40: *product_id fk product | *language word 2 | short_text text""",
        "product_text",
        Support.STRUCTURE,
    ),
    "texts of a reference that no word marks as one": (
        """D product 24: product_id pk | price money
        D product_text 40: *product fk product | *language word 2 | short_text text""",
        "product_text",
        Support.STRUCTURE,
    ),
    "texts of an identifier from elsewhere": (
        "D label 60: *label_id seq language 10 | *language word 3 | short_text text",
        "label",
        Support.STRUCTURE,
    ),
    "an identifier by name": ("D t 90: t_id pk | x money", "t", Support.NAMED),
    "a first code": ("D t 90: clnt const 1 | matnr digits 8 | x money", "t", Support.NAMED),
    "a first code of few rows": ("D t 9: matnr digits 8 | x money", "t", Support.CHANCE),
    "a code behind others": ("D t 90: kind word 4 | matnr digits 8 | x money", "t", Support.CHANCE),
    "what others refer to": (
        "D t 9: matnr digits 8 | x money\nF u 90: u_id pk | matnr fk t | y money",
        "t",
        Support.USED,
    ),
    "a time that happens to be unique": ("F t 90: at ts | x money", "t", Support.CHANCE),
    "a series of days": ("D t 90: day day | x money", "t", Support.STRUCTURE),
    "a bridge": (
        """D a 90: a_id pk | name name
        D b 90: b_id pk | name name
        B t 400: *a_id fk a | *b_id fk b""",
        "t",
        Support.STRUCTURE,
    ),
    "two references among others": (
        """D a 900: a_id pk | name name
        D b 900: b_id pk | name name
        F t 90: *a_id fk a | *b_id fk b | note text | x money""",
        "t",
        Support.CHANCE,
    ),
    "two references that should have met again": (
        """D a 40: a_id pk | name name
        D b 40: b_id pk | name name
        F t 400: *a_id fk a | *b_id fk b | note text | x money""",
        "t",
        Support.IMPROBABLE,
    ),
}


@pytest.mark.parametrize("case", SUPPORTS)
def test_support(case: str) -> None:
    text, table, support = SUPPORTS[case]
    memory = schema(text)
    found = propose_schema(memory.sources(), memory.profiles(), memory)
    assert found.keys[list(memory.tables).index(table)].support is support


@pytest.mark.parametrize(
    ("counts", "repeats"),
    [
        ([[1] * 10], 0.0),
        ([[2] * 5], 5.0),
        ([[5, 5], [5, 5]], 45 * (20 / 45) ** 2),
        ([[10], [1] * 10], 0.0),
    ],
)
def test_expected_repeats(counts: list[list[int]], repeats: float) -> None:
    columns = {
        f"c{n}": [value for value, times in enumerate(column) for _ in range(times)]
        for n, column in enumerate(counts)
    }
    memory = Memory({"t": columns})  # type: ignore[dict-item]
    (table,) = view_tables(memory.sources(), memory.profiles())
    assert expected_repeats(table.fields.values()) == pytest.approx(repeats)


def test_without_a_key_it_is_said_what_was_tried() -> None:
    memory = schema("D a 40: a_id pk | name name\nF t 900: a_id fk a | day date | x money")
    rows = memory.tables["t"]
    for column in rows.values():
        column[1] = column[0]
    key = propose(memory).entity("t")
    assert key.key == ()
    assert key.key_evidence.endswith("Tried: a_id with day.")


def test_a_declared_key_is_unique_though_nothing_was_counted() -> None:
    item = replace(schema("D item 9: item_id pk | sku code 8").source("item"), primary_key=("sku",))
    assert propose_schema([item], [None]).keys[0].unique == ("sku",)
    pair = replace(item, primary_key=("item_id", "sku"))
    assert propose_schema([pair], [None]).keys[0].unique == ()


def test_without_looking_a_line_is_told_by_what_it_pairs() -> None:
    memory = schema(
        """F orders 300: order_id pk | placed_on date
        D item 90: item_id pk | title label
        F order_line 900: *order_id fk orders | *item_id fk item | pieces int 1 9 | price money"""
    )
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"))
    line = design.entity("order_line")
    assert line.key == ("order_id", "item_id")
    assert "apart, as far as the counts tell." in line.key_evidence
    looked = propose(memory).entity("order_line")
    assert "as far as the counts tell" not in looked.key_evidence


def test_declared_keys_win_unless_they_name_nothing() -> None:
    memory = schema("D item 90: item_id pk | sku code 8 | name name")
    (source,) = memory.sources()
    for declared, key in ((("sku",), ("sku",)), (("gone",), ("item_id",))):
        sources = [replace(source, primary_key=declared)]
        design = propose_design(sources, memory.profiles(), Settings("p", "c", "s"), memory)
        assert design.entity("item").key == key


def test_versions_of_a_row_are_a_history() -> None:
    memory = schema("D client 40: client_id int 1 20 | *name name | *updated_at ts")
    memory.tables["client"]["client_id"] = [n // 2 for n in range(40)]
    entity = propose(memory).entity("client")
    assert (entity.key, entity.change, entity.sequence_by) == (
        ("client_id",),
        ChangeHandling.HISTORY,
        "updated_at",
    )


def test_empty_tables_are_judged_by_name() -> None:
    memory = schema("D kind 0: kind_id pk | name name\nF event 0: event_id pk | kind_id fk kind")
    design = propose(memory)
    assert [entity.key for entity in design.entities] == [("kind_id",), ("event_id",)]
    assert all(entity.key_confidence < 1 for entity in design.entities)


def test_what_is_unique_in_a_sample_is_asked_of_all_rows() -> None:
    batches = [number // 2 for number in range(120)]
    rows: Rows = {"batch_id": [*batches], "reading_id": [*range(120)], "state": ["a", "b"] * 60}
    asked: list[KeyCheck] = []

    class Noted(Memory):
        def unique_keys(self, checks: Sequence[KeyCheck]) -> list[tuple[bool, ...]]:
            asked.extend(checks)
            return super().unique_keys(checks)

    noted = Noted({"readings": rows}, sampled={"readings": 2})
    design = propose_design(noted.sources(), noted.profiles(), Settings("p", "c", "s"), noted)
    assert design.entity("readings").key == ("reading_id",)
    assert {("batch_id",), ("reading_id",)} <= set(asked[0].candidates)


@pytest.mark.parametrize(("ends", "key"), [(("a ", "b "), ("sku",)), (("", " "), ())])
def test_a_key_is_one_without_the_blanks_that_silver_takes_off(
    ends: tuple[str, str], key: tuple[str, ...]
) -> None:
    skus = [f"{number:03}{end}" for number in range(30) for end in ends]
    rows: Rows = {"sku": [*skus], "title": [f"t{n % 50}" for n in range(60)]}
    design = propose(Memory({"products": rows}))
    assert design.entity("products").key == key
    asked = any("blanks around them alone" in question.detail for question in design.questions)
    assert asked is not bool(key)


def test_the_versions_of_a_satellite_are_the_history_of_its_key() -> None:
    memory = schema("""
        D hub_thing 200: thing_hk hash | load_dts ts
        D sat_thing 300: *thing_hk fk hub_thing | *load_dts ts | hash_diff hash | name name
        F sale 900: sale_id pk | thing_hk fk hub_thing | sold_on date | load_dts ts
            | amount money""")
    design = propose(memory)
    entity = design.entity("sat_thing")
    assert (entity.key, entity.change) == (("thing_hk",), ChangeHandling.HISTORY)
    assert entity.sequence_by == "load_dts"
    assert [date.column for date in design.star.fact("fact_sale").dates] == ["sold_on"]


@pytest.mark.parametrize(
    "vault",
    ["record_source const erp", "hash_diff hash", "rsrc const erp"],
)
def test_a_load_date_tells_versions_where_a_vault_says_so(vault: str) -> None:
    memory = schema(f"""
        D hub_thing 200: thing_hk hash | load_date ts
        D sat_thing 300: *thing_hk fk hub_thing | *load_date ts | {vault} | name name
        F sale 900: sale_id pk | thing_hk fk hub_thing | sold_on date | load_date ts | {vault}
            | amount money""")
    design = propose(memory)
    entity = design.entity("sat_thing")
    assert (entity.key, entity.change) == (("thing_hk",), ChangeHandling.HISTORY)
    assert entity.sequence_by == "load_date"
    assert [date.column for date in design.star.fact("fact_sale").dates] == ["sold_on"]


@pytest.mark.parametrize(
    ("text", "table", "key"),
    [
        pytest.param(
            """D truck 60: truck_id pk | plate name
            F haul 900: *truck_id fk truck | *load_date date
            | weight float 1 9 | pallets int 1 9""",
            "haul",
            {"truck_id", "load_date"},
            id="the day of a load",
        ),
        pytest.param(
            """D meter 60: meter_id pk | place name
            F reading 900: *meter_id fk meter | *load_time ts | kwh float 1 9""",
            "reading",
            {"meter_id", "load_time"},
            id="the time of a load",
        ),
    ],
)
def test_what_is_loaded_elsewhere_happens(text: str, table: str, key: set[str]) -> None:
    design = propose(schema(text))
    entity = design.entity(table)
    assert (set(entity.key), entity.change) == (key, ChangeHandling.APPEND)
    assert [date.role for date in design.star.fact(f"fact_{table}").dates] == ["load"]
