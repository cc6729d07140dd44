"""A design without one of its silver columns: nothing is left that reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from medallion_core.edit import fit_aggregates
from medallion_core.edit.renames import Renames
from medallion_core.model import Design, DimensionLink, Fact, Gone, Reference, Star
from medallion_core.tables.columns import UNCAST
from medallion_core.text import sql


def without_column(design: Design, entity: str, column: str) -> Design:
    """``design`` with ``column`` left in bronze, and all that reads it in silver and gold gone."""
    found = design.entity(entity)
    left = found.with_column(replace(found.column(column), included=False))
    names = _Without(entity, column)
    after = design.with_entity(left).renamed(names)
    return fit_aggregates(replace(after, star=_without_tables(after.star, design.star, names)))


def _without_tables(star: Star, before: Star, names: _Without) -> Star:
    """What refers to a table that went goes, too, as long as there is something to go."""
    gone = {table.name for table in before.tables} - {table.name for table in star.tables}
    if gone == names.tables:
        return star
    more = replace(names, tables=frozenset(gone))
    return _without_tables(star.renamed(more), before, more)


@dataclass(frozen=True, slots=True)
class _Without:
    """Silver of ``of`` has no ``column`` any more, and gold none of ``tables``."""

    of: str
    column: str
    tables: frozenset[str] = frozenset()

    def entity(self, name: str) -> str:
        return name

    def table(self, name: str) -> str:
        return _unless(name in self.tables, name)

    def columns(self, entity: str, names: tuple[str, ...]) -> tuple[str, ...]:
        _unless(entity == self.of and self.column in names, "")
        return names

    def condition(self, entity: str, text: str) -> str:
        reads = entity == self.of and sql.reads(text, self.column, maps=[UNCAST])
        return _unless(reads, text)

    def expression(self, entity: str, text: str, rows: Mapping[str, str]) -> str:
        """It reads the column if it would be another expression with another name of it."""
        other = Renames(self.of, self.of, {self.column: f"{self.column}_gone"})
        return _unless(other.expression(entity, text, rows) != text, text)


def _unless(is_gone: bool, text: str) -> str:
    if is_gone:
        raise Gone
    return text


def needed_by(design: Design, entity: str, column: str) -> list[str]:
    """What cannot do without the column, in words: keys, references, tables, dates, measures."""
    found, after = design.entity(entity), without_column(design, entity, column)
    needs = [f"the key of {entity}"] if column in found.key else []
    needs += [f"the order of {entity}'s versions"] if column in found.order else []
    if found.delete_when != after.entity(entity).delete_when:
        needs.append(f"{entity}'s deletions")
    for reference in design.references:
        if reference not in after.references:
            needs.append(_referring(reference, entity, column))
    return [*needs, *_lost(design.star, after.star)]


def only_shown(design: Design, entity: str, column: str) -> bool:
    """Whether gold shows the column, and nothing finds, orders or joins rows by it: then NULL can
    stand in its place."""
    found, after = design.entity(entity), without_column(design, entity, column)
    used = column in found.key or column in found.order
    used = used or found.delete_when != after.entity(entity).delete_when
    tables = {table.name for table in design.star.tables} == {t.name for t in after.star.tables}
    joined = after.references != design.references or _links(after.star) != _links(design.star)
    return after.star != design.star and tables and not used and not joined


def _links(star: Star) -> list[tuple[str, DimensionLink]]:
    return list(star.held_links())


def _referring(reference: Reference, entity: str, column: str) -> str:
    if reference.entity == entity and column in reference.columns:
        return f"the reference to {reference.parent}"
    return f"the reference from {reference.entity}"


def _lost(before: Star, after: Star) -> Iterator[str]:
    """The tables, measures and dates that are not there any more."""
    left = {table.name: table for table in after.tables}
    for table in before.tables:
        other = left.get(table.name)
        if other is None:
            yield table.name
        elif isinstance(table, Fact) and isinstance(other, Fact):
            measures = {measure.name for measure in other.measures}
            yield from (f"{table.name}.{m.name}" for m in table.measures if m.name not in measures)
            dates = {role.key for role in other.dates}
            yield from (f"{table.name}.{d.key}" for d in table.dates if d.key not in dates)
