"""New names of a table and its columns, and of gold's tables: what ``Design.renamed`` follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from medallion_core.tables.columns import UNCAST
from medallion_core.text import sql


@dataclass(frozen=True, slots=True)
class Renames:
    """The entity ``before`` is called ``after``, its silver columns what ``silver`` says, gold's
    tables what ``gold`` says. Names of gold's columns are not touched."""

    before: str = ""
    after: str = ""
    silver: Mapping[str, str] = field(default_factory=dict)
    gold: Mapping[str, str] = field(default_factory=dict)

    def entity(self, name: str) -> str:
        return self.after if name == self.before else name

    def table(self, name: str) -> str:
        return self.gold.get(name, name)

    def columns(self, entity: str, names: tuple[str, ...]) -> tuple[str, ...]:
        known = self._of(entity)
        return tuple(known.get(name, name) for name in names)

    def condition(self, entity: str, text: str) -> str:
        return sql.rename(text, self._of(entity), maps=[UNCAST])

    def expression(self, entity: str, text: str, rows: Mapping[str, str]) -> str:
        by_row = {alias: self._of(other) for alias, other in rows.items()}
        return sql.rename(text, self._of(entity), rows=by_row)

    def _of(self, entity: str) -> Mapping[str, str]:
        return self.silver if entity == self.before else {}
