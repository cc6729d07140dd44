"""The star that is derived from roles, keys and references."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core.generate import generate_bundle
from medallion_core.model import (
    Aggregation,
    ChangeHandling,
    Design,
    Entity,
    EntityColumn,
    FactKind,
    Role,
    Settings,
)
from medallion_core.propose import propose_design, propose_star
from medallion_core.propose.lexicon import Lexicon
from medallion_core.propose.star_names import ColumnWords, Taken, base_names
from tests.propose.memory import schema

RETAIL = """
D customers 300: customer_id pk | customer_name name | city_id fk cities | updated_at ts
D cities 40: city_id pk | city_name word 9000 | country_code fk countries
D countries 12: country_code code 2 | country_name word 9000
D addresses 400: address_id pk | street text | zip code 6
F orders 900: order_id pk | customer_id fk customers | ship_to_address_id fk addresses
    | bill_to_address_id fk addresses | created_at ts | order_date date
    | status word 4 | freight money
F order_lines 2500: *order_id fk orders | *line_no int 1 6 | product_id fk products
    | quantity int 1 9 | unit_price money | discount float 0 0.4 | ship_date date
D products 200: product_id pk | product_name name | list_price money
B product_tags 500: *product_id fk products | *tag_id fk tags
D tags 30: tag_id pk | tag_name word 9000
"""


@pytest.fixture(scope="module")
def design() -> Design:
    memory = schema(RETAIL)
    return propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)


def fact(design: Design, name: str):  # type: ignore[no-untyped-def]
    return next(f for f in design.star.facts if f.name == name)


def dimension(design: Design, name: str):  # type: ignore[no-untyped-def]
    return next(d for d in design.star.dimensions if d.name == name)


def test_lookups_are_folded_into_the_dimension(design: Design) -> None:
    customers = dimension(design, "dim_customers")
    assert [(f.alias, f.child) for f in customers.folded] == [
        ("city", "customers"),
        ("country", "city"),
    ]
    assert [a.name for f in customers.folded for a in f.attributes] == [
        "city_name",
        "city_country_code",
        "country_name",
    ]
    assert "city_id" not in {a.name for a in customers.attributes}
    assert customers.surrogate_key == "customer_key"
    assert not {"dim_cities", "dim_countries"} & {d.name for d in design.star.dimensions}


def test_roles_are_played_by_name(design: Design) -> None:
    keys = {link.key: link.role for link in fact(design, "fact_orders").links}
    assert keys == {
        "customer_key": "",
        "ship_to_address_key": "ship_to",
        "bill_to_address_key": "bill_to",
    }


def test_lines_take_over_the_header(design: Design) -> None:
    lines = fact(design, "fact_order_lines")
    assert lines.header.entity == "orders"
    assert lines.grain == ("order_id", "line_no")
    assert {link.key: link.from_header for link in lines.links} == {
        "product_key": False,
        "customer_key": True,
        "ship_to_address_key": True,
        "bill_to_address_key": True,
    }
    assert [(date.key, date.from_header) for date in lines.dates] == [
        ("order_date_key", True),
        ("created_date_key", True),
        ("ship_date_key", False),
    ]
    assert not [m for m in lines.measures if m.from_header], "a header amount would count twice"


def test_measures_add_up_as_their_names_and_values_say(design: Design) -> None:
    measures = {m.name: m for m in fact(design, "fact_order_lines").measures}
    assert {name: m.aggregation for name, m in measures.items()} == {
        "quantity": Aggregation.SUM,
        "unit_price": Aggregation.NONE,
        "discount": Aggregation.NONE,
        "line_amount": Aggregation.SUM,
    }
    assert measures["discount"].unit == "ratio"
    assert [m.name for m in fact(design, "fact_orders").measures] == ["freight"]


def test_everything_else_stays_on_the_fact(design: Design) -> None:
    kept = {key.name for key in fact(design, "fact_orders").degenerate}
    assert {"order_id", "status", "created_at"} <= kept


def test_bridges_pair_dimensions(design: Design) -> None:
    (bridge,) = design.star.bridges
    assert bridge.name == "bridge_product_tags"
    assert {link.key for link in bridge.links} == {"product_key", "tag_key"}


def test_a_bridge_keeps_what_else_is_said_of_a_pair() -> None:
    memory = schema("""
D owner 90: owner_id pk | owner_name name
D account 90: account_id pk | account_name name
B account_owner 300: *account_id fk account | *owner_id fk owner | capacity word 4
    | loaded_at ts""")
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    pairs = replace(design.entity("account_owner"), role=Role.BRIDGE)
    (bridge,) = propose_star(design.with_entity(pairs)).bridges
    assert [attribute.name for attribute in bridge.attributes] == ["capacity"]


def test_the_date_of_the_event_comes_first_and_what_followed_last() -> None:
    memory = schema("""
D buyer 90: buyer_id pk | buyer_name name
F sale 900: sale_id pk | buyer_id fk buyer | due_date date | recorded_date date | order_date date
    | amount money""")
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    dates = fact(design, "fact_sale").dates
    assert [role.role for role in dates] == ["order", "recorded", "due"]


@pytest.mark.parametrize(
    ("entities", "names"),
    [
        (["raw_orders", "dim_buyer"], ["orders", "buyer"]),
        (["raw_orders", "orders"], ["raw_orders", "orders"]),
        (["raw_buyer", "dim_buyer", "orders"], ["raw_buyer", "dim_buyer", "orders"]),
        (["raw"], ["raw"]),
        (["orders_fact"], ["orders"]),
        (["raw_dim"], ["dim"]),
    ],
)
def test_gold_is_called_without_the_layer_unless_two_would_share_a_name(
    entities: list[str], names: list[str]
) -> None:
    made = [Entity(name, (), ()) for name in entities]
    assert [*base_names(made).values()] == names


@pytest.mark.parametrize(
    ("table", "columns", "words"),
    [
        ("line", ["l_order", "l_part"], ["order", "part"]),
        ("line", ["l_order", "part"], ["l order", "part"]),
        ("line", ["line_order", "line_part"], ["line order", "line part"]),
        ("line", ["longer_order", "longer_part"], ["longer order", "longer part"]),
        ("line", ["l_order"], ["l order"]),
        ("line", ["four_order", "four_part"], ["order", "part"]),
    ],
)
def test_a_short_beginning_that_all_columns_share_says_nothing(
    table: str, columns: list[str], words: list[str]
) -> None:
    made = Entity(table, (), tuple(EntityColumn(c, c, "int", "int") for c in columns))
    read = ColumnWords(made, Lexicon([table, *columns]))
    assert [" ".join(read(column)) for column in columns] == words


def test_gold_names_are_unique_within_their_table(design: Design) -> None:
    for table in design.star.facts:
        names = [link.key for link in table.links] + [date.key for date in table.dates]
        names += [key.name for key in table.degenerate] + [m.name for m in table.measures]
        assert len(set(names)) == len(names), table.name
    for table in design.star.dimensions:
        names = [table.surrogate_key, *(a.name for a in table.attributes)]
        names += [a.name for folded in table.folded for a in folded.attributes]
        names += [link.key for link in table.outriggers]
        assert len(set(names)) == len(names), table.name


def with_role(design: Design, name: str, role: Role) -> Design:
    entities = tuple(replace(e, role=role) if e.name == name else e for e in design.entities)
    return replace(design, entities=entities)


def test_a_changed_role_changes_the_star(design: Design) -> None:
    star = propose_star(with_role(design, "cities", Role.DIMENSION))
    customers = next(d for d in star.dimensions if d.name == "dim_customers")
    assert [link.key for link in customers.outriggers] == ["city_key"]
    assert not customers.folded
    star = propose_star(with_role(design, "orders", Role.OTHER))
    assert [f.name for f in star.facts] == ["fact_order_lines"]
    assert star.facts[0].header is None


def test_a_fact_without_measures_is_factless() -> None:
    memory = schema(
        """D students 90: student_id pk | first_name name
        D courses 20: course_id pk | course_title word 9000
        F attendance 900: attendance_id pk | student_id fk students | course_id fk courses
            | attended_on date"""
    )
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    (only,) = design.star.facts
    assert (only.kind, [link.key for link in only.links]) == (
        FactKind.FACTLESS,
        ["course_key", "student_key"],
    )


def test_codes_that_a_lookup_explains_stay() -> None:
    memory = schema(
        """D seasons 40: year pk 1980 | slogan word 9000
        D races 300: race_id pk | race_name name | year fk seasons
        F results 900: result_id pk | race_id fk races | points int 0 20"""
    )
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    races = dimension(design, "dim_races")
    assert [f.alias for f in races.folded] == ["season"]
    assert "year" in {a.name for a in races.attributes}


def test_a_dimension_refers_to_itself_by_role() -> None:
    memory = schema(
        """D employees 90: employee_id pk | full_name name | manager_id fk? employees
        F visits 900: visit_id pk | employee_id fk employees | visited_on date"""
    )
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    (link,) = dimension(design, "dim_employees").outriggers
    assert (link.dimension, link.key, link.columns) == (
        "dim_employees",
        "manager_employee_key",
        ("manager_id",),
    )


def test_who_entered_a_thing_is_no_dimension_of_it_but_one_of_an_event() -> None:
    memory = schema("""
D employees 300: employee_id pk 80000 37 | first_name name | last_name name
D tariffs 12: tariff_id pk | tariff_name name | createdby fk employees.employee_id
    | changedby fk employees.employee_id
D products 200: product_id pk | product_name name | tariff_id fk tariffs
    | createdby fk employees.employee_id
F orders 900: order_id pk | product_id fk products | createdby fk employees.employee_id
    | changedby fk employees.employee_id | order_date date | amount money
""")
    star = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory).star
    product = star.dimension("dim_products")
    assert [parent.alias for parent in product.folded] == ["tariff"]
    assert product.outriggers == ()
    (orders,) = star.facts
    assert [link.key for link in orders.links] == ["employee_key", "product_key"]
    assert [measure.name for measure in orders.measures] == ["amount"]


def test_what_belongs_to_a_stay_happens_on_its_own_and_a_line_with_its_header() -> None:
    memory = schema("""
D patients 300: patient_id pk | patient_name name
F stays 600: stay_id pk | patient_id fk patients | admitted_at ts | charge money
F tests 900: test_id uuid | stay_id fk stays | taken_at ts | amount money
F stay_lines 900: entry_no pk | stay_id fk stays | billed_at ts | amount money
""")
    star = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory).star
    dates = {fact.name: [date.key for date in fact.dates] for fact in star.facts}
    assert dates["fact_tests"] == ["taken_date_key", "admitted_date_key"]
    assert star.fact("fact_tests").cluster_by[0] == "taken_date_key"
    assert dates["fact_stay_lines"] == ["admitted_date_key", "billed_date_key"]
    assert "patient_key" in {link.key for link in star.fact("fact_tests").links}


VAULT = """
D hub_customer 300: hk_customer hash | customer_no code 8 | load_dts ts | rec_src const CRM
D sat_customer 450: *hk_customer fk hub_customer | *load_dts ts | hash_diff hash | name name
    | segment word 4 | rec_src const CRM
D sat_contact 450: *hk_customer fk hub_customer | *load_dts ts | hash_diff hash | town word 40
    | channel word 4 | rec_src const CRM
F sat_claim 600: claim_no code 9 | hk_customer fk hub_customer | filed_on date | amount money"""


@pytest.mark.parametrize("other", ["earlier_order", "zz_earlier"])
def test_the_header_is_the_one_that_plays_no_other_part(other: str) -> None:
    memory = schema(
        "D customer 300: customer_id pk | name name"
        "\nF orders 900: order_no pk 10000 7 | customer_id fk customer | amount money"
        f"\nF shipment 880: shipment_id pk | {other} fk orders | order_no fk orders | sent_on date"
    )
    found = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    assert {r.columns for r in found.references if r.parent == "orders"} == {
        (other,),
        ("order_no",),
    }
    header = found.star.fact("fact_shipment").header
    assert header
    assert header.columns == ("order_no",)


def test_a_hub_says_what_its_satellites_say_of_it_now() -> None:
    memory = schema(VAULT)
    vault = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    [hub] = vault.star.dimensions
    assert [(f.alias, [a.name for a in f.attributes]) for f in hub.folded] == [
        ("sat_customer", ["name", "segment"]),
        ("sat_contact", ["town", "channel"]),
    ]
    code = generate_bundle(vault)["src/gold/dim_hub_customer.py"]
    assert code.count('.where("__END_AT IS NULL")') == 2


def test_versions_that_say_what_the_table_says_itself_are_not_read_twice() -> None:
    memory = schema(
        "D item 90: item_id pk | name name | price money"
        "\nD item_version 300: *item_id fk item | *changed_at ts | name name | price money"
        "\nF sale 400: sale_id pk | item_id fk item | sold_on date | amount money"
    )
    found = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    assert found.entity("item_version").change is ChangeHandling.HISTORY
    assert dimension(found, "dim_item").folded == ()


def test_a_name_that_is_taken_gets_the_next_number() -> None:
    taken = Taken(["Day"])
    assert [taken.name("day") for _ in range(3)] == ["day_2", "day_3", "day_4"]
