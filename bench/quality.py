"""How far a proposal agrees with the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.datasets import Truth, canonical, tells_apart


@dataclass(frozen=True)
class Quality:
    """``keys`` counts tables whose key is exactly the declared one; ``keys_or_grain`` also those
    that declare none and got one that tells their rows apart. ``faults`` name what is wrong."""

    precision: float
    recall: float
    keys: int
    keys_or_grain: int
    tables: int
    roles: int
    roles_known: int
    faults: tuple[str, ...]

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def measure(truth: Truth, proposal: dict[str, Any], data: Path) -> Quality:
    """References count where columns and direction are exactly right; those that the data do not
    support count neither way. A table without a true role is left out of the roles. ``data`` is
    the folder of the tables, whose rows a key that is not declared has to tell apart."""
    found = {canonical(*row[:4]) for row in proposal["references"]} - truth.unsupported
    right = len(found & truth.references)
    tables = {name.lower(): facts for name, facts in proposal["tables"].items()}
    keys = {
        table: frozenset(column.lower() for column in facts["key"])
        for table, facts in tables.items()
    }
    exact = {t for t, key in truth.keys.items() if keys[t] == key}
    undeclared = [table for table, key in truth.keys.items() if not key]
    roles = {t for t, role in truth.roles.items() if tables[t]["role"] == role}
    return Quality(
        right / len(found) if found else 0.0,
        right / len(truth.references),
        len(exact),
        len(exact | {t for t in undeclared if tells_apart(data / f"{t}.parquet", keys[t])}),
        len(truth.keys),
        len(roles),
        len(truth.roles),
        (
            *(f"missing {_arrow(r)}" for r in sorted(truth.references - found)),
            *(f"wrong {_arrow(r)}" for r in sorted(found - truth.references)),
            *(f"key of {t}: {sorted(keys[t])}" for t in sorted(truth.keys.keys() - exact)),
            *(f"role of {t}: {tables[t]['role']}" for t in sorted(truth.roles.keys() - roles)),
        ),
    )


def _arrow(reference: Sequence[Any]) -> str:
    table, columns, parent, parent_columns = reference
    return f"{table}({', '.join(columns)}) -> {parent}({', '.join(parent_columns)})"


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
