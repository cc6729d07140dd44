"""The SQL that the bundle's job runs around the pipeline: masks before it, proofs, tests and
grants after.

No file names catalog and schema: both are parameters, so that each target's job works on its own
tables. ``USE`` and ``IDENTIFIER`` with a parameter:
https://docs.databricks.com/sql/language-manual/sql-ref-names-identifier-clause.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from medallion_core.generate.proofs import ProofsFile, proof_statements
from medallion_core.generate.render import Template, render
from medallion_core.model import Bundle, Design
from medallion_core.tables import names
from medallion_core.tables.dates import DATE_KEY, calendar_tables
from medallion_core.tables.inventory import job_tables
from medallion_core.tables.job import granted_tables
from medallion_core.tables.losses import losses
from medallion_core.tables.masks import mask_functions
from medallion_core.text import sql
from medallion_core.text.identifiers import quote_identifier
from medallion_core.text.schedules import TIMEZONE


@dataclass(frozen=True, slots=True)
class TableTest:
    """What must hold of a table after each update, as SQL that is true where it does."""

    table: str
    says: str
    condition: str


@dataclass(frozen=True, slots=True)
class TestsFile:
    """Statements that fail where a table breaks its promise."""

    template: ClassVar = "sql/tests.sql"
    tests: tuple[TableTest, ...]


@dataclass(frozen=True, slots=True)
class MasksFile:
    """The functions that the pipeline's tables name."""

    template: ClassVar = "sql/masks.sql"
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grant:
    """Who may read a table."""

    table: str
    reader: str


@dataclass(frozen=True, slots=True)
class GrantsFile:
    """What readers may read, once there are tables."""

    template: ClassVar = "sql/grants.sql"
    grants: tuple[Grant, ...]


def sql_files(design: Design) -> Bundle:
    """``sql/tests.sql`` and, where there is something to mask, to prove or to grant,
    ``sql/masks.sql``, ``sql/proofs.sql`` and ``sql/grants.sql``."""
    files: dict[str, Template] = {"sql/tests.sql": TestsFile(tuple(_tests(design)))}
    masks = tuple(mask.statement() for mask in mask_functions(design))
    if masks:
        files["sql/masks.sql"] = MasksFile(masks)
    if job_tables(design):
        files[names.PROOFS_FILE] = ProofsFile(sql.string(TIMEZONE), tuple(proof_statements(design)))
    grants = tuple(_grants(design))
    if grants:
        files["sql/grants.sql"] = GrantsFile(grants)
    return {path: render(file) for path, file in files.items()}


def _grants(design: Design) -> Iterator[Grant]:
    for reader in design.settings.readers:
        for table in granted_tables(design):
            yield Grant(sql.name(table), quote_identifier(reader))


def _tests(design: Design) -> Iterator[TableTest]:
    for dimension in design.star.dimensions:
        key = sql.name(dimension.surrogate_key)
        table = sql.name(dimension.name)
        yield _test(table, f"{dimension.name} has unique keys", f"count(*) = count(DISTINCT {key})")
        yield _test(table, f"{dimension.name} has its unknown member", f"count_if({key} = -1) = 1")
    for child in design.star.tables:
        for _, link in child.held_links():
            parent = design.star.dimension(link.dimension)
            yield _is_in(child.name, link.key, parent.name, parent.surrogate_key)
    for asked in losses(design):
        found = f"count_if({asked.condition}) = 0"
        yield _test(asked.rows(sql.name(asked.table)), asked.says, found)
    for calendar in calendar_tables(design):
        table = sql.name(calendar.name)
        once = f"count(*) = count(DISTINCT {DATE_KEY})"
        yield _test(table, "the calendar has each day once", once)
        for fact in design.star.facts:
            for role in fact.dates:
                yield _is_in(fact.name, role.key, calendar.name, DATE_KEY)


def _test(table: str, says: str, condition: str) -> TableTest:
    return TableTest(table, sql.string(says), condition)


def _is_in(table: str, key: str, parent: str, parent_key: str) -> TableTest:
    """That each key has its row in the table that it refers to."""
    orphans = (
        f"(SELECT {sql.name(key)} FROM {sql.name(table)}"
        f" EXCEPT SELECT {sql.name(parent_key)} FROM {sql.name(parent)})"
    )
    return _test(orphans, f"every {key} of {table} is in {parent}", "count(*) = 0")
