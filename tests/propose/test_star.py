"""The star that is derived from roles, keys and references."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core.model import Aggregation, Design, FactKind, Role, Settings
from medallion_core.propose import propose_design, propose_star
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
