"""Columns count as what silver reads them as, whatever the source made of them."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from medallion_core.model import Column, Design, Role, Settings
from medallion_core.propose import propose_design
from medallion_core.propose.checks import Form, InclusionCheck
from medallion_core.propose.fields import Field
from medallion_core.propose.kinds import Kind, Reading
from medallion_core.propose.tables import view_tables
from tests.propose.memory import Memory, schema


def field(name: str, values: list[object]) -> Field:
    memory = Memory({"t": {name: values}})  # type: ignore[dict-item]
    (table,) = view_tables(memory.sources(), memory.profiles())
    return table.fields[name]


def propose(memory: Memory) -> Design:
    return propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)


DAYS = [20240100 + n for n in range(1, 29)]

READINGS = {
    "whole numbers": ("visits", [str(n) for n in range(40)], Reading("bigint")),
    "numbers with a point": ("fare", [f"{n}.5" for n in range(40)], Reading("decimal(18,1)")),
    "one of twenty reads as no number": (
        "visits",
        [*map(str, range(38)), "none", "-"],
        Reading("bigint"),
    ),
    "one of forty has a fraction": (
        "visits",
        [*map(str, range(39)), "39.5"],
        Reading("decimal(18,1)"),
    ),
    "one of ten reads as no number": ("visits", [*map(str, range(36)), *"abcd"], None),
    "leading zeros": ("branch", [f"0{n}" for n in range(40)], None),
    "one leading zero behind a blank": ("branch", [" ", *map(str, range(11, 49)), "07"], None),
    "codes that begin with a letter": ("label", [f"S{n}" for n in range(40)], None),
    "codes that end with a letter": ("seat", [f"{n}A" for n in range(40)], None),
    "numbers with a unit": (
        "load",
        [f"{n}.5 kg" for n in range(40)],
        Reading("decimal(18,1)", "0.00 kg"),
    ),
    "thousands or a fraction": ("load", [f"{n},{n:03}" for n in range(1, 41)], None),
    "thousands or a fraction with a point": (
        "load",
        [f"{n}.{n * 7:03}" for n in range(1, 41)],
        None,
    ),
    "fractions of three digits, one below 1": (
        "load",
        [f"{n}.{n:03}" for n in range(40)],
        Reading("decimal(18,3)"),
    ),
    "thousands beside numbers below 1000": (
        "load",
        [*map(str, range(1, 20)), *(f"{n},{n * 7:03}" for n in range(1, 22))],
        Reading("bigint", "#,##0"),
    ),
    "whole numbers, and one with three digits behind a comma": (
        "load",
        [*map(str, range(1, 40)), "2,125"],
        None,
    ),
    "thousands with a mark and without": (
        "load",
        [*(str(100 * n) for n in range(1, 20)), *(f"{n},{n * 7:03}" for n in range(1, 22))],
        None,
    ),
    "thousands, and one with two marks": (
        "load",
        [*(f"{n},{n * 7:03}" for n in range(1, 40)), "1.234,56"],
        None,
    ),
    "fractions of three digits, and many of one": (
        "load",
        [*(f"{n},{n * 7:03}" for n in range(1, 31)), *(f"{n},5" for n in range(10))],
        Reading("decimal(18,3)", "0,00"),
    ),
    "long numbers with a plus": ("reached_by", [f"+491700{n:06}" for n in range(40)], None),
    "short numbers with a plus": ("gain", [f"+{n}" for n in range(40)], Reading("bigint")),
    "seconds since 1970": (
        "created_at",
        [1_700_000_000 + n for n in range(40)],
        Reading("timestamp", "epoch seconds"),
    ),
    "the whole time from 1990 to 2100": (
        "created_at",
        [631_152_000, 4_102_444_800] * 20,
        Reading("timestamp", "epoch seconds"),
    ),
    "milliseconds since 1970": (
        "created_at",
        [1_700_000_000_000 + n for n in range(40)],
        Reading("timestamp", "epoch milliseconds"),
    ),
    "seconds before 1990": ("created_at", [631_151_999, 1_700_000_000] * 20, None),
    "seconds after 2100": ("created_at", [4_102_444_801, 1_700_000_000] * 20, None),
    "numbers of which nobody says that they are times": (
        "visits",
        [1_700_000_000 + n for n in range(40)],
        None,
    ),
    "codes with an E between digits": ("grid", [f"{n}E{n % 9}" for n in range(40)], None),
    "numbers with an exponent": ("grid", [f"{n}.5E3" for n in range(40)], Reading("double")),
    "numbers of 35 digits": (
        "position",
        [str(10**34 + n) for n in range(40)],
        Reading("decimal(35,0)"),
    ),
    "numbers of 40 digits": ("position", [str(10**39 + n) for n in range(40)], None),
    "versions": ("app_version", [f"1.{n}" for n in range(40)], None),
    "chapters": ("chapter", [f"{n // 20 + 1}.{n % 20 + 1}" for n in range(40)], None),
    "amounts as people type them": (
        "price",
        [f"{n // 20 + 1}.{n % 20 + 1}" for n in range(40)],
        Reading("decimal(18,2)"),
    ),
    "an identifier": ("visit_id", [str(n) for n in range(40)], None),
    "a postal code": ("zip", [str(n) for n in range(11111, 11151)], None),
    "yes and no": ("member", ["Yes", "no"] * 20, Reading("boolean")),
    "0 and 1": ("member", ["0", "1"] * 20, Reading("boolean")),
    "0 and 1 of a question": ("has_children", ["0", "1"] * 20, Reading("boolean")),
    "0 and 1 of an amount": ("quantity", ["0", "1"] * 20, Reading("bigint")),
    "0 and 1 of things": ("goals", ["0", "1"] * 20, Reading("bigint")),
    "one half of yes and no": ("member", ["yes"] * 40, None),
    "T and N, which are not a pair": ("shift", ["T", "N"] * 20, None),
    "a day": ("seen", [f"2024-01-{n:02}" for n in range(1, 29)], Reading("date")),
    "a day before all others": ("seen", ["0001-01-01", *["2024-01-31"] * 39], Reading("date")),
    "a time of ISO 8601": ("seen", ["2024-01-31T10:00:00Z"] * 40, Reading("timestamp")),
    "a German day": (
        "seen",
        [f"{n:02}.01.2024" for n in range(1, 29)],
        Reading("date", "d.M.yyyy"),
    ),
    "a day as a number": ("order_date", DAYS, Reading("date", "yyyyMMdd")),
    "a day as a number in text": ("orderdate", [*map(str, DAYS)], Reading("date", "yyyyMMdd")),
    "a day as a number, unnamed": ("erdat", DAYS, Reading("date", "yyyyMMdd")),
    "eight days as numbers, unnamed": ("erdat", DAYS[:8] * 5, Reading("date", "yyyyMMdd")),
    "seven days as numbers, unnamed": ("erdat", DAYS[:7] * 5, None),
    "two days as numbers": ("order_date", DAYS[:2] * 20, Reading("date", "yyyyMMdd")),
    "one number that is a date": ("order_date", DAYS[:1] * 40, Reading("date", "yyyyMMdd")),
    "one number that is a day": ("order_day", DAYS[:1] * 40, None),
    "days of two centuries": (
        "order_date",
        [19000101, 21001231] * 20,
        Reading("date", "yyyyMMdd"),
    ),
    "days before 1900": ("order_date", [18991231, 20240101] * 20, None),
    "days after 2100": ("order_date", [21010101, 20240101] * 20, None),
    "few numbers that look like days, unnamed": ("lot", DAYS[:7], None),
    "a number that is no day": ("order_date", [*DAYS, 20240100], None),
    "a number before all days": ("order_date", [*DAYS, 18991231], None),
    "an identifier that looks like a day": ("date_key", DAYS, None),
}


@pytest.mark.parametrize("name", READINGS)
def test_readings(name: str) -> None:
    column, values, wanted = READINGS[name]
    assert field(column, values).reading == wanted  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "family", "kind"),
    [
        ([1, 2], "whole", Kind.INTEGER),
        ([1.0, 2.0], "whole", Kind.FLOAT),
        ([1.0, 1.5, 2.0], "", Kind.FLOAT),
        (["1", "2"], "whole", Kind.INTEGER),
        (["1.0", "9.0"], "whole", Kind.DECIMAL),
        (["1.0", "1.5", "2.0"], "", Kind.DECIMAL),
        (["1.0", "1.5", "9.0"], "", Kind.DECIMAL),
        (["01", "12"], "string", Kind.STRING),
        ([date(2024, 1, 1)], "time", Kind.DATE),
        (["2024-01-01", "2024-01-02"], "time", Kind.DATE),
        ([True, False], "", Kind.BOOLEAN),
    ],
)
def test_families(values: list[object], family: str, kind: Kind) -> None:
    found = field("x", values)
    assert (found.family, found.kind) == (family, kind)


def test_times_are_known_however_they_are_written() -> None:
    first, last = datetime(2024, 1, 1), datetime(2024, 1, 28)
    assert field("d", [date(2024, 1, 1), date(2024, 1, 28)]).times == (first, last)
    assert field("d", [f"2024-01-{n:02}" for n in range(1, 29)]).times == (first, last)
    assert field("order_date", DAYS).times == (first, last)
    assert field("d", [f"{n:02}.01.2024" for n in range(1, 29)]).times is None
    assert field("d", [1, 2]).times is None


FLOAT_KEYS = """
D customers 40: customer_id pk | name name
F orders 300: order_id pk | customer_id fk? customers | amount money
F returns 60: return_id pk | order_id fk orders | reason word 4"""


def test_keys_that_pandas_made_floating_find_their_parents() -> None:
    memory = schema(FLOAT_KEYS)
    orders, returns = memory.tables["orders"], memory.tables["returns"]
    orders["customer_id"] = [None if n is None else float(n) for n in orders["customer_id"]]  # type: ignore[arg-type]
    returns["order_id"] = [f"{n}.0" for n in returns["order_id"]]
    design = propose(memory)
    assert {(r.entity, r.parent, r.inclusion) for r in design.references if r.accepted} == {
        ("orders", "customers", 1.0),
        ("returns", "orders", 1.0),
    }
    assert design.entity("returns").column("order_id").type == "decimal(18,1)"
    assert design.entity("orders").column("order_id").type == "bigint"


def test_text_stays_text_where_both_ends_write_it_alike() -> None:
    memory = schema(FLOAT_KEYS).as_text()
    design = propose(memory)
    assert design.entity("orders").column("customer_id").type == "string"
    assert design.entity("customers").column("customer_id").type == "string"


def test_a_number_in_text_becomes_the_number_that_it_refers_to() -> None:
    memory = schema(FLOAT_KEYS)
    memory.tables["orders"]["customer_id"] = [
        None if n is None else str(n) for n in memory.tables["orders"]["customer_id"]
    ]
    assert propose(memory).entity("orders").column("customer_id").type == "bigint"


def test_padded_keys_find_their_parents() -> None:
    text = "D item 40: item_no code 6 | name name\n"
    memory = schema(text + "F sale 200: sale_id pk | item_no fk item | fee money")
    memory.tables["sale"]["item_no"] = [f"{code}  " for code in memory.tables["sale"]["item_no"]]
    design = propose(memory)
    assert [r.inclusion for r in design.references] == [1.0]
    assert design.entity("sale").column("item_no").trim


def test_a_day_in_the_key_is_a_day_in_silver() -> None:
    memory = schema(
        """D account 30: account_no code 6 | owner name
        F balance 900: *account_no fk account | *balance_date ymd | closing_balance money"""
    )
    design = propose(memory)
    assert design.entity("balance").key == ("account_no", "balance_date")
    assert design.entity("balance").column("balance_date").type == "date"
    assert design.entity("balance").column("balance_date").source_format == "yyyyMMdd"
    (fact,) = design.star.facts
    assert [role.column for role in fact.dates] == ["balance_date"]


def test_text_that_dates_an_event_makes_a_fact() -> None:
    text = (
        "D device 30: device_id pk | label word 900\nF ping 900: ping_id pk | device_id fk device"
    )
    text += " | seen isots | strength float -90 0"
    design = propose(schema(text).as_text())
    assert design.entity("ping").role is Role.FACT
    assert design.entity("ping").column("seen").type == "timestamp"


def test_forms_of_one_value_are_the_same() -> None:
    memory = Memory(
        {
            "child": {
                "a": [" x", "", None, "y"],
                "n": ["7.0", "8", "x", "9"],
                "t": ["2024-01-01"] * 4,
            },
            "parent": {"a": ["x", "z", "", None], "n": [7, 8, 1, 2], "t": [date(2024, 1, 1)] * 4},
        }
    )
    child, parent = memory.sources()
    assert child.columns[0] == Column("a", "string")
    asked = [
        InclusionCheck(child, (column,), parent, (column,), forms=forms)
        for column, forms in (
            ("a", ()),
            ("a", (Form.TRIMMED,)),
            ("n", (Form.NUMBER,)),
            ("t", (Form.TIME,)),
        )
    ]
    assert memory.inclusion_ratios(asked) == [pytest.approx(1 / 3), 0.5, pytest.approx(2 / 3), 1.0]
