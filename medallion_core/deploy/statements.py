"""Catalog, schema and grants: the steps that are SQL statements."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from medallion_core.deploy.steps import (
    Action,
    CatalogStep,
    FunctionStep,
    GrantStep,
    Report,
    SchemaStep,
    StatementStep,
    StepResult,
)
from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.tables.privileges import create_statements, required_privileges
from medallion_core.trust.standings import Standing, standings
from medallion_core.workspace import Workspace, sdk
from medallion_core.workspace.errors import remote_errors

_REFUSALS = frozenset(
    {
        *("PERMISSION_DENIED", "STATEMENT_FAILED", "NOT_FOUND"),
        *("TABLE_NOT_FOUND", "SCHEMA_NOT_FOUND", "CATALOG_NOT_FOUND"),
    }
)
"""Of a GRANT: who may not grant on an object may not even see it."""


def target_steps(ws: Workspace, design: Design) -> Iterator[StatementStep]:
    """The target's catalog and schema, and each grant that the deploying identity needs.

    What cannot be seen may be missing or somebody else's. The grant tells them apart: whoever
    made an object may grant on it. Grants on what is there come first: while one is refused,
    nothing is made.
    """
    places = catalog, schema = _places(ws, design)
    new = {step.subject for step in places if step.action is Action.CREATE}
    wanted = [
        each
        for each in required_privileges(design, ws.user_name)
        if not (schema.action is Action.KEEP and each.privilege == "CREATE SCHEMA")
    ]
    grants = list(map(grant_step, standings(ws, wanted)))
    yield from (step for step in grants if step.privilege.subject not in new)
    yield from (catalog, schema)
    yield from (step for step in grants if step.privilege.subject in new)


def _places(ws: Workspace, design: Design) -> tuple[CatalogStep, SchemaStep]:
    settings = design.settings
    schema = f"{settings.catalog}.{settings.schema}"
    create_catalog, create_schema = create_statements(design)
    has_catalog = _exists(lambda: ws.client.catalogs.get(settings.catalog))
    has_schema = has_catalog and _exists(lambda: ws.client.schemas.get(schema))
    return (
        CatalogStep(
            subject=settings.catalog, action=_made(exists=has_catalog), statement=create_catalog
        ),
        SchemaStep(subject=schema, action=_made(exists=has_schema), statement=create_schema),
    )


def grant_step(standing: Standing) -> GrantStep:
    """A grant that nobody could look up is tried, but not insisted on."""
    privilege = standing.privilege
    subject = f"{privilege.privilege} on {privilege.securable_type.lower()} {privilege.subject}"
    unknown = " (whether it is held is not known)" if standing.held is None else ""
    return GrantStep(
        subject=subject,
        action=Action.KEEP if standing.held else Action.GRANT,
        detail=f"{privilege.principal} {privilege.why}{unknown}",
        privilege=privilege,
        required=standing.held is False,
    )


def run_grants(ws: Workspace, grants: Iterable[GrantStep], report: Report) -> list[StepResult]:
    """Tries each grant that is not held; one that is refused stops no other."""
    results = []
    for step in grants:
        if step.action is not Action.KEEP:
            results.append(run_statement(ws, step))
            report(results[-1])
    return results


def run_statement(ws: Workspace, step: StatementStep | FunctionStep) -> StepResult:
    """A grant may be refused and the others still be tried; a missing place stops everything.

    Raises MedallionError MISSING_PRIVILEGES where catalog, schema or function may not be made.
    """
    try:
        ws.execute(step.statement)
    except MedallionError as error:
        if isinstance(step, GrantStep) and error.code in _REFUSALS:
            return StepResult(step, "refused", error.message)
        if error.code == "PERMISSION_DENIED":
            hint = f"Have an admin run: {step.statement};"
            raise MedallionError("MISSING_PRIVILEGES", error.message, hint) from error
        raise
    return StepResult(step)


def _made(*, exists: bool) -> Action:
    return Action.KEEP if exists else Action.CREATE


def _exists(look: Callable[[], object]) -> bool:
    """What may not be seen is taken to be there: the grants tell."""
    with remote_errors("Looking for what is to be made"):
        try:
            look()
        except sdk.NotFound:
            return False
        except sdk.PermissionDenied:
            return True
    return True
