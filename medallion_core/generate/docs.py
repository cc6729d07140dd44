"""What people read: the bundle's README, what was mended, and the tests of its tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from medallion_core.generate.render import Template, render
from medallion_core.model import AppliedFix, Bundle, Design, Dimension, DimensionLink
from medallion_core.tables import diagrams, lineage, names
from medallion_core.tables.dates import DATE_KEY, calendar_tables
from medallion_core.tables.gold import gold_columns
from medallion_core.tables.pipeline import resource_key
from medallion_core.text import sql


@dataclass(frozen=True, slots=True)
class DictionaryRow:
    """A line of the data dictionary."""

    name: str
    type: str
    comment: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableTest:
    """What must hold of a table after each update, as SQL that is true where it does."""

    table: str
    says: str
    condition: str


@dataclass(frozen=True, slots=True)
class DictionaryTable:
    """A table of the data dictionary."""

    name: str
    columns: tuple[DictionaryRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadmeFile:
    """What the bundle is and how to work with it. ``star`` and ``lineage`` are diagrams,
    ``testing`` says when the tests are run."""

    template: ClassVar = "README.md"
    name: str
    target: str
    key: str
    star: str
    lineage: str
    testing: str
    dictionary: tuple[DictionaryTable, ...]


@dataclass(frozen=True, slots=True)
class TestsFile:
    """Statements that fail where a table breaks its promise."""

    template: ClassVar = "sql/tests.sql"
    tests: tuple[TableTest, ...]


@dataclass(frozen=True, slots=True)
class FixesFile:
    """What was mended."""

    template: ClassVar = "FIXES.md"
    fixes: tuple[AppliedFix, ...]


def docs_files(design: Design) -> Bundle:
    """``README.md``, ``sql/tests.sql`` and, once something was mended, ``FIXES.md``."""
    files: dict[str, Template] = {
        "README.md": _readme(design),
        "sql/tests.sql": TestsFile(tuple(_tests(design))),
    }
    if design.fixes:
        files["FIXES.md"] = FixesFile(design.fixes)
    return {path: render(file) for path, file in files.items()}


def _readme(design: Design) -> ReadmeFile:
    settings, star = design.settings, design.star
    by_job = settings.schedule and settings.sql_warehouse
    return ReadmeFile(
        name=settings.pipeline_name,
        target=f"{settings.catalog}.{settings.schema}",
        key=resource_key(settings),
        star=diagrams.star_diagram(design) if star.facts or star.dimensions else "",
        lineage=diagrams.lineage_diagram(design),
        testing="by the job after each update" if by_job else "after each update",
        dictionary=tuple(_dictionary(design)),
    )


def _dictionary(design: Design) -> Iterator[DictionaryTable]:
    edges = lineage.column_edges(design)
    for table, columns in gold_columns(design):
        rows = (
            DictionaryRow(
                column.name,
                column.type,
                column.comment,
                tuple(lineage.sources_of(edges, f"{table}.{column.name}")),
            )
            for column in columns
        )
        yield DictionaryTable(table, tuple(rows))


def _tests(design: Design) -> Iterator[TableTest]:
    for dimension in design.star.dimensions:
        key = sql.name(dimension.surrogate_key)
        table = names.published_table(design, dimension.name)
        yield _test(table, f"{dimension.name} has unique keys", f"count(*) = count(DISTINCT {key})")
        yield _test(table, f"{dimension.name} has its unknown member", f"count_if({key} = -1) = 1")
    for table, link in _links(design):
        yield _points_somewhere(design, table, link)
    if design.star.facts:
        proof = names.published_table(design, names.RECONCILIATION)
        lost = "count_if(metric NOT LIKE 'rows on %' AND difference <> 0) = 0"
        yield _test(proof, "no fact lost a row or an amount", lost)
    for calendar in calendar_tables(design):
        table = names.published_table(design, calendar.name)
        once = f"count(*) = count(DISTINCT {DATE_KEY})"
        yield _test(table, "the calendar has each day once", once)


def _test(table: str, says: str, condition: str) -> TableTest:
    return TableTest(table, sql.string(says), condition)


def _links(design: Design) -> Iterator[tuple[str, DimensionLink]]:
    for table in design.star.tables:
        if not isinstance(table, Dimension):
            yield from ((table.name, link) for _, link in table.held_links())


def _points_somewhere(design: Design, table: str, link: DimensionLink) -> TableTest:
    dimension = design.star.dimension(link.dimension)
    parent = names.published_table(design, dimension.name)
    child, key = names.published_table(design, table), sql.name(link.key)
    orphans = (
        f"(SELECT {key} FROM {child} EXCEPT SELECT {sql.name(dimension.surrogate_key)}"
        f" FROM {parent})"
    )
    return _test(orphans, f"every {link.key} of {table} is in {link.dimension}", "count(*) = 0")
