"""How many of today's rows break each rule: told before anything is deployed."""

from __future__ import annotations

from dataclasses import dataclass

from medallion_core.generate.silver import broken, silver_expressions
from medallion_core.identifiers import quote_identifier
from medallion_core.model import Entity
from medallion_core.relation import relation
from medallion_core.workspace import Workspace


@dataclass(frozen=True, slots=True)
class BrokenRows:
    """Rows of the source today, and for each rule's name how many of them break it."""

    row_count: int
    broken: dict[str, int]


def count_broken_rows(ws: Workspace, entity: Entity) -> BrokenRows:
    """One statement per location that the entity reads, for all its rules together.

    The columns are computed as the generated silver computes them. Raises MedallionError where a
    condition does not parse or a location cannot be read by SQL.
    """
    totals = [0] * (len(entity.rules) + 1)
    for location in entity.reads:
        [row] = ws.query(_statement(entity, relation(location))).to_pylist()
        totals = [total + count for total, count in zip(totals, row.values(), strict=True)]
    names = (rule.name for rule in entity.rules)
    return BrokenRows(totals[0], dict(zip(names, totals[1:], strict=True)))


def _statement(entity: Entity, source: str) -> str:
    columns = ", ".join(
        f"{expression} AS {quote_identifier(name)}"
        for name, expression in silver_expressions(entity).items()
    )
    counts = [f"count_if({broken(rule)}) AS r{i}" for i, rule in enumerate(entity.rules)]
    listed = ", ".join(["count(*) AS row_count", *counts])
    return f"SELECT {listed}\nFROM (SELECT {columns} FROM {source})"
