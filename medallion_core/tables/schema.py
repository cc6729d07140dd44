"""The declared schema of a gold table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field

from medallion_core.model import Finding
from medallion_core.tables import names
from medallion_core.tables.soundness.parts import Parts
from medallion_core.text import sql
from medallion_core.text.identifiers import shorten
from medallion_core.text.types import can_cluster

_LINE = 90
"""A longer column is declared on two lines."""

CLUSTERING_KEYS = 4
"""Liquid clustering's limit."""


@dataclass(frozen=True, slots=True)
class GoldColumn:
    """A column of a gold table and the SQL that makes it. ``dimension`` is what a foreign key
    refers to, ``mask`` names the function that hides its values from readers."""

    name: str
    type: str
    expression: str
    comment: str = ""
    _: KW_ONLY
    required: bool = False
    references: str = ""
    referenced_key: str = ""
    mask: str = ""

    @property
    def select(self) -> str:
        return sql.aliased(self.expression, self.name)

    @property
    def ddl(self) -> str:
        """As the text of an f-string."""
        null = " NOT NULL" if self.required else ""
        mask = f" MASK {names.in_target(self.mask)}" if self.mask else ""
        column = braced(f"{sql.name(self.name)} {sql.type_name(self.type)}{null}") + mask
        if not self.comment:
            return column
        comment = braced(f"COMMENT {sql.string(self.comment)}")
        together = f"{column} {comment}"
        return together if len(together) <= _LINE else f"{column}\n    {comment}"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldTable:
    """A table of gold, of whatever type.

    ``of`` is what of the design it is of. ``rows`` gives for each alias that its columns use the
    table that is meant, the alias empty where they use none; ``looked_up`` for a key the columns
    that it is found by, that of its dimension among them. ``also_reads`` are tables that its
    columns are not taken from. ``columns`` raises MedallionError or KeyError where the design
    contradicts itself.
    """

    name: str
    of: object
    columns: Callable[[], list[GoldColumn]]
    findings: Callable[[Parts], Iterable[Finding]] = lambda _: ()
    """What it names that the design does not have."""
    rows: Mapping[str, str] = field(default_factory=dict)
    looked_up: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    also_reads: tuple[str, ...] = ()
    primary_key: tuple[str, ...] = ()
    is_check: bool = False
    """Whether it proves other tables instead of belonging to the star."""
    by_job: bool = False
    """Whether the job makes it after the pipeline's update, and no code of the pipeline."""
    is_helper: bool = False
    """Whether other tables are made of it, and readers have no use for it."""
    filled_once_by: str = ""
    """The flow that fills it in its first update; empty for a materialized view."""

    @property
    def in_star(self) -> bool:
        return not (self.is_check or self.is_helper)

    @property
    def refers_to(self) -> tuple[str, ...]:
        """The tables that its keys are found in, whether they are read for it or not."""
        found = (
            column.rpartition(".")[0] for columns in self.looked_up.values() for column in columns
        )
        return tuple(table for table in dict.fromkeys(found) if table != self.name)

    @property
    def made_of(self) -> tuple[str, ...]:
        """The tables that its columns are taken from, each once; not itself."""
        return tuple(table for table in dict.fromkeys(self.rows.values()) if table != self.name)

    @property
    def reads(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.made_of, *self.also_reads)))


def ddl_lines(
    table: str,
    columns: Sequence[GoldColumn],
    primary_key: Sequence[str] = (),
    *,
    proved: bool = True,
) -> list[str]:
    """The lines of ``schema=``, as text of an f-string: columns, then the keys, which nothing
    enforces.

    A primary key is RELY where ``key_check`` proves it in each update. The name of a constraint is
    unique within its schema: it is the table's and a number.
    https://docs.databricks.com/sql/language-manual/sql-ref-syntax-ddl-create-table-constraint.html
    """
    entries = [column.ddl for column in columns]
    constraint = shorten(table)
    if primary_key:
        keys = ", ".join(map(sql.name, primary_key))
        name = sql.name(f"{constraint}_pk")
        entries.append(braced(f"CONSTRAINT {name} PRIMARY KEY ({keys}){' RELY' * proved}"))
    entries += [
        _foreign_key(f"{constraint}_fk_{number}", column)
        for number, column in enumerate(foreign_keys(table, columns), start=1)
    ]
    return ",\n".join(entries).split("\n")


def _foreign_key(constraint: str, column: GoldColumn) -> str:
    key = f"CONSTRAINT {sql.name(constraint)} FOREIGN KEY ({sql.name(column.name)})"
    parent = braced(f" ({sql.name(column.referenced_key)})")
    return braced(f"{key}\n    REFERENCES ") + names.in_target(column.references) + parent


def foreign_keys(table: str, columns: Iterable[GoldColumn]) -> Iterator[GoldColumn]:
    """The columns of ``table`` that are declared as foreign keys: those that refer to another
    table, since the platform takes none from a table to itself."""
    return (each for each in columns if each.references not in ("", table))


def names_target(table: str, columns: Sequence[GoldColumn]) -> bool:
    """Whether ``ddl_lines`` of them name something in the target by its whole name."""
    return any(foreign_keys(table, columns)) or any(column.mask for column in columns)


def braced(text: str) -> str:
    """What means ``text`` in an f-string."""
    return text.replace("{", "{{").replace("}", "}}")


def clustering(columns: Sequence[GoldColumn], wanted: Sequence[str]) -> list[str]:
    """``wanted`` as far as liquid clustering takes them: at most four, of plain types."""
    types = {column.name: column.type for column in columns}
    accepted = [name for name in wanted if name in types and can_cluster(types[name])]
    return accepted[:CLUSTERING_KEYS]
