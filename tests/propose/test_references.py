"""Traps for references: what looks like one and is none, and the reverse."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core.model import DeclaredForeignKey, Design, Settings, TableName
from medallion_core.propose import propose_design
from tests.propose.memory import Memory, schema

SETTINGS = Settings("p", "c", "s")


def design_of(memory: Memory, *, checked: bool = True) -> Design:
    checks = memory if checked else None
    return propose_design(memory.sources(), memory.profiles(), SETTINGS, checks)


def accepted(design: Design) -> set[str]:
    return {
        f"{r.entity}.{'+'.join(r.columns)} -> {r.parent}.{'+'.join(r.parent_columns)}"
        for r in design.references
        if r.accepted
    }


TRAPS = {
    "many unrelated columns called id": (
        """D users 50: id pk | name name
        D tags 50: id pk | name name
        D shops 50: id pk | name name""",
        set(),
    ),
    "role-playing": (
        """D address 300: address_id pk | street text | city word 90
        F shipment 900: shipment_id pk | ship_to_address_id fk address
        | bill_to_address_id fk address | weight money""",
        {
            "shipment.ship_to_address_id -> address.address_id",
            "shipment.bill_to_address_id -> address.address_id",
        },
    ),
    "the own table": (
        "D employee 90: employee_id pk | full_name name | manager_id fk? employee",
        {"employee.manager_id -> employee.employee_id"},
    ),
    "prefixed names without separators": (
        """D part 400: p_partkey pk | p_name name
        F line 4000: l_partkey fk part | l_quantity int 1 50 | l_shipdate date""",
        {"line.l_partkey -> part.p_partkey"},
    ),
    "abbreviations": (
        """D customer 400: customer_no code 8 | customer_name name
        F booking 900: booking_no pk | cust_no fk customer | booked_on date""",
        {"booking.cust_no -> customer.customer_no"},
    ),
    "a number that happens to be included": (
        """D store 40: store_id pk | name name
        F visit 900: visit_id pk | store_id fk store | guests int 1 9 | minutes_stayed int 1 40""",
        {"visit.store_id -> store.store_id"},
    ),
    "a subtype has its parent's key": (
        """D account 900: account_id pk 5 7 | opened date | name name
        D loan_account 900: account_id pk 5 7 | loan_limit money""",
        {"loan_account.account_id -> account.account_id"},
    ),
    "numbers of its own that fit into a longer count": (
        """F result 900: result_id pk | points int 0 20
        F sprint_result 40: result_id pk | points int 0 8""",
        set(),
    ),
    "a name that is unique beside the key": (
        """D position 18: position_id pk | position_title word 9000
        D worker 90: worker_id pk | position_id fk position
        | position_title word 9000 | name name""",
        {"worker.position_id -> position.position_id"},
    ),
    "codes without a name in common": (
        """D airport 300: iata code 3 | title name | elevation int 0 4000
        F flight 900: number pk | origin fk airport | dest fk airport | seats int 50 300""",
        {"flight.origin -> airport.iata", "flight.dest -> airport.iata"},
    ),
    "composite": (
        """D part 200: part_id pk | name name
        D vendor 50: vendor_id pk | name name
        F part_vendor 3000: *part_id fk part | *vendor_id fk vendor | cost money""",
        {
            "part_vendor.part_id -> part.part_id",
            "part_vendor.vendor_id -> vendor.vendor_id",
        },
    ),
}


@pytest.mark.parametrize("name", TRAPS)
def test_traps(name: str) -> None:
    text, wanted = TRAPS[name]
    assert accepted(design_of(schema(text))) == wanted


def test_composite_reference_to_a_composite_key() -> None:
    memory = schema(TRAPS["composite"][0])
    pairs = list(zip(*memory.tables["part_vendor"].values(), strict=True))[:900]
    memory.tables["purchase"] = {
        "purchase_id": list(range(1, 901)),
        "part_id": [pair[0] for pair in pairs],
        "vendor_id": [pair[1] for pair in pairs],
    }
    assert "purchase.part_id+vendor_id -> part_vendor.part_id+vendor_id" in accepted(
        design_of(memory)
    )


def test_orphans_do_not_sink_a_reference() -> None:
    memory = schema(
        "D shop 40: shop_id pk | name name\nF sale 1000: sale_id pk | shop_id fk shop | price money"
    )
    shops = memory.tables["sale"]["shop_id"]
    shops[::20] = [90_000 + n for n in range(len(shops[::20]))]
    (reference,) = design_of(memory).references
    assert reference.accepted
    assert reference.inclusion == 0.95


def test_declared_keys_win_over_the_data() -> None:
    memory = schema("D shop 40: shop_id pk | name name\nF sale 90: sale_id pk | place int 500 600")
    shop, sale = memory.sources()
    declared = DeclaredForeignKey(("place",), TableName("c", "s", "shop"), ("shop_id",))
    sources = [shop, replace(sale, foreign_keys=(declared,))]
    design = propose_design(sources, memory.profiles(), SETTINGS, memory)
    (reference,) = design.references
    assert (reference.columns, reference.declared, reference.confidence) == (("place",), True, 1.0)


def test_a_circle_is_a_question() -> None:
    memory = schema(
        """D department 27: department_id pk | name name | manager_id fk employee
        D employee 107: employee_id pk 100 | first_name name | hire_date date
        | department_id fk department"""
    )
    design = design_of(memory)
    assert accepted(design) == {"employee.department_id -> department.department_id"}
    (left_out,) = [r for r in design.references if not r.accepted]
    assert left_out.columns == ("manager_id",)
    assert any("circle" in question.detail for question in design.questions)


def test_no_column_has_two_parents_and_nothing_refers_back() -> None:
    memory = schema(
        """D item 300: item_id pk | name name
        D item_detail 300: item_id pk | text text
        F item_price 300: item_id pk | price money"""
    )
    single = [r for r in design_of(memory).references if r.accepted]
    assert len({(r.entity, r.columns) for r in single}) == len(single)
    assert not {(r.parent, r.entity) for r in single} & {(r.entity, r.parent) for r in single}


def test_composite_references_are_compared_in_the_same_round() -> None:
    memory = schema(
        """D product 80: product_id pk | name name
        D shop 12: shop_id pk | name name
        O stock 500: *product_id fk product | *shop_id fk shop | on_hand int 0 90"""
    )
    stock = memory.tables["stock"]
    numbers = list(range(1, 1 + len(stock["on_hand"])))
    pairs = {name: stock[name] for name in ("product_id", "shop_id")}
    memory.tables["sale"] = {"sale_id": numbers, **pairs, "amount": [n * 1.25 for n in numbers]}
    found = accepted(design_of(memory))
    assert "sale.product_id+shop_id -> stock.product_id+shop_id" in found
    assert memory.rounds == 1
