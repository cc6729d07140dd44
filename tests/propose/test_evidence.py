"""What speaks for a key and for a reference: which of two pieces of evidence says more.

Each list goes from what says most to what says nothing; what stands in one group says the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from medallion_core.propose.calendars import is_calendar
from medallion_core.propose.fields import Field
from medallion_core.propose.key_parts import begins_version, numbers_within, part_weight
from medallion_core.propose.likeness import is_series, likeness
from medallion_core.propose.matching import NO_MATCH, NameMatch, match_names
from medallion_core.propose.scores import (
    Pair,
    inclusion_points,
    may_hold_codes,
    points,
    range_outside,
    table_fit,
)
from medallion_core.propose.surprise import MOST_OF_NUMBERS, MOST_OF_TEXT, surprise
from medallion_core.propose.tables import Table, view_tables
from tests.propose.language import Rows
from tests.propose.memory import Memory, schema


def seen(memory: Memory) -> dict[str, Table]:
    return {table.name: table for table in view_tables(memory.sources(), memory.profiles())}


def column(values: Sequence[object], name: str = "x") -> Field:
    rows: Rows = {name: list(values)}  # type: ignore[arg-type]
    return seen(Memory({"t": rows}))["t"].fields[name]


def falls(groups: Sequence[Sequence[float]]) -> bool:
    return all(min(more) > max(less) for more, less in pairwise(groups))


NAMES = [
    ["customer_address_id"],
    ["customer_address"],
    ["bill_customer_address_id"],
    ["bill_customer_address", "cust_addr_id", "custaddr_id"],
    ["address_id", "delivery_address"],
    ["delivery_addr_id"],
    ["address_type"],
    ["home_id", "id", "name", "type", "note"],
]


def test_the_nearer_a_name_is_to_what_it_refers_to_the_more_it_says() -> None:
    names = [name for group in NAMES for name in group]
    tables = seen(
        Memory({"customer_address": {"customer_address_id": [1]}, "sale": {n: [1] for n in names}})
    )
    parent, child = tables["customer_address"], tables["sale"]
    key = parent.fields["customer_address_id"]
    found = {n: match_names(child, child.fields[n], parent, key).score for n in names}
    assert falls([[found[name] for name in group] for group in NAMES])
    assert max(found.values()) == 1
    assert min(found.values()) == 0


@pytest.mark.parametrize(
    ("table", "key", "name", "said"),
    [
        ("carrier", "carrier", "carrier", "has the name of the key it refers to"),
        ("carrier", "carrier_id", "id_carrier", "has the name of the key it refers to"),
        ("carrier", "id", "carrier_id", "is named after the table it refers to"),
        ("hq", "id", "main_hq_id", "ends with the name of what it refers to"),
        ("t", "id", "part_t_id", "has the last word of what it refers to"),
        ("note", "id", "delivery_note", "has the last word of what it refers to"),
        ("carrier", "name", "name", ""),
    ],
)
def test_short_names_and_names_by_custom_say_less(
    table: str, key: str, name: str, said: str
) -> None:
    tables = seen(Memory({table: {key: [1], "label": ["x"]}, "sale": {name: [1], "x": [1]}}))
    parent, child = tables[table], tables["sale"]
    found = match_names(child, child.fields[name], parent, parent.fields[key])
    assert found.sentence == said


@pytest.mark.parametrize(
    ("table", "key", "name", "refers"),
    [
        ("employee", "employee_id", "manager_id", True),
        ("employee", "employee_id", "parent_id", True),
        ("employee", "employee_id", "employee_id", False),
        ("product", "product_id", "parent_id", True),
        ("product", "product_id", "manager_id", False),
        ("product", "product_id", "part_of", True),
        ("product", "product_id", "replaced_product_id", True),
        ("product", "product_id", "bundle_product_id", True),
        ("product", "product_id", "product_type", False),
    ],
)
def test_a_table_refers_to_itself_by_a_word_that_says_so(
    table: str, key: str, name: str, refers: bool
) -> None:
    seen_table = seen(Memory({table: {key: [1], name: [1]}}))[table]
    match = match_names(seen_table, seen_table.fields[name], seen_table, seen_table.fields[key])
    assert (match.score >= 0.5) == refers
    assert match.score <= 1


PARTS = [
    ["line_no"],
    ["batch_id"],
    ["taken_at"],
    ["year"],
    ["level"],
    ["comment"],
    ["story", "amount", "flag", "weight", "site", "gap"],
]
READING = """
D part 400: part_id pk | label word 300
F reading 3000: part_id fk part | line_no int 1 9 | batch_id int 1 900 | taken_at ts
    | year int 2000 2020 | level word 40 | comment word 40 | story text | amount money | flag bool
    | weight float 0 1 | site const 1 | gap int? 1 9"""


def test_what_a_column_is_worth_as_a_part_of_a_key() -> None:
    fields = seen(schema(READING))["reading"].fields
    weights = {name: part_weight(field, refers=False) for name, field in fields.items()}
    assert falls([[weights[name] for name in group] for group in PARTS])
    assert max(weights.values()) < 1
    assert {weights[name] for name in PARTS[-1]} == {0}
    assert part_weight(fields["level"], refers=True) == 1
    assert part_weight(fields["site"], refers=True) == 0, "a constant tells no rows apart"
    assert part_weight(fields["gap"], refers=True) == 0, "neither does what is missing in some"


def likeness_of(name: str, kind: str, place: int = 0, *, another: bool = False) -> float:
    """Of a unique column of ``thing`` behind ``place`` others."""
    before = "".join(f"w{n} word 9 | " for n in range(place))
    table = seen(schema(f"D thing 40: {before}{name} {kind} | z word 9"))["thing"]
    return likeness(table.fields[name], table, names_another=another)


def test_what_looks_like_an_identifier() -> None:
    assert falls(
        [
            [likeness_of("thing_id", "pk")],
            [likeness_of("thing_id", "code 8")],
            [likeness_of("other_id", "pk")],
            [likeness_of("thing_no", "pk")],
            [likeness_of("other_no", "pk")],
            [likeness_of("thing", "code 8")],
            [likeness_of("shade", "code 8"), likeness_of("shade", "hash")],
            [likeness_of("shade", "day")],
            [likeness_of("shade", "ts")],
            [likeness_of("title", "label")],
            [likeness_of("amount", "money")],
        ]
    )
    assert likeness_of("thing_id", "pk") <= 1.05
    story = [chr(65 + n) * (30 + n) for n in range(26)]
    long = seen(Memory({"thing": {"shade": [*story], "z": [1] * 26}}))["thing"]
    assert 0 < likeness(long.fields["shade"], long, names_another=False) < 0.3, "no code"


def test_an_identifier_stands_first_and_is_named_after_its_own_table() -> None:
    places = [likeness_of("thing_id", "pk", place) for place in (0, 1, 3, 4)]
    assert places[0] > places[1] == places[2] > places[3] > 0.5
    assert likeness_of("other_id", "pk") > likeness_of("other_id", "pk", another=True)
    own = [likeness_of("other_id", "pk", place, another=True) for place in (0, 1)]
    assert own[0] - own[1] > places[0] - places[1], "behind the first it is another's"


START = datetime(2024, 1, 1)


@pytest.mark.parametrize(
    ("hours", "is_one"),
    [
        (range(48), True),
        (range(24), True),
        (range(23), False),
        (range(0, 96, 2), False),
        ([n for n in range(48) if n % 12], True),
        ([n for n in range(48) if n % 4], False),
    ],
)
def test_a_series_has_a_row_at_each_step_and_few_gaps(hours: Sequence[int], is_one: bool) -> None:
    assert is_series(column([START + timedelta(hours=n) for n in hours], "at")) == is_one


@pytest.mark.parametrize(
    ("days", "is_one"),
    [(range(28), True), (range(27), False), (range(0, 60, 2), False)],
)
def test_a_calendar_has_a_row_for_each_day_of_four_weeks_at_least(
    days: Sequence[int], is_one: bool
) -> None:
    assert is_calendar(column([date(2024, 1, 1) + timedelta(days=n) for n in days])) == is_one


@pytest.mark.parametrize(
    ("parents", "lines", "numbers"),
    [
        ([1, 1, 1, 2, 2, 3, 4], [1, 2, 3, 1, 2, 1, 1], True),
        ([1, 1, 1, 2, 2, 3, 4], [10, 20, 30, 10, 20, 10, 10], True),
        ([1, 1, 1, 2, 2, 3, 4], [1, 2, 3, 4, 5, 6, 7], False),
        ([1, 1, 1, 2, 2, 3, 4], [1, 1, 1, 1, 1, 1, 1], False),
        ([1, 1, 1, 2, 2, 3, 4], [1, 3, 3, 1, 3, 1, 1], True),
        ([1, 1, 1, 2, 2, 3, 4], [1, 2, 2, 1, 2, 2, 2], False),
        ([1, 2, 3, 4], [1, 1, 1, 2], False),
    ],
)
def test_a_number_within_a_document_begins_anew_with_each(
    parents: list[int], lines: list[int], numbers: bool
) -> None:
    table = seen(Memory({"t": {"document": [*parents], "line": [*lines]}}))["t"]
    assert numbers_within(table.fields["line"], table.fields["document"]) == numbers


# ── References ───────────────────────────────────────────────────────────────────────────────

CODES = [f"{a}{b}{c}" for a in "AEIOU" for b in "XYZQ" for c in "KLMN"]


def pair(field: Field, key: Field, score: float, **said: object) -> Pair:
    return Pair(field, key, NameMatch(score) if score else NO_MATCH, **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(("score", "steps"), [(0.8, 4), (0.5, 4), (0.0, 4)])
def test_the_more_values_are_found_the_more_they_say(score: float, steps: int) -> None:
    found = pair(column([*range(40)] * 3), column(range(1000)), score)
    said = [[inclusion_points(ratio, found)] for ratio in (1.0, 0.95, 0.6, 0.4)]
    assert falls(said)
    assert said[0][0] > 0 > said[2][0]


def test_some_that_are_missing_matter_less_where_the_names_speak() -> None:
    field, key = column([*range(40)] * 3), column(range(1000))
    for ratio in (0.95, 0.6):
        by_name = [[inclusion_points(ratio, pair(field, key, score))] for score in (0.8, 0.0)]
        assert falls(by_name)
    for clear in (0.7, 0.8):
        assert inclusion_points(0.6, pair(field, key, clear)) > -1, "orphans are asked about"
    several = [[inclusion_points(ratio, None)] for ratio in (1.0, 0.9, 0.7, 0.4)]
    assert falls(several)


@pytest.mark.parametrize(
    ("values", "outside"),
    [
        (range(10), 0.0),
        (range(5, 21), 0.0),
        (range(-10, 11), 0.5),
        (range(10, 31), 0.5),
        (range(100, 200), 1.0),
    ],
)
def test_the_share_of_a_range_that_lies_outside(values: Sequence[int], outside: float) -> None:
    assert range_outside(column(values), column(range(21))) == pytest.approx(outside, abs=0.01)


def test_before_values_are_compared_their_range_and_length_speak() -> None:
    key = column(range(1000))
    by_range = [range(0, 900, 10), range(0, 1050, 10), range(0, 1400, 10), range(0, 4000, 40)]
    assert falls([[points(pair(column([*v] * 2), key, 0.9), None)] for v in by_range])
    codes = column(CODES)
    by_length = [CODES[::4], [f"{code}Q" for code in CODES[::4]], [code * 3 for code in CODES[::4]]]
    said = [points(pair(column(values * 9), codes, 0.0), None) for values in by_length]
    assert said[0] > said[1] > said[2]


def test_where_there_are_no_values_nothing_is_said_of_their_range() -> None:
    key = column(range(1000))
    columns = [[*range(0, 900, 10)] * 2, [None] * 9, [*range(0, 4000, 40)] * 2]
    assert falls([[points(pair(column(values), key, 0.9), None)] for values in columns])


def test_more_values_than_the_parent_has_speak_against_it() -> None:
    key = column(range(40))
    said = [points(pair(column([*range(40)] * n), key, 0.5), None) for n in (1, 2)]
    many = points(pair(column([n / 2 for n in range(80)]), key, 0.5), None)
    assert many < min(said)


@pytest.mark.parametrize(("values", "telling"), [(2, False), (3, True)])
def test_three_values_are_the_fewest_that_tell_something(values: int, telling: bool) -> None:
    numbers = pair(column([*range(0, 70 * values, 70)] * 9), column(range(0, 5000, 10)), 0.0)
    named = pair(numbers.field, numbers.key, 0.9)
    assert (inclusion_points(1.0, numbers) > inclusion_points(1.0, named)) == telling
    codes = pair(column(CODES[:values] * 9), column(CODES), 0.0)
    assert may_hold_codes(codes) == telling
    assert not may_hold_codes(replace(codes, to_key=False))


def test_a_table_of_the_same_name_is_not_what_another_is_about() -> None:
    names = ("order", "orders", "order_line", "thing")
    tables = seen(Memory({name: {"id": [1]} for name in names}))
    order, thing = tables["order"], tables["thing"]

    def fit(child: str, parent: Table) -> float:
        return table_fit(tables[child], parent, parent.fields["id"])

    assert fit("order_line", order) > fit("order_line", thing)
    assert fit("orders", order) == fit("orders", thing)


@pytest.mark.parametrize(
    ("columns", "begins"),
    [
        ({"start_date": date(2024, 1, 1), "end_date": date(2024, 2, 1)}, True),
        ({"start_date": date(2024, 1, 1), "seen_at": datetime(2024, 1, 1)}, False),
        ({"start_date": date(2024, 1, 1), "end_code": "x"}, False),
        ({"seen_date": date(2024, 1, 1), "end_date": date(2024, 2, 1)}, False),
    ],
)
def test_a_version_begins_where_the_row_says_when_it_ends(
    columns: dict[str, object], begins: bool
) -> None:
    table = seen(Memory({"t": {name: [value] for name, value in columns.items()}}))["t"]  # type: ignore[list-item]
    assert begins_version(next(iter(table.fields.values())), table) == begins


def test_who_did_something_is_among_the_people_and_by_says_so() -> None:
    tables = seen(Memory({"user": {"user_id": [1]}, "note": {"created_by": [1], "author": [1]}}))
    user, note = tables["user"], tables["note"]
    key = user.fields["user_id"]
    by, role = (match_names(note, note.fields[n], user, key).score for n in note.fields)
    assert 1 > by > role > 0


def test_text_lies_outside_a_range_by_a_little_at_most() -> None:
    words = column(["b", "y"])
    assert range_outside(column(["c", "d"]), words) == 0
    assert 0 < range_outside(column(["a", "c"]), words) == range_outside(column(["z"]), words) < 0.1
    assert range_outside(column([None, None]), words) == 0, "nothing lies outside"


def test_just_the_values_of_the_parent_are_more_than_chance() -> None:
    key = column(range(40))
    said = [points(pair(column([*range(n)] * 2), key, 0.5), 1.0) for n in (40, 39, 38)]
    assert said[0] - said[1] > 5 * (said[1] - said[2]) > 0


def test_a_name_that_says_a_little_surprises_half_as_much() -> None:
    field, key = column([0, 70, 140] * 9), column(range(0, 5000, 10))
    silent, little = (inclusion_points(1.0, pair(field, key, score)) for score in (0.0, 0.5))
    clear = inclusion_points(1.0, pair(field, key, 0.9))
    assert little - clear == pytest.approx((silent - clear) / 2)
    nearly = inclusion_points(0.95, pair(column([1, 2, 3] * 9), column(range(99)), 0.0))
    assert -1 < nearly < 0, "small numbers of which nearly all are found say little"


def test_a_column_that_is_no_key_is_referred_to_where_the_key_is_of_another_kind() -> None:
    key = column(range(1000), "a_id")
    field = column([*range(0, 1000, 20)] * 5, "b_id")
    for score, better in ((0.7, True), (0.6, False)):
        other = pair(field, key, score, to_key=False)
        differs = pair(field, key, score, to_key=False, key_differs=True)
        assert (points(differs, 1.0) > points(other, 1.0)) == better


def test_what_stands_against_a_reference() -> None:
    key = column(range(1000), "a_id")
    field = column([*range(0, 1000, 20)] * 5, "b_id")
    plain = column([*range(0, 1000, 20)] * 5, "b")
    few = column([1, 2, 3] * 90, "b")
    right = points(pair(field, key, 0.9), 1.0)
    against = {
        "no marker": pair(plain, key, 0.9),
        "a count": pair(few, key, 0.9),
        "another column than the key": pair(field, key, 0.9, to_key=False),
        "its own key": pair(field, key, 0.9, is_own_key=True),
        "its own name": pair(field, key, 0.9, is_own_name=True),
        "fractions": pair(column([n + 0.5 for n in range(0, 900, 20)], "b_id"), key, 0.9),
        "below zero": pair(column([*range(-20, 980, 20)] * 5, "b_id"), key, 0.9),
        "half a name": pair(field, key, 0.5),
        "no name": pair(field, key, 0.0),
        "no name where names speak": pair(field, key, 0.0, names_speak=1.0),
    }
    said = {name: points(found, 1.0) for name, found in against.items()}
    assert {name for name, score in said.items() if score >= right} == set()
    assert said["no name"] > said["no name where names speak"]
    assert said["a count"] < said["no marker"]
    certain = points(pair(field, key, 1.0), 1.0)
    assert points(pair(field, key, 1.0, is_own_key=True), 1.0) > 0, "a subtype of its parent"
    assert points(pair(field, key, 1.0, to_key=False), 1.0) > 0, "named like a unique column"
    assert certain > 4 > points(pair(field, key, 0.0), 1.0)


def test_a_table_that_is_named_like_the_key_is_the_parent() -> None:
    tables = seen(
        Memory(
            {
                "employee": {"employee_id": [1], "x": [1]},
                "employee_pay_history": {"employee_id": [1], "x": [1]},
                "product_text": {"product_id": [1], "x": [1]},
                "sale": {"x": [1]},
            }
        )
    )
    history, employee = tables["employee_pay_history"], tables["employee"]
    sale, texts = tables["sale"], tables["product_text"]
    key = employee.fields["employee_id"]
    assert falls(
        [
            [table_fit(history, employee, key)],
            [table_fit(sale, employee, key)],
            [table_fit(sale, employee, sale.fields["x"])],
            [table_fit(sale, texts, texts.fields["product_id"])],
        ]
    )
    assert table_fit(sale, employee, sale.fields["x"]) == 0
    assert table_fit(employee, employee, key) == table_fit(sale, employee, key)


def test_it_surprises_to_find_codes_and_numbers_with_gaps_among_others() -> None:
    dense, sparse = column(range(1, 500)), column(range(0, 5000, 10))
    few = column([1, 2, 3] * 9)
    assert surprise(few, dense) == 0, "numbers from 1 on hold every smaller count"
    tens = [column([*range(0, n * 10, 10)]) for n in (1, 2, 400)]
    said = [surprise(each, sparse) for each in tens]
    assert 0 < said[0] < said[1] < said[2] == MOST_OF_NUMBERS
    codes = column(CODES)
    letters = column([*"ABCDEFGHIJKLMNOP"])
    assert surprise(column(CODES[:2]), codes) > surprise(column(["A", "B"]), letters) > 0
    assert surprise(column(CODES[:60]), codes) == MOST_OF_TEXT


def test_names_that_all_come_twice_may_be_those_of_the_parent() -> None:
    names = [f"the name of the customer in full, number {n:03}" for n in range(40)]
    twice = Pair(column(names * 2), column(names), NO_MATCH)
    assert may_hold_codes(twice)
    assert not may_hold_codes(replace(twice, field=column(names)))


def test_text_more_than_twice_as_long_as_the_codes_of_the_parent_is_none_of_them() -> None:
    codes = column([f"{n:04}x"[-4:] for n in range(60)])
    pairs = [Pair(column(["y" * n, *["ab"] * 59]), codes, NO_MATCH) for n in (7, 8, 9, 10)]
    assert falls([[points(pair, None) for pair in part] for part in (pairs[:2], pairs[2:])])


def test_people_are_told_by_their_days_and_names() -> None:
    days: list[object] = [date(2020, 1, 1) + timedelta(days=n) for n in range(30)]
    rows: Rows = {"hire_date": days, "size": [*range(30)]}  # type: ignore[dict-item]
    named: Rows = {**rows, "name": [f"n{n}" for n in range(30)]}
    tables = seen(Memory({"cohort": rows, "crew": named}))
    assert [table.is_people for table in tables.values()] == [False, True]
