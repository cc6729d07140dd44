"""Data sets with known keys, references and roles, and harder variants of them.

A data set is a folder of parquet files with a ``truth.json``:
``{"tables": {name: {"pk": […], "role": "fact" | … | null}}, "fks": [[table, columns, parent,
parent_columns]], "fks_unsupported": [[reference, …]]}``.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import md5
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

ORPHANED = 0.05
"""Share of the rows whose foreign key loses its parent."""

Reference = tuple[str, tuple[str, ...], str, tuple[str, ...]]


@dataclass(frozen=True)
class Truth:
    """Names in lower case, as a catalog keeps them; references with their columns sorted.
    ``unsupported`` are declared, but the data neither prove nor refute them."""

    keys: dict[str, frozenset[str]] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    references: frozenset[Reference] = frozenset()
    unsupported: frozenset[Reference] = frozenset()


def read_truth(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / "truth.json").read_text())
    return document


def truth_of(document: dict[str, Any], names: dict[tuple[str, str], str]) -> Truth:
    """The truth in the names of a variant; ``names`` maps (table, column) to the new column."""
    tables = document["tables"]
    return Truth(
        {
            table_name(t): frozenset(names[t, c].lower() for c in facts["pk"])
            for t, facts in tables.items()
        },
        {table_name(t): facts["role"] for t, facts in tables.items() if facts["role"]},
        frozenset(_reference(r, names) for r in document["fks"]),
        frozenset(_reference(r[0], names) for r in document["fks_unsupported"]),
    )


def _reference(raw: Sequence[Any], names: dict[tuple[str, str], str]) -> Reference:
    table, columns, parent, parent_columns = raw
    child = [names[table, column] for column in columns]
    return canonical(
        table_name(table), child, table_name(parent), [names[parent, c] for c in parent_columns]
    )


def canonical(
    table: str, columns: Sequence[str], parent: str, parent_columns: Sequence[str]
) -> Reference:
    """Lower case, the pairs of columns in order."""
    pairs = sorted((c.lower(), p.lower()) for c, p in zip(columns, parent_columns, strict=True))
    return table.lower(), tuple(c for c, _ in pairs), parent.lower(), tuple(p for _, p in pairs)


def tells_apart(file: Path, columns: frozenset[str]) -> bool:
    """Whether each row of a parquet file has values of its own in ``columns`` (in lower case)."""
    table = pq.read_table(file)
    key = table.select([name for name in table.column_names if name.lower() in columns])
    distinct = key.group_by(key.column_names).aggregate([])
    complete = not any(column.null_count for column in key.columns)
    return bool(columns) and complete and distinct.num_rows == table.num_rows


def table_name(table: str) -> str:
    """Lower case; without a word that gives its role away."""
    return table.lower().replace("_fact", "")


def write_variant(source: Path, target: Path, variant: str) -> Truth:
    """Writes the tables of ``source`` as ``variant`` ("plain", "noise", "orphans", "text"), tells
    the truth about them. The same source gives the same files."""
    document = read_truth(source)
    target.mkdir(parents=True)
    names: dict[tuple[str, str], str] = {}
    for path in sorted(source.glob("*.parquet")):
        table = pq.read_table(path)
        renamed = [_noise(path.stem, c) if variant == "noise" else c for c in table.column_names]
        names |= {(path.stem, c): n for c, n in zip(table.column_names, renamed, strict=True)}
        if variant == "orphans":
            table = _orphaned(path.stem, table, document)
        if variant == "text":
            table = _as_text(table)
        pq.write_table(table.rename_columns(renamed), target / f"{table_name(path.stem)}.parquet")
    return truth_of(document, names)


def _as_text(table: pa.Table) -> pa.Table:
    """All columns as the text that a person would see."""
    return pa.table({name: table.column(name).cast(pa.string()) for name in table.column_names})


def _noise(table: str, column: str) -> str:
    return "c" + md5(f"{table}.{column}".encode(), usedforsecurity=False).hexdigest()[:6]


def _orphaned(name: str, table: pa.Table, document: dict[str, Any]) -> pa.Table:
    columns = {c for child, own, _, _ in document["fks"] if child == name for c in own}
    for column in sorted(columns & set(table.column_names)):
        position = table.column_names.index(column)
        values = table.column(column).to_pylist()
        changed = pa.array(
            _with_orphans(f"{name}.{column}", values), table.schema.field(column).type
        )
        table = table.set_column(position, column, changed)
    return table


def _with_orphans(seed: str, values: list[Any]) -> list[Any]:
    """Every twentieth value or so points nowhere; dates and the like stay as they are."""
    chance = random.Random(seed)  # noqa: S311
    present = [value for value in values if value is not None]
    if not present or not isinstance(present[0], int | str):
        return values
    return [
        _nowhere(present, chance) if value is not None and chance.random() < ORPHANED else value
        for value in values
    ]


def _nowhere(present: list[Any], chance: random.Random) -> int | str:
    if isinstance(present[0], int):
        return int(max(present)) + chance.randrange(1_000, 1_100)
    return f"zz{chance.randrange(100)}"
