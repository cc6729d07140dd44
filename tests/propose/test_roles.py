"""What part a table plays, how sure that is, and what is said of it."""

from __future__ import annotations

import pytest

from medallion_core.model import Role, Settings
from medallion_core.propose import propose_design
from medallion_core.propose.design import propose_schema
from medallion_core.propose.roles import RoleProposal
from tests.propose.memory import schema

SHOP = """
D customer 300: customer_id pk | customer_name name | birth_date date
D product 90: product_id pk | product_name name | category_id fk category
D category 8: category_id pk | category_name word 9000
F sale 900: sale_id pk | customer_id fk customer | product_id fk product | sold_on date
    | amount money
"""

CASES = {
    "an event": ("", "sale", Role.FACT, ["refers to 2 other tables", "dates an event"]),
    "a thing": ("", "customer", Role.DIMENSION, ["names or describes", "exists"]),
    "a lookup of things": ("", "category", Role.LOOKUP, ["only dimensions refer to it"]),
    "referred to by an event": ("", "product", Role.DIMENSION, ["names or describes"]),
    "a fact by its name": ("D fact_x 9: x_id pk | x_name name", "fact_x", Role.FACT, ["a fact"]),
    "a dimension by its name": (
        "F dim_day 90: day_id pk | customer_id fk customer | product_id fk product | at_day date"
        " | amount money",
        "dim_day",
        Role.DIMENSION,
        ["The name says"],
    ),
    "what was counted in each year": (
        "F wealth 90: *country word 9 | *year int 2011 2020 | gdp money | people_count int 5 900",
        "wealth",
        Role.FACT,
        ["is told apart by its period"],
    ),
    "goes on with a thing by its key": (
        "D person 90: person_id pk | name name\n"
        "D seller 40: person_id pk | quota money | bonus money | product_id fk product\n"
        "R seller(person_id) -> person(person_id)",
        "seller",
        Role.DIMENSION,
        ["goes on with the rows of another"],
    ),
    "pairs of things": (
        "B liked 400: *customer_id fk customer | *product_id fk product",
        "liked",
        Role.BRIDGE,
        ["pairs the rows"],
    ),
    "pairs of things with an amount": (
        "F liked 400: *customer_id fk customer | *product_id fk product | amount money",
        "liked",
        Role.FACT,
        ["refers to 2 other tables"],
    ),
    "pairs of things with a day": (
        "F liked 400: *customer_id fk customer | *product_id fk product | seen_on date",
        "liked",
        Role.FACT,
        ["dates an event"],
    ),
    "pairs of things with two words": (
        "B liked 400: *customer_id fk customer | *product_id fk product | a word 3 | b word 3",
        "liked",
        Role.BRIDGE,
        ["pairs the rows"],
    ),
    "pairs of things with three words": (
        "F liked 400: *customer_id fk customer | *product_id fk product | a word 3 | b word 3"
        " | c word 3",
        "liked",
        Role.FACT,
        ["refers to 2 other tables"],
    ),
    "pairs of things that others refer to": (
        "D customer_product 400: customer_product_id pk | customer_id fk customer"
        " | product_id fk product"
        "\nF reply 900: reply_id pk | customer_product_id fk customer_product | sent_on date",
        "customer_product",
        Role.DIMENSION,
        ["is referred to by 1 table"],
    ),
    "two of a kind that meet, though the kind has its own order": (
        "D team 30: team_id pk | parent_team_id fk team"
        "\nF meeting 300: meeting_id pk | home_team_id fk team | away_team_id fk team",
        "meeting",
        Role.FACT,
        [],
    ),
    "parts of a thing that has its own order": (
        "D team 30: team_id pk | parent_team_id fk team"
        "\nB sharing 60: *team_id fk team | *part_team_id fk team",
        "sharing",
        Role.BRIDGE,
        ["pairs the rows"],
    ),
    "what happens to a thing": (
        "F visit 500: visit_id pk | customer_id fk customer | seen_on date",
        "visit",
        Role.FACT,
        ["dates an event", "named after something that happens"],
    ),
    "texts without a key": (
        "O remark 90: remark word 3 | topic word 3 | place word 3",
        "remark",
        Role.OTHER,
        ["has no key"],
    ),
}


def roles(text: str) -> dict[str, RoleProposal]:
    memory = schema(text)
    found = propose_schema(memory.sources(), memory.profiles(), memory)
    return {table.name: role for table, role in zip(found.tables, found.roles, strict=True)}


@pytest.mark.parametrize("case", CASES)
def test_roles(case: str) -> None:
    more, table, role, said = CASES[case]
    found = roles(SHOP + more)[table]
    assert found.role is role
    assert [words for words in said if words not in found.evidence] == []


def test_how_sure_a_role_is_is_a_share_and_grows_with_what_speaks_for_it() -> None:
    surely = roles(SHOP + "D fact_x 9: x_id pk | x_name name\nD dim_y 9: y_id pk | y_name name")
    assert {role.confidence for role in surely.values() if role.confidence > 0.98} == set()
    assert min(role.confidence for role in surely.values()) >= 0.5
    assert roles(CASES["texts without a key"][0])["remark"].confidence == 0.5, "it is asked about"
    vague = roles("F thing 90: thing_id pk | shade word 4 | seen_on date")["thing"]
    assert vague.confidence < surely["customer"].confidence
    assert vague.confidence < surely["sale"].confidence


@pytest.mark.parametrize(
    ("text", "table", "said"),
    [
        ("F stay 300: stay_id pk | customer_id fk customer | x money", "stay", "has 1 measure."),
        (
            "F stay 300: stay_id pk | customer_id fk customer | x money | y money",
            "stay",
            "has 2 measures,",
        ),
        ("D thing 90: thing_id pk | note text", "thing", "refers to no other table"),
        ("D place 90: place_id pk\nF go 300: go_id pk | place_id fk place", "place", "by 1 table"),
        (
            "D place 90: place_id pk\nF go 300: go_id pk | place_id fk place"
            "\nF come 300: come_id pk | place_id fk place",
            "place",
            "by 2 tables",
        ),
    ],
)
def test_what_is_said_counts(text: str, table: str, said: str) -> None:
    assert said in roles(SHOP + text)[table].evidence


def test_a_label_that_repeats_makes_half_as_much_of_a_dimension() -> None:
    own, repeated = (
        roles(SHOP + f"D thing 90: thing_id pk | name {kind} | seen_on date | x money")["thing"]
        for kind in ("label", "word 9")
    )
    plain = roles(SHOP + "D thing 90: thing_id pk | shade word 9 | seen_on date | x money")["thing"]

    def speaks(role: RoleProposal) -> float:
        sure = role.confidence
        return sure if role.role is Role.FACT else 1 - sure

    assert speaks(plain) > speaks(repeated) > speaks(own)


@pytest.mark.parametrize(
    ("columns", "mostly"),
    [("a text | b text", False), ("a text | b text | c text", True)],
)
def test_three_texts_are_the_fewest_that_say_what_a_table_holds(columns: str, mostly: bool) -> None:
    found = roles(f"{SHOP}D thing 90: thing_id pk | {columns}")["thing"].evidence
    assert ("holds mostly text" in found) == mostly


def test_a_table_without_rows_has_no_role_yet() -> None:
    memory = schema(SHOP)
    memory.tables["sale"] = {name: [] for name in memory.tables["sale"]}
    found = propose_schema(memory.sources(), memory.profiles(), memory)
    by_name = {table.name: role for table, role in zip(found.tables, found.roles, strict=True)}
    assert (by_name["sale"].role, by_name["sale"].confidence) == (Role.OTHER, 0.5)


def test_a_word_that_hundreds_of_rows_share_names_none_of_them() -> None:
    memory = schema("""
        D person 300: id code 9 | full_name name
        D deal 400: id code 8 | title name
        F deal_role 1200: id code 10 | deal_id fk deal | person_id fk person | role word 6
            | is_first bool""")
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    assert design.entity("deal_role").role is Role.FACT
    assert design.entity("deal").role is Role.DIMENSION


def test_a_table_that_is_named_after_just_what_it_pairs_is_a_bridge_with_a_key_of_its_own() -> None:
    memory = schema("""
        D student 300: student_id pk | student_name name
        D course 90: course_id pk | title label
        B student_course 900: id pk | student_id fk student | course_id fk course""")
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    assert design.entity("student_course").role is Role.BRIDGE
