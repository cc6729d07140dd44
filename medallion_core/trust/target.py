"""Whether a person may write where their design writes, and whose the tables there are."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medallion_core.model import Design
from medallion_core.tables.masks import mask_functions
from medallion_core.tables.names import PIPELINE_PROPERTY
from medallion_core.tables.privileges import Privilege
from medallion_core.trust.asker import Asker
from medallion_core.trust.reach import made_by_pipeline
from medallion_core.trust.refusals import Refusal
from medallion_core.trust.rights import rights_of
from medallion_core.workspace import Workspace, sdk
from medallion_core.workspace.errors import remote_errors

if TYPE_CHECKING:
    from databricks.sdk.service.catalog import TableInfo

_MAKES_TABLES = ("CREATE TABLE", "CREATE MATERIALIZED VIEW")


@dataclass(frozen=True, slots=True)
class ForeignTable:
    """A table that is there and not this pipeline's own, and whose it is."""

    name: str
    whose: str


def refused_target(asker: Asker, design: Design, made: Collection[str] = ()) -> list[Refusal]:
    """What the person lacks to make the design's tables; nothing for who acts as themselves.

    On ``made``, the schemas that this pipeline's deployments made, ``catalog.schema``, nothing is
    asked: they were made by the right of who deployed, to hold what the pipeline makes.
    What cannot be found out counts as missing: the service principal's own rights would decide
    otherwise.
    """
    if not asker.is_checked:
        return []
    return [
        Refusal(
            each.subject,
            f"{each.privilege} on {each.subject}, as far as can be seen",
            f"Ask the owner of {each.subject} for {each.privilege}, for you or a group of yours.",
        )
        for each in rights_of(asker).lacks(list(_wanted(asker, design, made)))
    ]


def _wanted(asker: Asker, design: Design, made: Collection[str]) -> Iterator[Privilege]:
    """On the schema where there is one, else on what it will be made in."""
    catalog, schema, name = design.settings.catalog, design.settings.schema, asker.name
    why = "its tables are made there"
    yield Privilege("USE CATALOG", "CATALOG", (catalog,), name, why=why)
    if not _has_schema(asker.app, f"{catalog}.{schema}"):
        yield Privilege(
            "CREATE SCHEMA", "CATALOG", (catalog,), name, why="the schema is made there"
        )
        return
    if made_by_pipeline(asker.app, f"{catalog}.{schema}", made):
        return
    yield Privilege("USE SCHEMA", "SCHEMA", (catalog, schema), name, why=why)
    for privilege in _MAKES_TABLES:
        yield Privilege(privilege, "SCHEMA", (catalog, schema), name, why=why)
    if mask_functions(design):
        masks = "its masks are made there"
        yield Privilege("CREATE FUNCTION", "SCHEMA", (catalog, schema), name, why=masks)


def _has_schema(ws: Workspace, name: str) -> bool:
    """As the app sees it: what it does not see it would make, and could not."""
    with remote_errors(f"Looking for the schema {name}"):
        try:
            ws.client.schemas.get(name)
        except sdk.NotFound:
            return False
        except sdk.PermissionDenied:
            return True
    return True


def foreign_tables(
    ws: Workspace, design: Design, tables: Collection[str], pipeline_id: str
) -> list[ForeignTable]:
    """Those of ``tables`` that are in the target's schema and are not ``pipeline_id``'s, which is
    empty before the first deployment. What the platform says of a table decides, not its name. One
    of no pipeline is the job's where it is the app's own and made for this pipeline."""
    settings = design.settings
    wanted = {table.lower() for table in tables}
    with remote_errors(f"Listing the tables of {settings.catalog}.{settings.schema}"):
        try:
            there = list(ws.client.tables.list(settings.catalog, settings.schema))
        except sdk.NotFound:
            return []
    named = (table for table in there if (table.name or "").lower() in wanted)
    found = ((table, _pipeline_of(ws, table)) for table in named)
    return [
        ForeignTable(table.name or "", _whose(table, made_by))
        for table, made_by in found
        if not pipeline_id
        or not (made_by == pipeline_id if made_by else _is_made_for(ws, design, table))
    ]


def _is_made_for(ws: Workspace, design: Design, table: TableInfo) -> bool:
    made_for = (table.properties or {}).get(PIPELINE_PROPERTY)
    return table.owner == ws.user_name and made_for == design.settings.pipeline_name


def _pipeline_of(ws: Workspace, table: TableInfo) -> str:
    """A list may leave it out; the table itself says it."""
    if table.pipeline_id or not table.full_name:
        return table.pipeline_id or ""
    with remote_errors(f"Reading the table {table.full_name}"):
        try:
            return ws.client.tables.get(table.full_name).pipeline_id or ""
        except (sdk.NotFound, sdk.PermissionDenied):
            return ""


def _whose(table: TableInfo, pipeline_id: str) -> str:
    owner = table.owner or "somebody else"
    return f"{owner}, made by the pipeline {pipeline_id}" if pipeline_id else owner
