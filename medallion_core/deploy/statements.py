"""Catalog, schema, grants and masks: the steps that are SQL statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from databricks.sdk.errors import NotFound, PermissionDenied

from medallion_core.deploy.grants import Standing, standings
from medallion_core.deploy.steps import Action, Kind, Report, Step, StepResult
from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.tables.masks import MaskFunction, mask_functions
from medallion_core.tables.privileges import create_statements, grant_statement, required_privileges
from medallion_core.workspace import Workspace
from medallion_core.workspace.errors import remote_errors

_REFUSALS = frozenset(
    {
        *("PERMISSION_DENIED", "STATEMENT_FAILED", "NOT_FOUND"),
        *("TABLE_NOT_FOUND", "SCHEMA_NOT_FOUND", "CATALOG_NOT_FOUND"),
    }
)
"""Of a GRANT: who may not grant on an object may not even see it."""


def target_steps(ws: Workspace, design: Design) -> Iterator[Step]:
    """The target's catalog and schema, and each grant that the deploying identity needs.

    What cannot be seen may be missing or somebody else's. The grant tells them apart: whoever
    made an object may grant on it.
    """
    settings = design.settings
    schema = f"{settings.catalog}.{settings.schema}"
    create_catalog, create_schema = create_statements(design)
    has_catalog = _exists(ws, Kind.CATALOG, settings.catalog)
    has_schema = has_catalog and _exists(ws, Kind.SCHEMA, schema)
    yield _container_step(Kind.CATALOG, settings.catalog, create_catalog, exists=has_catalog)
    yield _container_step(Kind.SCHEMA, schema, create_schema, exists=has_schema)
    wanted = [
        each
        for each in required_privileges(design, ws.user_name)
        if not (has_schema and each.privilege == "CREATE SCHEMA")
    ]
    yield from map(grant_step, standings(ws, wanted))
    yield from (_mask_step(ws, design, mask) for mask in mask_functions(design))


def grant_step(standing: Standing) -> Step:
    """A grant that nobody could look up is tried, but not insisted on."""
    privilege = standing.privilege
    subject = f"{privilege.privilege} on {privilege.securable_type.lower()} {privilege.subject}"
    unknown = " (whether it is held is not known)" if standing.held is None else ""
    return Step(
        Kind.GRANT,
        subject,
        Action.KEEP if standing.held else Action.GRANT,
        f"{privilege.principal} {privilege.why}{unknown}",
        content=grant_statement(privilege),
        required=standing.held is False,
        privilege=privilege,
    )


def run_grants(ws: Workspace, grants: Iterable[Step], report: Report) -> list[StepResult]:
    """Tries each grant that is not held; one that is refused stops no other."""
    results = []
    for step in grants:
        if step.action is not Action.KEEP:
            results.append(run_statement(ws, step))
            report(results[-1])
    return results


def run_statement(ws: Workspace, step: Step) -> StepResult:
    """A grant may be refused and the others still be tried; a missing place stops everything.

    Raises MedallionError MISSING_PRIVILEGES where catalog or schema may not be made.
    """
    try:
        ws.execute(step.content)
    except MedallionError as error:
        if step.kind is Kind.GRANT and error.code in _REFUSALS:
            return StepResult(step, "refused", error.message)
        if error.code == "PERMISSION_DENIED":
            hint = f"Have an admin run: {step.content};"
            raise MedallionError("MISSING_PRIVILEGES", error.message, hint) from error
        raise
    return StepResult(step)


def _mask_step(ws: Workspace, design: Design, mask: MaskFunction) -> Step:
    settings = design.settings
    name = f"{settings.catalog}.{settings.schema}.{mask.name}"
    statement = mask.statement(settings.catalog, settings.schema)
    detail = "hides personal data from readers"
    with remote_errors():
        try:
            known = ws.client.functions.get(name).routine_definition
        except (NotFound, PermissionDenied):
            return Step(Kind.FUNCTION, name, Action.CREATE, detail, content=statement)
    action = Action.KEEP if known == mask.body else Action.UPDATE
    return Step(Kind.FUNCTION, name, action, detail, content=statement)


def _container_step(kind: Kind, name: str, statement: str, *, exists: bool) -> Step:
    action = Action.KEEP if exists else Action.CREATE
    return Step(kind, name, action, content="" if exists else statement)


def _exists(ws: Workspace, kind: Kind, name: str) -> bool:
    with remote_errors():
        try:
            if kind is Kind.CATALOG:
                ws.client.catalogs.get(name)
            else:
                ws.client.schemas.get(name)
        except NotFound:
            return False
        except PermissionDenied:
            return True
    return True
