"""What a flow has counted: rows and broken rules, its own and those of the views that it reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_workspace.lakeflow.expectations import INPUT, OUTPUT, Counts, Rules

Metrics = dict[str, Any]


class Tally:
    """Counts batch by batch. ``views`` are the rules of the views that the flow reads."""

    def __init__(self, own: Rules, views: Mapping[str, Rules]) -> None:
        self.own = own
        self.counts = Counts()
        self.batches: list[tuple[Metrics, Metrics | None]] = []
        self._views = {name: (rules, Counts()) for name, rules in views.items()}

    def all(self) -> list[tuple[Rules, Counts]]:
        return [(self.own, self.counts), *self._views.values()]

    def add(self, observed: dict[str, Metrics]) -> None:
        """Takes one batch: ``batches`` gets what was observed of its output, and its quality."""
        quality: Metrics = {"dropped_records": 0, "expectations": []}
        parts = [(self.own, self.counts, observed.get(INPUT, {}), observed.get(OUTPUT, {}))]
        for name, (rules, counts) in self._views.items():
            parts.append((rules, counts, observed.get(name, {}), {}))
        for rules, total, seen, written in parts:
            total.add(seen, written, rules)
            batch = Counts()
            batch.add(seen, written, rules)
            found = rules.quality(batch)
            quality["dropped_records"] += found["dropped_records"]
            quality["expectations"] += found["expectations"]
        written = observed.get(OUTPUT, {})
        self.batches.append((written, quality if quality["expectations"] else None))
