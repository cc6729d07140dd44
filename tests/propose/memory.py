"""Tables in memory: what the proposal needs of a workspace, for tests.

A schema is written as text, one table a line, and filled with seeded rows::

    D customer 500: customer_id pk | name name | city word 40
    F sale 4000: sale_id pk | customer_id fk customer | sold_at ts | amount money

The letter is the role that an expert would give (Fact, Dimension, Bridge, Other; - for none),
the number the rows. ``pk`` counts from 1, ``code`` is a unique short text, ``fk T`` one of T's
keys, ``fk? T`` the same with gaps, ``*`` before a column makes it part of a composite key.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from medallion_core.model import (
    CastShare,
    Column,
    ColumnProfile,
    Profile,
    Scalar,
    Source,
    TableLocation,
    TableName,
    ValueCount,
)
from medallion_core.propose.checks import InclusionCheck, KeyCheck

Rows = dict[str, list[Scalar | None]]
Reference = tuple[str, tuple[str, ...], str, tuple[str, ...]]

MAX_ROWS = 3000
"""Rows of a table; more would make the tests slow and nothing else."""

ROLES = {"F": "fact", "D": "dimension", "B": "bridge", "O": "other"}
TYPES = {bool: "boolean", int: "bigint", float: "double", str: "string", date: "date"}


@dataclass
class Memory:
    """Tables with their truth; answers checks as a warehouse would."""

    tables: dict[str, Rows] = field(default_factory=dict)
    keys: dict[str, tuple[str, ...]] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    references: set[Reference] = field(default_factory=set)
    types: dict[tuple[str, str], str] = field(default_factory=dict)
    rounds: int = 0
    """How often values were compared."""

    def sources(self) -> list[Source]:
        return [self.source(name) for name in self.tables]

    def profiles(self) -> list[Profile | None]:
        return [self.profile(name) for name in self.tables]

    def source(self, table: str) -> Source:
        columns = tuple(
            Column(name, self.types.get((table, name)) or _type(values))
            for name, values in self.tables[table].items()
        )
        return Source(TableLocation(TableName("c", "s", table)), columns)

    def profile(self, table: str) -> Profile:
        rows = self.tables[table]
        count = max((len(values) for values in rows.values()), default=0)
        return Profile(count, tuple(_profile(name, values) for name, values in rows.items()))

    def unique_keys(self, checks: Sequence[KeyCheck]) -> list[tuple[bool, ...]]:
        return [
            tuple(_is_unique(self._values(check.source, columns)) for columns in check.candidates)
            for check in checks
        ]

    def inclusion_ratios(self, checks: Sequence[InclusionCheck]) -> list[float | None]:
        self.rounds += 1
        return [
            _ratio(
                self._values(check.child, check.columns),
                self._values(check.parent, check.parent_columns),
            )
            for check in checks
        ]

    def _values(self, source: Source, columns: Sequence[str]) -> list[tuple[Scalar | None, ...]]:
        rows = self.tables[source.name]
        return list(zip(*(rows[column] for column in columns), strict=True))


def _is_unique(values: list[tuple[Scalar | None, ...]]) -> bool:
    return len(set(values)) == len(values) and all(None not in value for value in values)


def _ratio(
    child: list[tuple[Scalar | None, ...]], parent: list[tuple[Scalar | None, ...]]
) -> float | None:
    present = [value for value in child if None not in value]
    known = set(parent)
    return sum(value in known for value in present) / len(present) if present else None


def _type(values: list[Scalar | None]) -> str:
    first = next((value for value in values if value is not None), "")
    return "timestamp" if isinstance(first, datetime) else TYPES[type(first)]


def _profile(name: str, values: list[Scalar | None]) -> ColumnProfile:
    present = [value for value in values if value is not None]
    counts = Counter(present)
    texts = [value for value in present if isinstance(value, str)]
    filled = [text for text in texts if text.strip()]
    numbers = [value for value in present if isinstance(value, int | float)]
    return ColumnProfile(
        name,
        len(values) - len(present),
        len(counts),
        distinct_is_exact=True,
        minimum=min(present, default=None),
        maximum=max(present, default=None),
        negative_count=sum(value < 0 for value in numbers),
        blank_count=len(texts) - len(filled),
        untrimmed_count=sum(text != text.strip() for text in filled),
        min_length=min(map(len, texts), default=None),
        max_length=max(map(len, texts), default=None),
        frequent=tuple(ValueCount(value, count) for value, count in counts.most_common(10)),
        casts=_casts(filled),
    )


def _casts(texts: list[str]) -> tuple[CastShare, ...]:
    if not texts:
        return ()
    whole = sum(text.strip().lstrip("-").isdigit() for text in texts) / len(texts)
    day = sum(_is_day(text.strip()) for text in texts) / len(texts)
    return (CastShare("bigint", whole), CastShare("date", day))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


# ── Schemas from text ────────────────────────────────────────────────────────────────────────


def schema(text: str, seed: int = 7) -> Memory:
    """Reads and fills a schema; tables may refer to tables further down, and a line that starts
    with ``|`` goes on with the one above."""
    made = Memory()
    joined = re.sub(r"\s*\n\s*\|", " |", text.strip())
    parsed = [_parse(line.strip()) for line in joined.splitlines()]
    parsed = [(r, table, min(count, MAX_ROWS), columns) for r, table, count, columns in parsed]
    counts = {table: count for _, table, count, _ in parsed}
    specs = {table: columns for _, table, _, columns in parsed}
    for role, table, count, columns in parsed:
        if role in ROLES:
            made.roles[table] = ROLES[role]
        made.tables[table] = _fill(table, count, columns, specs, counts, seed)
        made.keys[table] = _key(columns)
        for name, (kind, *rest) in columns.items():
            if kind in ("fk", "fk?"):
                target = rest[0]
                parent_key = next(n for n in _key(specs[target]) if "fk" not in specs[target][n][0])
                made.references.add((table, (name.lstrip("*"),), target, (parent_key,)))
    return made


Columns = dict[str, list[str]]


def _parse(line: str) -> tuple[str, str, int, Columns]:
    head, _, body = line.partition(":")
    role, table, count = head.split()
    columns = {part.split()[0]: part.split()[1:] for part in body.split("|")}
    return role, table, int(count), columns


def _key(columns: Columns) -> tuple[str, ...]:
    parts = tuple(name.lstrip("*") for name in columns if name.startswith("*"))
    single = tuple(name for name, (kind, *_) in columns.items() if kind in ("pk", "code"))
    return parts or single[:1]


def _fill(
    table: str,
    count: int,
    columns: Columns,
    specs: dict[str, Columns],
    counts: dict[str, int],
    seed: int,
) -> Rows:
    chance = random.Random(f"{seed}{table}")
    rows: Rows = {name.lstrip("*"): [] for name in columns}
    seen: set[tuple[Scalar | None, ...]] = set()
    parts = [name.lstrip("*") for name in columns if name.startswith("*")]
    number = 0
    while number < count and len(seen) < 20 * count + 20:
        row = {
            name.lstrip("*"): _value(table, column, number, chance, specs, counts)
            for name, column in columns.items()
        }
        key = tuple(row[part] for part in parts) if parts else (number,)
        if key in seen:
            seen.add((*key, len(seen)))
            continue
        seen.add(key)
        number += 1
        for name, value in row.items():
            rows[name].append(value)
    return rows


def _value(
    table: str,
    spec: list[str],
    number: int,
    chance: random.Random,
    specs: dict[str, Columns],
    counts: dict[str, int],
) -> Scalar | None:
    kind, *rest = spec
    if kind.endswith("?"):
        if chance.random() < 0.3:
            return None
        kind = kind[:-1]
    if kind == "fk":
        return _key_value(rest[0], specs, counts, chance)
    return _plain_value(kind, [*rest, table] if kind == "code" else rest, number, chance)


def _key_value(
    target: str, specs: dict[str, Columns], counts: dict[str, int], chance: random.Random
) -> Scalar | None:
    name = next(n for n in specs[target] if n.lstrip("*") == _key(specs[target])[0])
    kind, *rest = specs[target][name]
    if kind == "fk":
        return _key_value(rest[0], specs, counts, chance)
    number = int(chance.random() * counts[target])
    return _plain_value(kind, [*rest, target] if kind == "code" else rest, number, chance)


def _plain_value(kind: str, rest: list[str], number: int, chance: random.Random) -> Scalar | None:
    day = date(2021, 1, 1)
    match kind:
        case "pk":
            return number * int(rest[1] if len(rest) > 1 else 1) + int(rest[0] if rest else 1)
        case "code":
            return _code(number, int(rest[0]), rest[1])
        case "int":
            return chance.randint(int(rest[0]), int(rest[1]))
        case "money":
            return round(chance.lognormvariate(3, 1), 2)
        case "float":
            return chance.uniform(float(rest[0]), float(rest[1]))
        case "name":
            return f"{_word(chance.randrange(400)).title()} {_word(chance.randrange(400)).title()}"
        case "text":
            return " ".join(_word(chance.randrange(4000)) for _ in range(8))
        case "word":
            return _word(chance.randrange(int(rest[0])) * 7)
        case "bool":
            return chance.random() < 0.5
        case "day":
            return day + timedelta(days=number)
        case "date":
            return day + timedelta(days=chance.randrange(900))
        case "ts":
            return datetime(2021, 1, 1) + timedelta(seconds=chance.randrange(90_000_000))
        case "null":
            return None
    raise ValueError(kind)


def _code(number: int, length: int, table: str) -> str:
    """Letters, others in every table, the same number always the same."""
    letters, digits = "ABCDEFGHJKLMNPQRSTUVWXYZ", []
    mixed = number * 7919 + sum(map(ord, table)) * 104_729
    mixed %= len(letters) ** length
    for _ in range(length):
        mixed, rest = divmod(mixed, len(letters))
        digits.append(letters[rest])
    return "".join(digits)


def _word(number: int) -> str:
    vowels, consonants = "aeiou", "bcdfgklmnprstvz"
    parts = []
    for _ in range(3):
        number, rest = divmod(number * 31 + 17, 75)
        parts.append(consonants[rest % 15] + vowels[rest % 5])
        number += rest
    return "".join(parts)


# ── Measuring a proposal ─────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Score:
    """Ratios 0 to 1, and what was wrong, for the message of a failing test."""

    f1: float
    keys: float
    roles: float
    faults: tuple[str, ...]


def known_schemas() -> dict[str, str]:
    """Schemas shaped after well-known public ones, from memory, by name."""
    folder = Path(__file__).parent / "schemas"
    return {path.stem: path.read_text() for path in sorted(folder.glob("*.txt"))}


def score(truth: Memory, proposal: dict[str, object]) -> Score:
    tables = proposal["tables"]
    found = {_sorted(r) for r in proposal["references"]}  # type: ignore[attr-defined]
    wanted = {_sorted((*r, 1.0)) for r in truth.references}
    right = len(found & wanted)
    f1 = 2 * right / (len(found) + len(wanted)) if wanted else float(not found)
    keyed = {t: k for t, k in truth.keys.items() if k}
    keys = {t for t, key in keyed.items() if set(tables[t]["key"]) == set(key)}  # type: ignore[index]
    roles = {t for t, role in truth.roles.items() if tables[t]["role"] == role}  # type: ignore[index]
    faults = [f"missing {r}" for r in sorted(wanted - found)]
    faults += [f"wrong {r}" for r in sorted(found - wanted)]
    faults += [f"key of {t}: {tables[t]['key']}" for t in sorted(keyed.keys() - keys)]  # type: ignore[index]
    faults += [f"role of {t}: {tables[t]['role']}" for t in sorted(truth.roles.keys() - roles)]  # type: ignore[index]
    return Score(f1, len(keys) / len(keyed), len(roles) / max(1, len(truth.roles)), tuple(faults))


def _sorted(reference: Sequence[object]) -> Reference:
    table, columns, parent, parent_columns, _ = reference
    pairs = sorted(zip(columns, parent_columns, strict=True))  # type: ignore[call-overload]
    return str(table), tuple(p[0] for p in pairs), str(parent), tuple(p[1] for p in pairs)
