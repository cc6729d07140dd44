"""Tables in memory: what the proposal needs of a workspace, for tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from medallion_core.model import Column, Profile, Scalar, Source, TableLocation, TableName
from medallion_core.propose.checks import InclusionCheck, KeyCheck
from tests.propose.in_memory import as_text, comparable, profile_column, ratio
from tests.propose.language import Filler, Reference, Rows, parse

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
    sampled: dict[str, int] = field(default_factory=dict)
    """Each how many-th row of a table is profiled, where not all are."""
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
        rows, step = self.tables[table], self.sampled.get(table, 1)
        count = max((len(values[::step]) for values in rows.values()), default=0)
        columns = self.source(table).columns
        known = tuple(profile_column(c, Counter(rows[c.name][::step])) for c in columns)
        whole = max(len(values) for values in rows.values()) if step > 1 else None
        return Profile(count, known, table_rows=whole)

    def unique_keys(self, checks: Sequence[KeyCheck]) -> list[tuple[bool, ...]]:
        return [
            tuple(_is_unique(self._as_in_silver(check, columns)) for columns in check.candidates)
            for check in checks
        ]

    def distinct_counts(self, checks: Sequence[KeyCheck]) -> list[tuple[int, ...] | None]:
        return [
            tuple(len(set(self._as_in_silver(check, columns))) for columns in check.candidates)
            for check in checks
        ]

    def inclusion_ratios(self, checks: Sequence[InclusionCheck]) -> list[float | None]:
        self.rounds += 1
        return [
            ratio(
                Counter(v for v in self._read(check) if None not in v),
                set(self._values(check.parent, check.parent_columns)),
                check.forms,
            )
            for check in checks
        ]

    def _read(self, check: InclusionCheck) -> list[tuple[Scalar | None, ...]]:
        """The child's values: of a big table those of a sample, unless all are asked."""
        step = 1 if check.whole else self.sampled.get(check.child.name, 1)
        return self._values(check.child, check.columns)[::step]

    def _as_in_silver(
        self, check: KeyCheck, columns: Sequence[str]
    ) -> list[tuple[Scalar | None, ...]]:
        padded = [column in check.padded for column in columns]
        return [
            tuple(
                value.strip() if is_padded and isinstance(value, str) else value
                for value, is_padded in zip(row, padded, strict=True)
            )
            for row in self._values(check.source, columns)
        ]

    def _values(self, source: Source, columns: Sequence[str]) -> list[tuple[Scalar | None, ...]]:
        rows = self.tables[source.name]
        return list(zip(*(map(comparable, rows[column]) for column in columns), strict=True))

    def as_text(self) -> Memory:
        """The same tables with every value as the text that a person would see."""
        return Memory(
            {t: {c: [*map(as_text, v)] for c, v in r.items()} for t, r in self.tables.items()},
            self.keys,
            self.roles,
            self.references,
        )


def _is_unique(values: list[tuple[Scalar | None, ...]]) -> bool:
    return len(set(values)) == len(values) and all(None not in value for value in values)


def _type(values: list[Scalar | None]) -> str:
    first = next((value for value in values if value is not None), "")
    return "timestamp" if isinstance(first, datetime) else TYPES[type(first)]


def schema(text: str, seed: int = 7) -> Memory:
    """Reads and fills a schema of ``language``."""
    parsed = parse(text)
    return Memory(
        Filler(parsed, seed).fill(),
        {table: spec.key for table, spec in parsed.tables.items()},
        {t: ROLES[spec.role] for t, spec in parsed.tables.items() if spec.role in ROLES},
        parsed.references(),
    )


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
    return Score(
        f1,
        len(keys) / max(1, len(keyed)),
        len(roles) / max(1, len(truth.roles)),
        tuple(faults),
    )


def _sorted(reference: Sequence[object]) -> Reference:
    table, columns, parent, parent_columns, _ = reference
    pairs = sorted(zip(columns, parent_columns, strict=True))  # type: ignore[call-overload]
    return str(table), tuple(p[0] for p in pairs), str(parent), tuple(p[1] for p in pairs)
