"""Schemas as text, filled with seeded rows: one table a line.

    D customer 500: customer_id pk | name name | city word 40
    F sale 4000: sale_id pk | customer_id fk customer | sold_at ts | amount money

The letter is the role that an expert would give (Fact, Dimension, Bridge, Other; - for none), the
number the rows; a line that starts with ``|`` goes on with the one above. ``*`` before a column
makes it part of a composite key. What a column holds:

- ``pk [START [STEP]]`` counts; ``code N`` is a unique text of N letters, ``digits N`` one of N
  digits with leading zeros, ``uuid`` and ``hash`` ones of 36 and 32 characters, ``label`` two
  words; ``day`` is one day after the other,
- ``fk T`` is T's key, ``fk T.C`` another column of T; ``via F.C`` the column C of the row that the
  column F picked; ``link T.C`` values of C that are no reference in the truth,
- ``seq P [STEP]`` numbers the rows within a value of the column P; ``of C N`` is one of N words
  that the value of C decides; ``same C`` is C's value,
- ``int A B``, ``float A B``, ``money``, ``word N``, ``name``, ``text``, ``bool``, ``date``, ``ts``,
  ``null``, ``const X``; ``ymd`` is a day as a number, ``isoday``, ``isots`` and ``time`` are text,
- ``later C N`` is at most N days after the date C.

``?`` after the kind leaves three of ten rows without a value. A line ``R a(x, y) -> b(v, w)`` adds
a reference of several columns to the truth.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count

from medallion_core.model import Scalar

Rows = dict[str, list[Scalar | None]]
Row = dict[str, Scalar | None]
Reference = tuple[str, tuple[str, ...], str, tuple[str, ...]]

MAX_ROWS = 3000
"""Rows of a table; more would make the tests slow and nothing else."""

GAPS = 0.3
FIRST_DAY = date(2021, 1, 1)
REFERENCE = re.compile(r"R (\w+)\((.*?)\) -> (\w+)\((.*?)\)")
UNIQUE = ("pk", "code", "digits", "uuid", "hash", "label", "day")
DERIVED = ("via", "seq", "of", "same", "later")


@dataclass(frozen=True)
class Spec:
    """A column: what it holds, the words after that, and what the signs around it say."""

    kind: str
    words: tuple[str, ...]
    in_key: bool
    has_gaps: bool


@dataclass(frozen=True)
class TableSpec:
    role: str
    rows: int
    columns: dict[str, Spec]

    @property
    def key(self) -> tuple[str, ...]:
        parts = tuple(name for name, spec in self.columns.items() if spec.in_key)
        return parts or tuple(n for n, spec in self.columns.items() if spec.kind in UNIQUE)[:1]


@dataclass
class Parsed:
    tables: dict[str, TableSpec] = field(default_factory=dict)
    composite: list[Reference] = field(default_factory=list)

    def target(self, words: tuple[str, ...]) -> tuple[str, str]:
        """Table and column that ``fk T`` or ``fk T.C`` names."""
        table, _, column = words[0].partition(".")
        return table, column or self._own_key(table)

    def _own_key(self, table: str) -> str:
        spec = self.tables[table]
        own = [name for name in spec.key if spec.columns[name].kind not in ("fk", "via")]
        return (own or list(spec.key))[0]

    def references(self) -> set[Reference]:
        found = set(self.composite)
        for table, spec in self.tables.items():
            for name, column in spec.columns.items():
                if column.kind == "fk":
                    parent, key = self.target(column.words)
                    found.add((table, (name,), parent, (key,)))
        return found


def parse(text: str) -> Parsed:
    parsed = Parsed()
    for line in re.sub(r"\s*\n\s*\|", " |", text.strip()).splitlines():
        if match := REFERENCE.match(line.strip()):
            child, columns, parent, theirs = match.groups()
            parsed.composite.append((child, _listed(columns), parent, _listed(theirs)))
        elif line.strip():
            head, _, body = line.partition(":")
            role, table, rows = head.split()
            columns_of = dict(_column(part) for part in body.split("|"))
            parsed.tables[table] = TableSpec(role, min(int(rows), MAX_ROWS), columns_of)
    return parsed


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


def _column(text: str) -> tuple[str, Spec]:
    name, kind, *words = text.split()
    spec = Spec(kind.rstrip("?"), tuple(words), name.startswith("*"), kind.endswith("?"))
    return name.lstrip("*"), spec


class Filler:
    """Fills tables row by row, a parent before what refers to it; a table that refers to itself
    picks among its rows so far."""

    def __init__(self, parsed: Parsed, seed: int) -> None:
        self._parsed = parsed
        self._seed = seed
        self.tables: dict[str, Rows] = {}
        self._begun: set[str] = set()

    def fill(self) -> dict[str, Rows]:
        for table in self._parsed.tables:
            self._fill(table)
        return {table: self.tables[table] for table in self._parsed.tables}

    def _fill(self, table: str) -> None:
        if table in self._begun:
            return
        self._begun.add(table)
        spec = self._parsed.tables[table]
        for column in spec.columns.values():
            if column.kind in ("fk", "link"):
                self._fill(self._parsed.target(column.words)[0])
        maker = _RowMaker(self, table, spec, random.Random(f"{self._seed}{table}"))
        rows = self.tables[table] = {name: [] for name in spec.columns}
        for row in maker.rows():
            for name, value in row.items():
                rows[name].append(value)

    def pick(self, words: tuple[str, ...], chance: random.Random) -> tuple[str, int, Scalar | None]:
        """A row of the table that is referred to, and its value."""
        table, column = self._parsed.target(words)
        values = self.tables.get(table, {}).get(column, [])
        if not values:
            return table, 0, self._ahead(table, column, chance)
        number = int(chance.random() * len(values))
        return table, number, values[number]

    def _ahead(self, table: str, column: str, chance: random.Random) -> Scalar | None:
        """What a table that is not filled yet will hold: two that refer to each other."""
        spec = self._parsed.tables[table]
        maker = _RowMaker(self, table, spec, chance)
        return maker.plain(spec.columns[column], int(chance.random() * spec.rows), {})


class _RowMaker:
    def __init__(self, filler: Filler, table: str, spec: TableSpec, chance: random.Random) -> None:
        self._filler = filler
        self._table = table
        self._spec = spec
        self._chance = chance
        self._numbers: defaultdict[tuple[str, Scalar | None], int] = defaultdict(int)
        self._picked: dict[str, tuple[str, int]] = {}

    def rows(self) -> list[Row]:
        parts = [name for name, spec in self._spec.columns.items() if spec.in_key]
        found: list[Row] = []
        seen: set[tuple[Scalar | None, ...]] = set()
        for attempt in count():
            if len(found) == self._spec.rows or attempt > 20 * self._spec.rows:
                return found
            row = self._row(len(found))
            key = tuple(row[part] for part in parts) if parts else (attempt,)
            if key not in seen:
                seen.add(key)
                found.append(row)
        return found

    def _row(self, number: int) -> Row:
        """What depends on other columns is made last."""
        row: Row = dict.fromkeys(self._spec.columns)
        for later in (False, True):
            for name, spec in self._spec.columns.items():
                if (spec.kind in DERIVED) is later:
                    row[name] = self._value(name, spec, number, row)
        return row

    def _value(self, name: str, spec: Spec, number: int, row: Row) -> Scalar | None:
        if spec.has_gaps and self._chance.random() < GAPS:
            self._picked.pop(name, None)
            return None
        if spec.kind in ("fk", "link"):
            table, chosen, value = self._filler.pick(spec.words, self._chance)
            self._picked[name] = (table, chosen)
            return value
        if spec.kind == "via":
            picked, _, column = spec.words[0].partition(".")
            if picked not in self._picked:
                return None
            table, chosen = self._picked[picked]
            return self._filler.tables[table][column][chosen]
        if spec.kind == "seq":
            self._numbers[name, row[spec.words[0]]] += 1
            step = int(spec.words[1]) if len(spec.words) > 1 else 1
            return step * self._numbers[name, row[spec.words[0]]]
        return self.plain(spec, number, row)

    def plain(self, spec: Spec, number: int, row: Row) -> Scalar | None:
        """A value that needs no other table."""
        words, chance = spec.words, self._chance
        if spec.kind in UNIQUE:
            return _unique(spec.kind, words, number, self._table)
        if spec.kind == "of":
            return word(random.Random(str(row[words[0]])).randrange(int(words[1])) * 7)
        if spec.kind == "same":
            return row[words[0]]
        if spec.kind == "later":
            return _later(row[words[0]], chance.random() * float(words[1]))
        return RANDOM[spec.kind](chance, words)


def _unique(kind: str, words: tuple[str, ...], number: int, table: str) -> Scalar:
    match kind:
        case "pk":
            return number * int(words[1] if len(words) > 1 else 1) + int(words[0] if words else 1)
        case "code":
            return code(number, int(words[0]), table)
        case "digits":
            return f"{number * 7 + 1000:0{words[0]}}"
        case "label":
            return f"{word(number // 60 * 7).title()} {word(number % 60 * 11).title()}"
        case "uuid" | "hash":
            digits = f"{random.Random(f'{table}{number}').getrandbits(128):032x}"
            parts = [digits[a:b] for a, b in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))]
            return "-".join(parts) if kind == "uuid" else digits
    return FIRST_DAY + timedelta(days=number)


def _later(start: Scalar | None, days: float) -> Scalar | None:
    if isinstance(start, datetime):
        return start + timedelta(seconds=int(days * 86400))
    return start + timedelta(days=int(days)) if isinstance(start, date) else None


def _date(chance: random.Random) -> date:
    return FIRST_DAY + timedelta(days=chance.randrange(900))


def _time(chance: random.Random) -> datetime:
    return datetime(2021, 1, 1) + timedelta(seconds=chance.randrange(90_000_000))


RANDOM: dict[str, Callable[[random.Random, tuple[str, ...]], Scalar | None]] = {
    "int": lambda c, w: c.randint(int(w[0]), int(w[1])),
    "float": lambda c, w: c.uniform(float(w[0]), float(w[1])),
    "money": lambda c, w: round(c.lognormvariate(3, 1), 2),
    "name": lambda c, w: f"{word(c.randrange(400)).title()} {word(c.randrange(400)).title()}",
    "text": lambda c, w: " ".join(word(c.randrange(4000)) for _ in range(8)),
    "word": lambda c, w: word(c.randrange(int(w[0])) * 7),
    "bool": lambda c, w: c.random() < 0.5,
    "date": lambda c, w: _date(c),
    "ts": lambda c, w: _time(c),
    "null": lambda c, w: None,
    "const": lambda c, w: int(w[0]) if w[0].isdigit() else w[0],
    "ymd": lambda c, w: int(f"{_date(c):%Y%m%d}"),
    "isoday": lambda c, w: _date(c).isoformat(),
    "isots": lambda c, w: _time(c).isoformat() + "Z",
    "time": lambda c, w: f"{c.randrange(4, 27):02}:{c.randrange(60):02}:00",
}


def code(number: int, length: int, table: str) -> str:
    """Letters, others in every table, the same number always the same."""
    letters, digits = "ABCDEFGHJKLMNPQRSTUVWXYZ", []
    mixed = number * 7919 + sum(map(ord, table)) * 104_729
    mixed %= len(letters) ** length
    for _ in range(length):
        mixed, rest = divmod(mixed, len(letters))
        digits.append(letters[rest])
    return "".join(digits)


def word(number: int) -> str:
    vowels, consonants = "aeiou", "bcdfgklmnprstvz"
    parts = []
    for _ in range(3):
        number, rest = divmod(number * 31 + 17, 75)
        parts.append(consonants[rest % 15] + vowels[rest % 5])
        number += rest
    return "".join(parts)
