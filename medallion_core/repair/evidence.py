"""What can be looked up to understand a failure: sources, rules, files, tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from medallion_core.browse import described_sources, file_source
from medallion_core.deploy import plan_deploy
from medallion_core.deploy.files import edited_by_hand
from medallion_core.errors import MedallionError
from medallion_core.model import Column, Design, Entity, FilesLocation, Rule, TableLocation
from medallion_core.repair.case import make_case
from medallion_core.repair.diagnosis import Evidence
from medallion_core.run.events import RunError
from medallion_core.tables.silver import silver_expressions
from medallion_core.text import sql
from medallion_core.text.identifiers import quote_identifier, quote_name
from medallion_core.workspace import Workspace
from medallion_core.workspace.errors import TRANSIENT, patiently

_OF_ROWS = (
    "CAST_",
    "DIVIDE_",
    "REMAINDER_",
    "ARITHMETIC_",
    "NUMERIC_",
    "EXPECTATION_",
    "AUTOCDC_M",
)
"""Error classes that rows cause: there the columns and the rules are as they should be."""


def gather_evidence(
    ws: Workspace,
    design: Design,
    errors: Sequence[RunError],
    *,
    person: Workspace | None = None,
) -> Evidence:
    """Looks at no more than the errors call for. What cannot be looked up is left out.

    ``ws`` is who runs the pipeline. Sources are looked at as ``person`` where one is given: what
    is found is shown to them.
    """
    if not errors:
        return Evidence()
    shaped = [error for error in errors if not error.error_class.startswith(_OF_ROWS)]
    concerned = list(_concerned(design, shaped))
    return Evidence(
        columns=dict(_source_columns(person or ws, concerned)),
        rule_errors=dict(_rule_errors(person or ws, concerned)),
        edited=_edited_files(ws, design),
        tables=_existing_tables(ws, design),
        principal=ws.user_name,
    )


def _concerned(design: Design, errors: Iterable[RunError]) -> Iterator[Entity]:
    """The entities that the errors are about: of a gold table, all that it reads."""
    names: dict[str, None] = {}
    for error in errors:
        case = make_case(design, error, Evidence())
        names |= dict.fromkeys(entity.name for entity in case.entities())
    return (design.entity(name) for name in names)


def _source_columns(
    ws: Workspace, entities: Iterable[Entity]
) -> Iterator[tuple[str, tuple[Column, ...]]]:
    """Of entities that read one table or one place of files: its columns now."""
    for entity in entities:
        match entity.reads:
            case (TableLocation(table=table),):
                try:
                    (source,) = described_sources(ws, [table])
                except MedallionError:
                    continue
                yield entity.name, source.columns
            case (FilesLocation() as files,):
                try:
                    yield entity.name, file_source(ws, files).columns
                except MedallionError:
                    continue


def _rule_errors(
    ws: Workspace, entities: Iterable[Entity]
) -> Iterator[tuple[tuple[str, str], str]]:
    """Asks Spark to read each rule over the source's columns, without any row."""
    for entity in entities:
        match entity.reads:
            case (TableLocation(table=table),) if entity.rules:
                rows = _no_rows(entity, quote_name(table.catalog, table.schema, table.table))
                if _error(ws, f"SELECT * FROM {rows}"):
                    continue
                for rule in entity.rules:
                    said = _rule_error(ws, rule, rows)
                    if said:
                        yield (entity.name, rule.name), said


def _no_rows(entity: Entity, table: str) -> str:
    columns = (
        f"{expression} AS {quote_identifier(name)}"
        for name, expression in silver_expressions(entity).items()
    )
    return f"(SELECT {', '.join(columns)} FROM {table} WHERE false)"


def _rule_error(ws: Workspace, rule: Rule, rows: str) -> str:
    """What is wrong with a condition by itself, or what Spark says against it."""
    try:
        counted = f"count_if({sql.is_not_true(rule.condition)})"
    except MedallionError as error:
        return error.message
    return _error(ws, f"SELECT {counted} FROM {rows}")


def _error(ws: Workspace, statement: str) -> str:
    """What Spark says against a statement. Raises where nobody could ask it."""
    try:
        patiently(lambda: ws.execute(statement))
    except MedallionError as error:
        if error.code in TRANSIENT:
            raise
        return error.message
    return ""


def _edited_files(ws: Workspace, design: Design) -> frozenset[str]:
    try:
        return frozenset(edited_by_hand(plan_deploy(ws, design).steps))
    except MedallionError:
        return frozenset()


def _existing_tables(ws: Workspace, design: Design) -> frozenset[str] | None:
    information = quote_name(design.settings.catalog, "information_schema")
    try:
        rows = ws.query(
            f"SELECT table_name FROM {information}.tables WHERE table_schema = :schema",
            {"schema": design.settings.schema},
        )
    except MedallionError:
        return None
    return frozenset(rows.column("table_name").to_pylist())
