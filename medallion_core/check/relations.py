"""Rows, groups and windows as SQL: what the steps of a view's Python make one of the other."""

from __future__ import annotations

from dataclasses import dataclass

from medallion_core.errors import MedallionError
from medallion_core.text import sql

UNTRANSLATED = "CODE_IS_NOT_SQL"


@dataclass(frozen=True, slots=True)
class Rows:
    """A query that selects all of ``source`` where ``conditions`` hold: rows keep their aliases
    until something else is selected. ``columns`` are None where they are not known; ``added`` are
    those that another one of the same name takes the place of."""

    source: str
    columns: tuple[str, ...] | None = None
    conditions: tuple[str, ...] = ()
    added: tuple[str, ...] = ()

    @property
    def of(self) -> str:
        """What follows the selected columns. One condition stands without parentheses: Spark reads
        ``t WHERE (a)`` as a table with an alias and the name of its column."""
        first, *others = self.conditions or ("",)
        where = sql.all_of(f"({each})" for each in self.conditions) if others else first
        return f"FROM {self.source}{f' WHERE {where}' if where else ''}"

    @property
    def query(self) -> str:
        return f"SELECT * {self.of}"

    @property
    def nested(self) -> str:
        """As one thing to select from."""
        plain = not self.conditions and (self.source[0] == "(" or " " not in self.source)
        return self.source if plain else f"({self.query})"


@dataclass(frozen=True, slots=True)
class Grouped:
    rows: Rows
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Over:
    """A window: its keys, what orders its rows, and which of them count."""

    keys: tuple[str, ...]
    order: tuple[str, ...] = ()
    frame: str = ""

    def __str__(self) -> str:
        """What stands in the brackets of OVER."""
        by = f"PARTITION BY {', '.join(self.keys)}" if self.keys else ""
        order = f"ORDER BY {', '.join(self.order)}" if self.order else ""
        return " ".join(filter(None, (by, order, self.frame)))


Value = Rows | Grouped | Over | str


def selected(rows: Rows, expressions: list[str]) -> Rows:
    names = (
        None
        if any(each.strip() == "*" for each in expressions)
        else tuple(map(_name_of, expressions))
    )
    listed = ", ".join(each.strip() for each in expressions)
    return Rows(f"(SELECT {listed} {rows.of})", names)


def aggregated(grouped: Grouped, aggregates: list[str]) -> Rows:
    listed = ", ".join((*grouped.keys, *aggregates))
    by = f" GROUP BY {', '.join(grouped.keys)}" if grouped.keys else ""
    return Rows(f"(SELECT {listed} {grouped.rows.of}{by})")


def by_name(rows: Rows, other: Rows) -> Rows:
    """Columns that the other side does not have are NULL there."""
    if rows.columns is None or other.columns is None:
        raise MedallionError(UNTRANSLATED, "The columns of a union are not known.")
    there = {name.lower() for name in other.columns}
    listed = ", ".join(
        name if name.lower() in there else f"NULL AS {name}" for name in rows.columns
    )
    return Rows(f"({rows.query} UNION ALL SELECT {listed} {other.of})", rows.columns)


def _name_of(expression: str) -> str:
    """The name that a selected expression has: after AS, or its column's."""
    alias = expression.rpartition(" AS ")[2].strip()
    return sql.name(sql.name_parts(alias)[-1])
