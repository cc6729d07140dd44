"""Traps for references: what looks like one and is none, and the reverse."""

from __future__ import annotations

from dataclasses import replace
from math import log

import pytest

from medallion_core.check import check_design
from medallion_core.model import DeclaredForeignKey, Design, Level, Settings, TableName
from medallion_core.propose import propose_design
from medallion_core.propose.design import propose_schema
from medallion_core.propose.keys import propose_single_keys
from medallion_core.propose.matching import TableIndex
from medallion_core.propose.references import propose_references
from medallion_core.propose.scores import inclusion_points
from medallion_core.propose.surprise import surprise
from medallion_core.propose.tables import view_tables
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
    "who does it, by the verb": (
        """D shippers 6: shipper_id pk | company name
        D inspectors 40: inspector_id pk | full_name name
        D auditors 40: auditor_id pk | full_name name
        F delivery 900: delivery_id pk | ship_via fk shippers | inspected_by fk inspectors
        | audited_by fk auditors | weight float 0 900""",
        {
            "delivery.ship_via -> shippers.shipper_id",
            "delivery.inspected_by -> inspectors.inspector_id",
            "delivery.audited_by -> auditors.auditor_id",
        },
    ),
    "what ends the name of its own table": (
        """D customer 200: customer_id pk | full_name name
        F cust_order 900: order_id pk | customer_id fk customer | ordered_at ts
        F order_line 2000: line_id pk | order_id fk cust_order | price money""",
        {
            "cust_order.customer_id -> customer.customer_id",
            "order_line.order_id -> cust_order.order_id",
        },
    ),
    "what the key shortens, beside what else is known of it": (
        """D publisher 80: pub_id digits 4 | pub_name name
        D pub_info 80: pub_id digits 4 | logo text
        F title 900: title_id pk | pub_id fk publisher | price money""",
        {"pub_info.pub_id -> publisher.pub_id", "title.pub_id -> publisher.pub_id"},
    ),
    "a word that ends a longer one": (
        """D superhero 700: id pk 1 2 | superhero_name name
        D superpower 167: id pk | power_name name
        D hair 9: hair_id pk | hair_name name
        D look 700: look_id pk | hair_id fk hair
        B hero_power 2000: hero_id fk superhero | power_id fk superpower""",
        {
            "look.hair_id -> hair.hair_id",
            "hero_power.hero_id -> superhero.id",
            "hero_power.power_id -> superpower.id",
        },
    ),
    "versions that begin on the same day": (
        """D employee 90: emp_no pk | full_name name
        D department 9: dept_no code 4 | dept_name name
        F salary 900: *emp_no fk employee | *from_date date | to_date date | amount money
        F dept_emp 900: emp_no link salary.emp_no | dept_no fk department
        | from_date via emp_no.from_date | to_date date""",
        {
            "salary.emp_no -> employee.emp_no",
            "dept_emp.emp_no -> employee.emp_no",
            "dept_emp.dept_no -> department.dept_no",
        },
    ),
    "of two with the same numbers the one that says what they are": (
        """D za 28: c3a1 pk | c77b money
        D zb 28: c91c pk | c0de label | c5d2 word 9
        F zf 900: c44e pk 1000 7 | c8f7 fk zb | c1a9 money""",
        {"zf.c8f7 -> zb.c91c"},
    ),
    "what is done is not who does it": (
        """D shipments 90: shipment_id pk | weight float 0 9
        F delivery 900: delivery_id pk | ship_via word 3 | weight float 0 900""",
        set(),
    ),
    "long names that come again where names are noise": (
        """D za 85: cq1 label | cq2 word 9
        D zb 90: cv1 label | cv2 word 7
        F zf 900: cx1 pk | cx2 fk za | cx3 fk zb | cx4 money""",
        {"zf.cx2 -> za.cq1", "zf.cx3 -> zb.cv1"},
    ),
    "prose that never comes again": (
        """D za 85: cq1 label | cq2 word 9
        F zf 900: cx1 pk | cx2 text | cx4 money""",
        set(),
    ),
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
    "texts are children of what they describe": (
        """D goods 40: goodsid code 3 | price money
        O goodstext 40: *goodsid fk goods | *language const E | label word 9000""",
        {"goodstext.goodsid -> goods.goodsid"},
    ),
    "a history is of what its name begins with": (
        """D employee 200: entity_id pk | hire_date date | badge code 5
        D person 900: entity_id pk | first_name name
        O employee_pay_history 230: *entity_id fk employee | *changed_on date | rate money""",
        {
            "employee_pay_history.entity_id -> employee.entity_id",
            "employee.entity_id -> person.entity_id",
        },
    ),
    "row numbers that every table has": (
        """D ward 40: row_id pk | ward_code code 4 | beds int 4 40
        D nurse 60: row_id pk | badge code 5 | name name
        F shift 900: row_id pk | ward_code fk ward.ward_code | hours float 1 12""",
        {"shift.ward_code -> ward.ward_code"},
    ),
    "a unique column that others have by its full name": (
        """D patients 300: row_id pk | subject_id pk 10006 13 | dob date
        F stays 900: stay_no pk | subject_id fk patients.subject_id | intime ts""",
        {"stays.subject_id -> patients.subject_id"},
    ),
    "two roles of what is not the key": (
        """D stations 200: station_id pk 7 5 | short_name code 6 | capacity int 10 60
        F rides 900: ride_id pk | start_station_id fk stations.short_name
        | end_station_id fk? stations.short_name | minutes float 1 90""",
        {
            "rides.start_station_id -> stations.short_name",
            "rides.end_station_id -> stations.short_name",
        },
    ),
    "who works here is among the staff": (
        """D employee 60: person_no pk | hire_date date | desk word 60
        D person 900: person_no pk | first_name name
        F deal 900: deal_id pk | salesperson_no fk employee.person_no | amount money""",
        {
            "deal.salesperson_no -> employee.person_no",
            "employee.person_no -> person.person_no",
        },
    ),
    "a part of another row": (
        "D firm 90: firm label | part_of fk? firm | turnover money | seat word 40",
        {"firm.part_of -> firm.firm"},
    ),
    "a word for an amount that is not the last": (
        """D reps 34: region word 3 | sales_agent label
        F deals 900: deal_id pk | sales_agent fk reps.sales_agent | amount money""",
        {"deals.sales_agent -> reps.sales_agent"},
    ),
    "a table of days that nothing refers to by a key": (
        """D days 400: day day | week int 1 53
        D shop 40: shop_id pk | name name
        F sale 900: sale_id pk | shop_id fk shop | sold_on date""",
        {"sale.shop_id -> shop.shop_id"},
    ),
    "a table of days that others refer to by a key": (
        """D days 900: day_id pk 700 | the_day day | week int 1 53
        D shop 40: shop_id pk | name name
        F sale 900: sale_id pk | shop_id fk shop | day_id fk days | tax money
        F bonus 90: bonus_id pk | shop_id fk shop | paid_on date | updated_at ts""",
        {
            "sale.shop_id -> shop.shop_id",
            "sale.day_id -> days.day_id",
            "bonus.shop_id -> shop.shop_id",
            "bonus.paid_on -> days.the_day",
        },
    ),
    "a second one of the same numbers, whose name says nothing": (
        """D f0101 300: aban8 pk 1000 7 | abalph name
        F f4201 900: *shdoco pk 5000 | shan8 fk f0101 | shshan fk f0101 | shdays int 0 40
        | shage int 1000 3000 | shqty int 1000 3000 | shotot money""",
        {"f4201.shan8 -> f0101.aban8", "f4201.shshan -> f0101.aban8"},
    ),
    "numbers from one on are in every longer count": (
        """D f0101 900: aban8 pk | abalph name
        F f4201 900: *shdoco pk 5000 | shan8 fk f0101 | shshan fk f0101 | shotot money""",
        {"f4201.shan8 -> f0101.aban8"},
    ),
    "numbers counted from where a key begins are in it, too": (
        """D customer 300: customer_id pk | name name
        F orders 900: order_no pk 10000 | customer_id fk customer | amount money
        F shipment 880: shipment_id pk | order_no fk orders | invoice_no int 10000 10890
        | waybill int 10000 10890 | shipped_on date""",
        {"orders.customer_id -> customer.customer_id", "shipment.order_no -> orders.order_no"},
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


def test_a_weak_name_is_asked_about() -> None:
    memory = schema(
        """D shippers 4: shipper_id pk | label word 900
        D customers 200: customer_id code 5 | name name
        F orders 900: order_id pk | customer_id fk customers | ship_mode int 1 2
        | freight money | ordered_on date"""
    )
    design = design_of(memory)
    assert accepted(design) == {"orders.customer_id -> customers.customer_id"}
    (asked,) = [r for r in design.references if not r.accepted]
    assert (asked.columns, asked.parent) == (("ship_mode",), "shippers")
    assert 0.5 < asked.confidence < 0.8


def test_an_identifier_of_another_thing_is_asked_about_though_its_numbers_fit() -> None:
    memory = schema(
        """D orders 60: order_id pk | total money | placed_on date
        F tickets 300: ticket_id pk 9000 | cust_id int 1 40 | opened_on date"""
    )
    design = design_of(memory)
    assert accepted(design) == set()
    assert [(r.columns, r.parent) for r in design.references] == [(("cust_id",), "orders")]


def test_names_that_say_nothing_ask_for_less() -> None:
    text = """D aa 40: x1 pk 100 | x2 name
    D bb 60: y1 code 5 | y2 money
    F cc 900: z1 pk 5000 | z2 fk aa | z3 fk bb | z4 money"""
    assert accepted(design_of(schema(text))) == {"cc.z2 -> aa.x1", "cc.z3 -> bb.y1"}


SURPRISES = {
    "a count that goes on from 1": ([1, 2, 3, 4, 5], [1, 2, 3], 0.0),
    "numbers with gaps": ([10, 20, 30, 40, 50], [10, 20], 0.6 * 2 * log(50 / 5)),
    "numbers from far on": (list(range(1001, 1011)), [1001, 1002], 4.0),
    "negative numbers": ([-4, -2, 0], [-4], 0.6 * log(5 / 3)),
    "letters": (list("ABCDE"), ["A", "B"], 0.4 * 2 * log(20 / 5)),
    "codes of two letters": (["AB", "AC"], ["AB"], 0.7 * log(400 / 2)),
    "many codes": (["ABC", "ABD", "ABE"], ["ABC", "ABD", "ABE"], 6.0),
    "numbers with leading zeros": (["0010", "0020"], ["0010"], 0.6 * log(20 / 2)),
}


@pytest.mark.parametrize("name", SURPRISES)
def test_surprise(name: str) -> None:
    keys, values, wanted = SURPRISES[name]
    memory = Memory({"t": {"k": keys, "v": (values * len(keys))[: len(keys)]}})  # type: ignore[dict-item, operator]
    (table,) = view_tables(memory.sources(), memory.profiles())
    assert surprise(table.fields["v"], table.fields["k"]) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("ratio", "wanted"),
    [(0.5, 0.0), (0.4, 0.0), (0.75, 3 * 0.6 * (0.75 * log(1.5) + 0.25 * log(0.5)))],
)
def test_as_many_as_chance_finds_are_no_surprise(ratio: float, wanted: float) -> None:
    """Every other number is a key: of any three, half are among them."""
    values = [1, 2, 3] * 20
    memory = Memory({"t": {"k": list(range(2, 121, 2)), "v": values}})  # type: ignore[dict-item]
    (table,) = view_tables(memory.sources(), memory.profiles())
    density = 60 / (120 - 1 + 1)
    assert density == 0.5
    assert surprise(table.fields["v"], table.fields["k"], ratio) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("ratio", "wanted"),
    [(1.0, 2.0), (0.999, 2.0), (0.95, 0.8), (0.8, 0.8), (0.79, -0.5), (0.5, -0.5), (0.49, -7.0)],
)
def test_orphans_of_several_columns_add_up(ratio: float, wanted: float) -> None:
    assert inclusion_points(ratio, None) == wanted


def test_a_fuller_parent_does_not_beat_the_one_that_has_all() -> None:
    """Of two long counts, the one with gaps holds as many as it leaves, by chance."""
    memory = schema(
        """D za 400: ca1 pk | ca2 name
        D zb 480: cb1 pk | cb2 name
        F zf 2500: cx1 pk 90000 | cx2 fk za | cx3 money"""
    )
    memory.tables["zb"]["cb1"] = [n for n in range(1, 500) if n % 25][:480]
    assert accepted(design_of(memory)) == {"zf.cx2 -> za.ca1"}


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


def test_what_is_called_as_one_table_is_no_short_form_of_another() -> None:
    memory = schema("""D teamsfranchises 60: franchid code 3 | franchname name
        D teams 900: *yearid int 1990 2020 | *teamid of franchid 5000
        | franchid fk teamsfranchises | park word 9
        F salaries 2000: teamid link teamsfranchises.franchid | paid money""")
    tables = view_tables(memory.sources(), memory.profiles())
    keys = propose_single_keys(tables, TableIndex(tables), memory)
    found = propose_references(tables, keys, TableIndex(tables))
    assert {c.name.score for c in found if c.columns == ("teamid",)} == {0.0}


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


def test_two_tables_may_refer_to_each_other() -> None:
    memory = schema(
        """D department 27: department_id pk | name name | manager_id fk employee | place name
        | phone digits 9 | floor int 1 9 | head_count int 1 90
        D employee 107: employee_id pk 100 | first_name name | hire_date date
        | department_id fk department | shoe_size int 36 48 | desk word 90
        F visit 900: visit_id pk | employee_id fk employee | department_id fk department"""
    )
    design = design_of(memory)
    assert {
        "employee.department_id -> department.department_id",
        "department.manager_id -> employee.employee_id",
    } <= accepted(design)
    assert not [f for f in check_design(design) if f.level is Level.ERROR], "the star is no circle"
    linked = {d.name: [link.key for link in d.outriggers] for d in design.star.dimensions}
    assert linked == {"dim_department": [], "dim_employee": ["department_key"]}
    (department, _) = design.star.dimensions
    assert "manager_id" in {a.name for a in department.attributes}, "nothing is lost"


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


def test_a_table_of_days_that_nothing_refers_to_is_no_calendar() -> None:
    memory = schema(
        """D shop 30: shop_id pk | title label
        D days 900: day day | week int 1 53
        F sale 300: sale_id pk | shop_id fk shop | sold_on day | amount money"""
    )
    found = propose_schema(memory.sources(), memory.profiles(), memory)
    names = list(memory.tables)
    assert "days" not in {names[c.parent] for c in found.choice.accepted}


@pytest.mark.parametrize(
    ("values", "is_told"),
    [
        (["Photo", "Post"], True),
        (["App\\Models\\Post", "Video"], True),
        (["web", "shop"], False),
        (["photo", "text"], False),
    ],
)
def test_rows_of_several_tables_are_not_joined_to_one(values: list[str], is_told: bool) -> None:
    memory = Memory(
        {
            "comments": {
                "comment_id": list(range(1, 61)),
                "post_type": [values[n % 2] for n in range(60)],
                "post_id": [n % 15 + 1 for n in range(60)],
            },
            "posts": {"post_id": list(range(1, 21)), "title": [f"t{n}" for n in range(20)]},
            "photos": {"photo_id": list(range(1, 16)), "url": [f"u{n}" for n in range(15)]},
        }
    )
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    told = [q for q in design.questions if "refers to rows of several tables" in q.detail]
    assert (len(told), len(design.references)) == (is_told, not is_told)
