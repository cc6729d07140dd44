"""How numbers and days are written in text: by which pattern silver reads them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from medallion_core.model import Level
from medallion_core.propose.columns import doubtful_columns, propose_columns
from medallion_core.propose.fields import Field
from medallion_core.propose.kinds import Doubt, Reading, doubt_of
from medallion_core.propose.star_names import date_role
from medallion_core.propose.tables import view_tables
from tests.propose.memory import Memory


def load(values: list[str], **others: list[str]) -> Field:
    memory = Memory({"t": {"load": [*values], **others}})
    (table,) = view_tables(memory.sources(), memory.profiles())
    return table.fields["load"]


WRITINGS: dict[str, tuple[Callable[[int], str], Reading | None]] = {
    "german": (lambda n: f"1.{n:03},50", Reading("decimal(18,2)", "#.##0,00")),
    "american": (lambda n: f"1,{n:03}.50", Reading("decimal(18,2)", "#,##0.00")),
    "swiss": (lambda n: f"1'{n:03}.5", Reading("decimal(18,1)", "#'##0.00")),
    "french": (lambda n: f"1 {n:03},5", Reading("decimal(18,1)", "# ##0,00")),
    "millions": (lambda n: f"1.{n:03}.000", Reading("bigint", "#.##0")),
    "a comma": (lambda n: f"{n},5", Reading("decimal(18,1)", "0,00")),
    "nothing before it": (lambda n: f",{n:03}", Reading("decimal(18,3)", "0,00")),
    "four digits before it": (lambda n: f"1234,{n:03}", Reading("decimal(18,3)", "0,00")),
    "a percentage": (lambda n: f"{n}.5%", Reading("decimal(18,3)", "0.00%")),
    "euros": (lambda n: f"{n},50 €", Reading("decimal(18,2)", "0,00€")),
    "dollars": (lambda n: f"${n}.50", Reading("decimal(18,2)", "$0.00")),
    "in brackets below zero": (
        lambda n: f"({n}.00)" if n % 2 else f"{n}.25",
        Reading("decimal(18,2)", "(0.00)"),
    ),
    "the sign last": (
        lambda n: f"{n}.00-" if n % 2 else f"{n}.25",
        Reading("decimal(18,2)", "0.00-"),
    ),
    "an American day": (
        lambda n: f"{n % 12 + 1:02}/{n % 28 + 1:02}/2024",
        Reading("date", "M/d/yyyy"),
    ),
    "a German day of two digits": (
        lambda n: f"{n % 28 + 1:02}.{n % 12 + 1:02}.24",
        Reading("date", "d.M.yy"),
    ),
    "a day with its month's name": (
        lambda n: f"{n % 28 + 1} Jan 2024",
        Reading("date", "d MMM yyyy"),
    ),
    "a day with slashes": (lambda n: f"2024/01/{n % 28 + 1:02}", Reading("date", "yyyy/M/d")),
    "a day that may be two": (lambda n: f"{n % 12 + 1:02}/{n % 12 + 1:02}/2024", None),
    "minutes": (lambda n: f"2024-01-{n % 28 + 1:02} 10:30", Reading("timestamp")),
    "microseconds, written with nanoseconds": (
        lambda n: f"2024-01-{n % 28 + 1:02} 10:30:00.{n:06}000",
        Reading("timestamp"),
    ),
    "nanoseconds": (lambda n: f"2024-01-{n % 28 + 1:02}T10:30:00.{n:09}Z", None),
    "an American time": (
        lambda n: f"01/{n % 28 + 1:02}/2024 10:30:00 PM",
        Reading("timestamp", "M/d/yyyy h:mm:ss a"),
    ),
}


@pytest.mark.parametrize("name", WRITINGS)
def test_what_is_written_is_read_by_its_pattern(name: str) -> None:
    write, reading = WRITINGS[name]
    assert load([write(n) for n in range(40)]).reading == reading


@pytest.mark.parametrize(
    ("faults", "reading", "doubt"),
    [
        (0, True, None),
        (2, True, 0.95),
        (4, False, 0.9),
        (16, False, 0.6),
        (18, False, None),
    ],
)
def test_what_many_read_as_is_asked_and_what_nearly_all_do_is_read(
    faults: int, reading: bool, doubt: float | None
) -> None:
    words = [f"{chr(97 + n)}?" for n in range(faults)]
    field = load([*(f"{n},5" for n in range(40 - faults)), *words])
    written = Reading("decimal(18,1)", "0,00")
    assert field.reading == (written if reading else None)
    found = doubt_of(field.type, field.words, field.marker, field.profile)
    assert found == (Doubt(written, doubt) if doubt else None)


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda n: f"{n + 1}.{n:03} €", id="a currency"),
        pytest.param(lambda n: f"{n}.{n:03} €" if n else "0", id="a zero"),
        pytest.param(lambda n: f"{n + 1}.{n:03}%", id="a percentage"),
        pytest.param(lambda n: f"({n + 1}.{n:03})", id="in brackets below zero"),
        pytest.param(lambda n: f"{n + 1}.{n:03}-", id="the sign last"),
    ],
)
def test_a_point_that_may_be_of_thousands_is_asked(write: Callable[[int], str]) -> None:
    field = load([write(n) for n in range(40)])
    doubt = doubt_of(field.type, field.words, field.marker, field.profile)
    assert field.reading is None
    assert doubt is not None
    assert "thousands" in doubt.other
    assert doubt.second is not None
    assert "#.##0" in doubt.reading.pattern
    assert "#" not in doubt.second.pattern


THOUSANDS, FRACTION = Reading("bigint", "#.##0"), Reading("decimal(18,3)")


@pytest.mark.parametrize(
    ("others", "reading"),
    [
        ({"paid": "{},5"}, THOUSANDS),
        ({"paid": "{}.5"}, FRACTION),
        ({"paid": "{},5", "net": "1.2{:02},75 €"}, THOUSANDS),
        ({"paid": "{},5", "net": "{}.5"}, None),
        ({"paid": "{}"}, None),
        ({"paid": "1.2{:02}"}, None),
        ({"latitude": "{}.5"}, None),
        ({"version": "{}.5"}, None),
        ({"sku": "{}.5"}, None),
        ({"article_code": "{}.5"}, None),
        ({"period": "20{:02}.1"}, None),
        ({"paid": "{},5", "units": "1,2{:02},000"}, None),
        ({"chapter": "1.{}"}, None),
        ({"day": "{:02}.01.2024"}, None),
    ],
)
def test_the_rest_of_a_table_tells_what_a_point_is(
    others: dict[str, str], reading: Reading | None
) -> None:
    rows = range(1, 29)
    columns = {name: [text.format(n) for n in rows] for name, text in others.items()}
    assert load([f"{n}.{n:03}" for n in rows], **columns).reading == reading


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([*(f"{n}.{n:03}" for n in range(40)), "n/v"], id="below one"),
        pytest.param(
            [*(f"{n}.{n:03}" for n in range(1, 95)), *(f"{n}.25" for n in range(6))], id="fractions"
        ),
    ],
)
def test_a_column_that_says_otherwise_than_its_table_is_asked(values: list[str]) -> None:
    field = load(values, paid=[f"{n},5" for n in range(len(values))])
    doubt = doubt_of(field.type, field.words, field.marker, field.profile, field.fraction)
    assert (field.fraction, field.reading) == (",", None)
    assert doubt is not None
    assert "thousands" in doubt.other


@pytest.mark.parametrize(
    ("mark", "fewer", "types"),
    [(".", [], ["bigint", "decimal(18,3)", "string"]), (",", ["7"], ["decimal(18,3)", "bigint"])],
)
def test_what_the_rest_of_a_table_decided_is_said(
    mark: str, fewer: list[str], types: list[str]
) -> None:
    values = [*(f"{n}{mark}{n:03}" for n in range(1, 29)), *fewer]
    columns = {"load": values, "paid": [f"{n},5" for n in range(len(values))]}
    memory = Memory({"t": columns})  # type: ignore[dict-item]
    (table,) = view_tables(memory.sources(), memory.profiles())
    [said] = doubtful_columns(table, propose_columns(table, {}))
    assert (said.subject, said.level) == ("t.load", Level.INFO)
    assert f"read as {types[0]}, since ',' stands before fractions" in said.detail
    assert [answer.type for answer in said.answers] == [*dict.fromkeys([*types, "string"])]


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("{}.{:03}", FRACTION),
        ("{},{:03}", Reading("decimal(18,3)", "0,00")),
        ("{},{:03} €", Reading("decimal(18,3)", "0,00€")),
        ("-{},{:03}", Reading("decimal(18,3)", "0,00")),
    ],
)
def test_a_number_below_one_tells_what_a_mark_is(text: str, reading: Reading) -> None:
    assert load([text.format(n, 500 + n) for n in range(40)]).reading == reading
    assert load([text.format(n, 500 + n) for n in range(1, 41)]).reading is None


@pytest.mark.parametrize(
    ("write", "told"),
    [
        (lambda n: f"2024-01-31T10:30:00.{n:09}Z", "digits of a second"),
        (lambda n: f"1.{n + 1}", "in two writings"),
        (lambda n: f"2024-03-31T10:{n:02}:00{'+02:00' if n % 2 else ''}", "a zone in some times"),
        (lambda n: f"2024-03-31 10:{n:02}:00.5{'-05:00' if n else ''}", "a zone in some times"),
    ],
)
def test_what_a_cast_would_lose_is_asked(write: Callable[[int], str], told: str) -> None:
    field = load([write(n) for n in range(40)])
    doubt = doubt_of(field.type, field.words, field.marker, field.profile)
    assert doubt is not None
    assert field.reading is None
    assert told in doubt.other


def test_times_in_several_zones_that_all_say_so_are_read() -> None:
    zones = ("Z", "+02:00", "-05:00")
    field = load([f"2024-03-31T10:{n:02}:00{zones[n % 3]}" for n in range(40)])
    assert field.reading == Reading("timestamp")


@pytest.mark.parametrize(
    ("first", "reading"), [(70, "date"), (20, "date"), (60, None)], ids=["1970", "2020", "2060"]
)
def test_years_of_two_digits_that_read_as_far_ahead_are_asked(
    first: int, reading: str | None
) -> None:
    field = load([f"3/{n % 28 + 1}/{(first + n % 9) % 100:02}" for n in range(40)])
    assert (field.reading.type if field.reading else None) == reading
    doubt = doubt_of(field.type, field.words, field.marker, field.profile)
    assert (doubt is not None and "two digits" in doubt.other) is (reading is None)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("order date", "order"),
        ("shipdate", "ship"),
        ("odate", "odate"),
        ("last update", "last_update"),
        ("candidate", "candidate"),
        ("paid at", "paid"),
        ("date", ""),
        ("date of birth", "date_of_birth"),
    ],
)
def test_what_a_date_is_of(name: str, role: str) -> None:
    assert date_role(tuple(name.split())) == role
