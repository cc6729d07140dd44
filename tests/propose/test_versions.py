"""Sources that keep versions: what names a thing finds several rows, and sums count it as often."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from medallion_core.model import Aggregation, Design, Settings, TableLocation
from medallion_core.propose import propose_design
from tests.propose.language import Rows
from tests.propose.memory import Memory

END = date(9999, 12, 31)
THINGS = 40
NAMES = ("customer_id", "valid_from", "valid_to", "is_current")
GERMAN = ("kunde_nr", "gueltig_ab", "gueltig_bis", "aktuell")
SPANISH = ("customer_id", "vigente_desde", "vigente_hasta", "vigente")


def versions(names: tuple[str, ...] = NAMES, end: date | None = END, gap: int = 0) -> Rows:
    """One to three versions of each thing, the last of which holds now; ``gap`` days between."""
    rows = []
    for thing in range(1, THINGS + 1):
        begin = date(2020, 1, 1) + timedelta(days=thing * 37 % 200)
        for number in range(last := thing % 3 + 1):
            after = begin + timedelta(days=40 + thing * 11 % 90)
            until = end if number == last - 1 else after - timedelta(days=gap)
            rows.append((900 + thing, begin, until, number == last - 1))
            begin = after
    rows.sort(key=lambda row: row[1])
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=False))  # type: ignore[arg-type]


def customers(names: tuple[str, ...] = NAMES, end: date | None = END, gap: int = 0) -> Rows:
    kept = versions(names, end, gap)
    rows = len(kept[names[0]])
    return {
        "customer_sk": [*range(1, rows + 1)],
        "name": [f"n{n % 50}" for n in range(rows)],
    } | kept


def orders(column: str) -> Rows:
    return {
        "order_id": [*range(5001, 5201)],
        column: [901 + n * 7 % THINGS for n in range(200)],
        "ordered_on": [date(2021, 1, 1) + timedelta(days=n) for n in range(200)],
        "amount": [n * 31 % 97 + 0.5 for n in range(200)],
    }


def paid(kept: Rows, measure: str = "salary") -> Rows:
    rows = len(kept["emp_no"])
    return kept | {measure: [30000 + n * 7919 % 40000 for n in range(rows)]}


def propose(memory: Memory) -> Design:
    return propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)


def told(design: Design) -> list[str]:
    return [q.detail for q in design.questions if "versions of one" in q.detail]


@pytest.mark.parametrize(
    ("names", "end", "gap"),
    [
        (NAMES, END, 0),
        (NAMES[:3], END, 1),
        (NAMES[:3], None, 0),
        (GERMAN, None, 0),
        (SPANISH, END, 1),
    ],
)
def test_versions_of_a_dimension_are_told_with_what_finds_none(
    names: tuple[str, ...], end: date | None, gap: int
) -> None:
    table = "kunden" if names is GERMAN else "customers"
    design = propose(Memory({table: customers(names, end, gap), "orders": orders(names[0])}))
    [asked] = [q for q in design.questions if "versions of one" in q.detail]
    rows = len(customers()["name"])
    assert (asked.subject, asked.table) == (table, table)
    assert (
        f"one {names[0]}, each from {names[1]} to {names[2]}: {rows} rows are of 40" in asked.detail
    )
    assert ("100% of those that ended do so as another begins" in asked.detail) is (gap == 0)
    assert f"orders.{names[0]} (100% of its values are there)" in asked.detail
    assert f"there {names[0]} is a key" in asked.hint
    assert f"the key {names[0]} and the change history, ordered by {names[1]}" in asked.hint


def test_a_history_is_no_way_where_rows_are_changed_or_versions_are_referred_to() -> None:
    memory = Memory({"customers": customers(), "orders": orders("customer_id")})
    memory.tables["visits"] = orders("customer_sk")
    memory.tables["visits"]["visit_id"] = memory.tables["visits"].pop("order_id")
    memory.tables["visits"]["customer_sk"] = [n % 70 + 1 for n in range(200)]
    [asked] = [q for q in propose(memory).questions if "versions of one" in q.detail]
    assert "orders.customer_id" in asked.detail
    assert "history" not in asked.hint
    del memory.tables["visits"]
    in_place = [
        type(source)(TableLocation(source.location.table, append_only=False), source.columns)  # type: ignore[union-attr]
        for source in memory.sources()
    ]
    design = propose_design(in_place, memory.profiles(), Settings("p", "c", "s"), memory)
    [asked] = [q for q in design.questions if "versions of one" in q.detail]
    assert "history" not in asked.hint


@pytest.mark.parametrize("numbered", [False, True])
@pytest.mark.parametrize("end", [END, None])
def test_no_sum_is_taken_over_versions(end: date | None, numbered: bool) -> None:
    salaries = paid(versions(("emp_no", "from_date", "to_date"), end))
    if numbered:
        salaries = {"id": [*range(1, len(salaries["emp_no"]) + 1)], **salaries}
    people: Rows = {
        "emp_no": [*range(901, 901 + THINGS)],
        "first_name": [f"n{n}" for n in range(40)],
    }
    design = propose(Memory({"salaries": salaries, "employees": people}))
    [measure] = design.star.fact("fact_salaries").measures
    assert measure.aggregation is Aggregation.NONE
    [detail] = told(design)
    assert "versions of one emp_no" in detail
    assert "A sum of salary over the rows would count one thing several times" in detail
    answers = [answer for question in design.questions for answer in question.answers]
    summed = [a for a in answers if a.measures == ("`salary`",)]
    assert [a.aggregation for a in summed] == [Aggregation.NONE, Aggregation.SUM]


def payroll() -> Rows:
    """Each employee's months: each is over, and its pay adds up."""
    kept = versions(("emp_no", "from_date", "to_date"))
    kept["to_date"] = [day + timedelta(days=30) for day in kept["from_date"]]  # type: ignore[operator]
    return paid(kept, "gross_pay")


def absences() -> Rows:
    """A few go on, and one begins long after the one before."""
    kept = versions(("emp_no", "from_date", "to_date"), None, gap=30)
    return {"absence_id": [*range(1, len(kept["emp_no"]) + 1)], **paid(kept, "hours")}


@pytest.mark.parametrize("rows", [payroll, absences])
def test_what_happens_for_a_while_is_summed(rows: object) -> None:
    people: Rows = {
        "emp_no": [*range(901, 901 + THINGS)],
        "first_name": [f"n{n}" for n in range(40)],
    }
    design = propose(Memory({"events": rows(), "employees": people}))  # type: ignore[operator]
    assert told(design) == []
    [measure] = design.star.fact("fact_events").measures
    assert measure.aggregation is Aggregation.SUM


@pytest.mark.parametrize("is_there", [False, True], ids=["no products", "products"])
def test_versions_of_what_has_no_table_are_told(is_there: bool) -> None:
    prices = versions(("product_id", "valid_from", "valid_to"))
    prices["list_price"] = [n * 1.5 for n in range(len(prices["product_id"]))]
    tables = {"prices": prices, "sales": orders("product_id")}
    if is_there:
        ids = [*range(901, 901 + THINGS)]
        tables["products"] = {"product_id": ids, "name": [f"n{n}" for n in ids]}
    design = propose(Memory(tables))
    found = [text for text in told(design) if "Not joined" in text]
    assert len(found) == (not is_there)
    assert "sales.product_id (100%" in "".join(found) or is_there
