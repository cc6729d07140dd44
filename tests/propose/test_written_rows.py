"""Columns of text in the writings that people use: what silver makes of them on Spark.

Each column comes back with its values, or it stays the text that it is; where it could be read in
two ways, it is asked.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from local_workspace.testing import RunningWorkspace
from medallion_core.browse import read_sources
from medallion_core.model import Design, Profile, Settings, TableName
from medallion_core.profile import profile_sources
from medallion_core.profile.rule_counts import BrokenRows, count_broken_rows
from medallion_core.propose import propose_design
from medallion_core.tables.silver import silver_expressions
from medallion_core.text.identifiers import quote_identifier, quote_literal
from medallion_core.workspace import connect

ROWS = 24
DICE = random.Random(5)
AMOUNTS = [Decimal(DICE.randint(-200_000_000, 200_000_000)) / 100 for _ in range(ROWS)]
SMALL = [Decimal(number) / 10 for number in range(5, 5 + ROWS)]
DAYS = [date(2024, 1, 5) + timedelta(days=9 * number) for number in range(ROWS)]
TIMES = [datetime(2024, 3, 1, 13, 5, 9, tzinfo=UTC) + timedelta(hours=37 * n) for n in range(ROWS)]
FEW = [Decimal(number) for number in range(ROWS)]
THOUSANDTHS = [Decimal(5 + 137 * number) / 1000 for number in range(ROWS)]


def us(number: Decimal) -> str:
    return f"{number:,.2f}"


def eu(number: Decimal) -> str:
    return us(number).translate(str.maketrans(",.", ".,"))


def dotted(pattern: str) -> Callable[[datetime], str]:
    return lambda moment: moment.strftime(pattern)


WRITINGS: dict[str, tuple[list[Any], Callable[[Any], str]]] = {
    "german": (AMOUNTS, eu),
    "american": (AMOUNTS, us),
    "french": (AMOUNTS, lambda n: us(n).replace(",", "\u202f").replace(".", ",")),
    "swiss": (AMOUNTS, lambda n: us(n).replace(",", "'")),
    "dollars": (AMOUNTS, lambda n: f"-${us(-n)}" if n < 0 else f"${us(n)}"),
    "euros": (AMOUNTS, lambda n: f"{eu(n)} €"),
    "codes_of_currency": (AMOUNTS, lambda n: f"EUR {us(n)}"),
    "parentheses": (AMOUNTS, lambda n: f"({us(-n)})" if n < 0 else us(n)),
    "sign_last": (AMOUNTS, lambda n: f"{us(-n)}-" if n < 0 else us(n)),
    "plain": (AMOUNTS, str),
    "positions": ([Decimal(10**34 + number) for number in range(ROWS)], str),
    "long_ago": (
        [date(1971 + n, 1 + n % 12, 28) for n in range(ROWS)],
        lambda d: d.strftime("%m/%d/%y"),
    ),
    "weight": (SMALL, lambda n: f"{n} kg"),
    "litres": (THOUSANDTHS, lambda n: f"{n:.3f}".replace(".", ",")),
    "pieces": (FEW, lambda n: f"{n:,}"),
    "with_gaps": (FEW, lambda n: "NA" if n == 7 else str(n)),
    "with_dashes": (SMALL, lambda n: "-" if n == 1 else str(n)),
    "iso_day": (DAYS, str),
    "day_with_time": (DAYS, lambda d: f"{d} 10:30:00" if d == DAYS[7] else str(d)),
    "german_day": (DAYS, lambda d: d.strftime("%d.%m.%Y")),
    "american_day": (DAYS, lambda d: f"{d.month}/{d.day}/{d:%y}"),
    "oracle_day": (DAYS, lambda d: d.strftime("%d-%b-%y").upper()),
    "long_day": (DAYS, lambda d: f"{d:%B} {d.day}, {d.year}"),
    "compact_date": (DAYS, lambda d: d.strftime("%Y%m%d")),
    "open_day": (DAYS, lambda d: "9999-12-31" if d.day == 5 else str(d)),
    "clock": (TIMES, dotted("%m/%d/%Y %I:%M:%S %p")),
    "iso_time": (TIMES, dotted("%Y-%m-%dT%H:%M:%SZ")),
    "rfc_time": (TIMES, dotted("%a, %d %b %Y %H:%M:%S GMT")),
    "sql_time": (TIMES, dotted("%Y-%m-%d %H:%M:%S.0000000")),
    "epoch": (TIMES, lambda t: str(int(t.timestamp()))),
    "logged_ms": (TIMES, lambda t: str(int(t.timestamp() * 1000))),
    "paid": ([True, False] * (ROWS // 2), lambda b: "Yes" if b else "No"),
    "country": (["NO"] * ROWS, str),
    "shift": (["T", "N"] * (ROWS // 2), str),
    "branch": ([f"0{number}" for number in range(ROWS)], str),
    "share": (SMALL, lambda n: f"{n}%"),
}
MISSING = {"with_gaps": "NA", "with_dashes": "-"}
TWO_WAYS = {
    "thousands": [f"{number}.{number:03}" for number in range(1, 13)] + [*map(str, range(12))],
    "three_digits": [f"{number},{number:03}" for number in range(1, ROWS + 1)],
    "either_day": [f"{number:02}/{number:02}/2024" for number in range(1, 13)] * 2,
    "nanoseconds": [f"2024-01-31 10:00:00.{number:09}" for number in range(ROWS)],
    "huge": [str(10**39 + number) for number in range(ROWS)],
    "far_ahead": [f"3/{number % 28 + 1}/{number + 50:02}" for number in range(ROWS)],
    "mostly_numbers": [*map(str, range(ROWS - 5)), *"abcde"],
}


def texts(name: str) -> list[str]:
    values, written = WRITINGS[name]
    return [written(value) for value in values]


# ── Any column in any of the writings ────────────────────────────────────────────────────────

DRAWN = 45
OTHERS = (
    *MISSING,
    "open_day",
    "day_with_time",
    "long_ago",
    "positions",
    "litres",
    "paid",
    "country",
    "shift",
)
CLEAN = [name for name in WRITINGS if name not in OTHERS]
NOISE: dict[str, tuple[Any, ...]] = {
    "NA": (),
    "-": (),
    "abc": (),
    " ": (),
    "007": (),
    "12:30": (),
    "1,234.56": (Decimal("1234.56"),),
    "1.234,56": (Decimal("1234.56"),),
    "13/01/2024": (date(2024, 1, 13),),
    "01.13.2024": (date(2024, 1, 13),),
    "2024": (Decimal(2024), datetime(1970, 1, 1, 0, 33, 44, tzinfo=UTC)),
    "2024-01-05 10:30:00": (datetime(2024, 1, 5, 10, 30, tzinfo=UTC),),
    "2024-01-31 10:00:00.123456789": (),
    "1e3": (Decimal(1000),),
    "0.123456789": (Decimal("0.123456789"),),
    "99999999999999999999": (Decimal("99999999999999999999"),),
}
"""Texts that do not belong there, with what they may mean all the same."""


def drawn_values(dice: random.Random, name: str) -> list[Any]:
    """Other values of the same kind as those of a writing."""
    values = WRITINGS[name][0]
    if values is DAYS:
        first = date(dice.randint(1971, 2029), 1, 1)
        return [first + timedelta(days=dice.randint(0, 700)) for _ in range(ROWS)]
    if values is TIMES:
        first = datetime(dice.randint(1991, 2029), 1, 1, 11, 59, 3, tzinfo=UTC)
        return [first + timedelta(minutes=dice.randint(0, 10**6)) for _ in range(ROWS)]
    if values is AMOUNTS:
        most = 10 ** dice.randint(3, 11)
        return [Decimal(dice.randint(-most, most)) / 100 for _ in range(ROWS)]
    if values is SMALL:
        return [Decimal(dice.randint(1, 9999)) / 10 for _ in range(ROWS)]
    if values is FEW:
        return [Decimal(dice.randint(0, 10**6)) for _ in range(ROWS)]
    return [f"0{dice.randint(1, 999)}" for _ in range(ROWS)]


@dataclass(frozen=True)
class Drawn:
    """A column: each text with the values that it may mean, and whether others are among them."""

    name: str
    writing: str
    texts: list[str]
    values: list[tuple[Any, ...]]
    is_clean: bool


def drawn_columns() -> list[Drawn]:
    dice = random.Random(23)
    found = []
    for number in range(DRAWN):
        writing = CLEAN[number % len(CLEAN)]
        values = drawn_values(dice, writing)
        texts = [WRITINGS[writing][1](value) for value in values]
        divisor = 100 if writing == "share" else 1
        meant = [(value / divisor,) if divisor > 1 else (value,) for value in values]
        if all(map(str.isdigit, texts)):
            meant = [(*each, Decimal(text)) for each, text in zip(meant, texts, strict=True)]
        for row in dice.sample(range(ROWS), number % 3):
            texts[row], meant[row] = dice.choice([*NOISE.items()])
        prefix = writing if writing in ("epoch", "logged_ms") else "col"
        found.append(Drawn(f"{prefix}_{number}", writing, texts, meant, number % 3 == 0))
    return found


COLUMNS = drawn_columns()


class Written:
    """The table, what was proposed of it and what silver would hold."""

    def __init__(self, design: Design, rows: list[dict[str, Any]], broken: BrokenRows) -> None:
        [self.entity] = design.entities
        self.questions = {question.subject: question.detail for question in design.questions}
        self.rows = rows
        self.broken = broken.broken


def write(workspace: RunningWorkspace, table: str, columns: dict[str, list[str]]) -> Written:
    rows = zip(*columns.values(), strict=True)
    values = ", ".join(f"({i}, {', '.join(map(quote_literal, r))})" for i, r in enumerate(rows))
    names = ", ".join(map(quote_identifier, ("row_number_", *columns)))
    workspace.sql("CREATE SCHEMA IF NOT EXISTS main.written")
    create = f"CREATE TABLE main.written.{table} AS SELECT * FROM VALUES {values} AS t ({names})"
    workspace.sql(create)
    with closing(connect()) as ws:
        sources = read_sources(ws, [TableName("main", "written", table)])
        [profile] = profile_sources(ws, sources)
        assert isinstance(profile, Profile)
        design = propose_design(sources, [profile], Settings("p", "main", "s"))
        [entity] = design.entities
        selected = ", ".join(
            f"{sql} AS {quote_identifier(name)}" for name, sql in silver_expressions(entity).items()
        )
        read = ws.query(f"SELECT {selected} FROM main.written.{table} ORDER BY row_number_")
        return Written(design, read.to_pylist(), count_broken_rows(ws, entity))


@pytest.fixture(scope="module")
def written(workspace: RunningWorkspace) -> Written:
    return write(workspace, "t", {name: texts(name) for name in WRITINGS} | TWO_WAYS)


@pytest.fixture(scope="module")
def drawn(workspace: RunningWorkspace) -> Written:
    return write(workspace, "drawn", {column.name: column.texts for column in COLUMNS})


@pytest.mark.parametrize("name", WRITINGS)
def test_values_come_back(written: Written, name: str) -> None:
    wanted, column = WRITINGS[name][0], written.entity.column(name)
    found = [row[name] for row in written.rows]
    if name == "share":
        wanted = [value / 100 for value in wanted]
    if name in MISSING:
        pairs = zip(wanted, texts(name), strict=True)
        wanted = [None if text == MISSING[name] else value for value, text in pairs]
    if name == "open_day":
        wanted = [date(9999, 12, 31) if value.day == 5 else value for value in wanted]
    if column.type == "timestamp":
        found = [value.astimezone(UTC) for value in found]
    assert found == wanted, (column.type, column.source_format)


@pytest.mark.parametrize("name", TWO_WAYS)
def test_what_reads_in_two_ways_stays_text_and_is_asked(written: Written, name: str) -> None:
    assert [row[name] for row in written.rows] == TWO_WAYS[name]
    assert f"t.{name}" in written.questions


def test_what_a_time_leaves_out_is_kept_beside_it(written: Written) -> None:
    asked = replace(written.entity.column("nanoseconds"), type="timestamp")
    kept = silver_expressions(replace(written.entity, columns=(asked,)))["_uncast"]
    with closing(connect()) as ws:
        rows = ws.query(f"SELECT {kept} AS kept FROM main.written.t ORDER BY row_number_")
    first, *others = (dict(row["kept"]) for row in rows.to_pylist())
    assert first == {}
    assert [kept["nanoseconds"] for kept in others] == TWO_WAYS["nanoseconds"][1:]


def test_no_value_is_lost_without_being_counted(written: Written) -> None:
    assert {name: count for name, count in written.broken.items() if count} == {
        "with_gaps_given": 1,
        "with_dashes_given": texts("with_dashes").count("-"),
        "day_with_time_readable": 1,
    }


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: f"{column.name}-{column.writing}")
def test_any_column_comes_back_and_what_does_not_is_counted(drawn: Written, column: Drawn) -> None:
    found = drawn.entity.column(column.name)
    lost = 0
    for row, text, values in zip(drawn.rows, column.texts, column.values, strict=True):
        silver, kept = row[column.name], dict(row["_uncast"]).get(column.name)
        if found.type == "string":
            assert silver in (text, text.strip() or None)
        elif kept is not None:
            assert kept == text
            lost += 1
        elif text.strip():
            silver = silver.astimezone(UTC) if found.type == "timestamp" else silver
            assert silver in values, (text, found.type, found.source_format)
    rules = (f"{column.name}_readable", f"{column.name}_given")
    assert sum(drawn.broken.get(rule, 0) for rule in rules) == lost


def test_nearly_all_drawn_columns_are_read(drawn: Written) -> None:
    typed = [c for c in COLUMNS if drawn.entity.column(c.name).type != "string"]
    clean = [c for c in COLUMNS if c.is_clean and c.writing != "branch"]
    assert len(typed) > len(COLUMNS) / 2
    asked = [c for c in clean if c not in typed and f"drawn.{c.name}" not in drawn.questions]
    assert asked == []
