"""The check in the pipeline itself that no two rows of a table share a key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from medallion_core.generate.gold import View, read_own, select, union, view
from medallion_core.generate.python import Call, Code
from medallion_core.generate.render import render
from medallion_core.model import Design
from medallion_core.tables import names
from medallion_core.tables.proofs import KeyCheck, key_check_columns
from medallion_core.text import sql

CHECKS_KEYS = "Keys of dimensions that more than one row has: none, or the update fails."


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCheckFile:
    """The keys of all dimensions, counted."""

    template: ClassVar = "src/gold/key_check.py"
    table: View
    first: Code
    unions: tuple[Call, ...]


def key_check_file(design: Design, check: KeyCheck) -> str:
    """The source text of ``src/gold/key_check.py``."""
    first, *others = (select(read_own(design, t), _held_key(t, key)) for t, key in check.keys)
    return render(
        KeyCheckFile(
            table=view(names.KEY_CHECK, CHECKS_KEYS, key_check_columns()),
            first=first,
            unions=union(others),
        )
    )


def _held_key(table: str, key: str) -> tuple[str, ...]:
    return f"{sql.string(table)} AS dimension", f"CAST({sql.name(key)} AS BIGINT) AS shared_key"
