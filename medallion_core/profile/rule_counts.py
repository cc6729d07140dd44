"""How many of today's rows break each rule: told before anything is deployed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from medallion_core.model import Entity, Location, RuleAction
from medallion_core.tables.columns import RESCUED, has_rescued_data
from medallion_core.tables.silver import broken, silver_expressions
from medallion_core.tables.sources import kind_of
from medallion_core.text.identifiers import quote_identifier
from medallion_core.workspace import Workspace


@dataclass(frozen=True, slots=True)
class BrokenRows:
    """Rows of the source today, and for each rule's name how many of them break it.

    ``quarantined`` rows are kept out of silver and shown, ``dropped`` ones are in neither table.
    """

    row_count: int
    broken: dict[str, int]
    quarantined: int = 0
    dropped: int = 0

    @property
    def passed(self) -> int:
        """Rows that reach silver, before it keeps one of each key."""
        return self.row_count - self.quarantined - self.dropped


def _silent(_: str) -> None:
    """Nobody listens."""


def count_broken_rows(
    ws: Workspace, entity: Entity, tell: Callable[[str], object] = _silent
) -> BrokenRows:
    """One statement per location that the entity reads, for all its rules together. ``tell`` hears
    of each before it is sent.

    The columns are computed as the generated silver computes them. Raises MedallionError where a
    condition does not parse or a location cannot be read by SQL.
    """
    totals = [0] * (len(entity.rules) + 3)
    for location in entity.reads:
        tell(f"Counting in {kind_of(location).location_name}")
        [row] = ws.query(_statement(entity, location)).to_pylist()
        totals = [total + count for total, count in zip(totals, row.values(), strict=True)]
    rows, quarantined, dropped, *counts = totals
    names = (rule.name for rule in entity.rules)
    return BrokenRows(rows, dict(zip(names, counts, strict=True)), quarantined, dropped)


def _statement(entity: Entity, location: Location) -> str:
    columns = ", ".join(
        f"{expression} AS {quote_identifier(name)}"
        for name, expression in silver_expressions(entity).items()
    )
    if has_rescued_data(entity):
        columns += (
            f", {RESCUED if kind_of(location).rescues else f'CAST(NULL AS STRING) AS {RESCUED}'}"
        )
    quarantined = _any_broken(entity, RuleAction.QUARANTINE)
    dropped = _any_broken(entity, RuleAction.DROP)
    counts = [
        "count(*) AS row_count",
        f"count_if({quarantined}) AS quarantined",
        f"count_if({dropped} AND NOT ({quarantined})) AS dropped",
        *(f"count_if({broken(entity, rule)}) AS r{i}" for i, rule in enumerate(entity.rules)),
    ]
    return f"SELECT {', '.join(counts)}\nFROM (SELECT {columns} FROM {kind_of(location).relation})"


def _any_broken(entity: Entity, action: RuleAction) -> str:
    found = (broken(entity, rule) for rule in entity.rules if rule.action is action)
    return f"({' OR '.join(found) or 'false'})"
