"""Columns of text in the writings that people use: what silver makes of them on Spark.

Each column comes back with its values, or it stays the text that it is; where it could be read in
two ways, it is asked.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
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
    "weight": (SMALL, lambda n: f"{n} kg"),
    "pieces": (FEW, lambda n: f"{n:,}"),
    "with_gaps": (FEW, lambda n: "NA" if n == 7 else str(n)),
    "with_dashes": (SMALL, lambda n: "-" if n == 1 else str(n)),
    "iso_day": (DAYS, str),
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
    "mostly_numbers": [*map(str, range(ROWS - 5)), *"abcde"],
}


def texts(name: str) -> list[str]:
    values, written = WRITINGS[name]
    return [written(value) for value in values]


class Written:
    """The table, what was proposed of it and what silver would hold."""

    def __init__(self, design: Design, rows: list[dict[str, Any]], broken: BrokenRows) -> None:
        [self.entity] = design.entities
        self.questions = {question.subject: question.detail for question in design.questions}
        self.rows = rows
        self.broken = broken.broken


@pytest.fixture(scope="module")
def written(workspace: RunningWorkspace) -> Iterator[Written]:
    columns = {name: texts(name) for name in WRITINGS} | TWO_WAYS
    rows = zip(*columns.values(), strict=True)
    values = ", ".join(f"({i}, {', '.join(map(quote_literal, r))})" for i, r in enumerate(rows))
    names = ", ".join(map(quote_identifier, ("row_number_", *columns)))
    workspace.sql("CREATE SCHEMA IF NOT EXISTS main.written")
    workspace.sql(f"CREATE TABLE main.written.t AS SELECT * FROM VALUES {values} AS t ({names})")
    ws = connect()
    sources = read_sources(ws, [TableName("main", "written", "t")])
    [profile] = profile_sources(ws, sources)
    assert isinstance(profile, Profile)
    design = propose_design(sources, [profile], Settings("p", "main", "s"))
    [entity] = design.entities
    selected = ", ".join(
        f"{sql} AS {quote_identifier(name)}" for name, sql in silver_expressions(entity).items()
    )
    table = ws.query(f"SELECT {selected} FROM main.written.t ORDER BY row_number_")
    yield Written(design, table.to_pylist(), count_broken_rows(ws, entity))
    ws.close()


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


def test_no_value_is_lost_without_being_counted(written: Written) -> None:
    assert {name: count for name, count in written.broken.items() if count} == {
        "with_gaps_given": 1,
        "with_dashes_given": texts("with_dashes").count("-"),
    }
