"""Unity Catalog as a person browses it: one statement a click, however many tables there are.

``information_schema`` shows each caller what they may see, and keeps names in lower case.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from medallion_core.errors import MedallionError
from medallion_core.model import (
    Location,
    TableName,
    TableType,
)
from medallion_core.tables.sources import kind_of
from medallion_core.text.identifiers import quote_literal, quote_name
from medallion_core.workspace import Rows, Workspace, sdk
from medallion_core.workspace.errors import remote_errors

SCHEMA_LIMIT = 10_000
"""Tables of one schema; Unity Catalog allows no more."""

_INTERNAL_CATALOGS = ("system", "__databricks_internal")
_ADMINS, _EVERYBODY = "admins", "account users"
_ACCOUNT_GROUPS = "/api/2.0/account/scim/v2/Groups"
_LOCAL_GROUP, _LOCAL_GROUPS = "WorkspaceGroup", (_ADMINS, "users")
"""How a group of one workspace is told, and those that every workspace has: who is no admin there
may be told names alone."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TableSummary:
    """A line of a list of tables. ``format`` as Unity Catalog words it: ``DELTA``. ``found`` are
    those of its columns that a search was for."""

    name: TableName
    table_type: TableType
    format: str
    comment: str
    _: KW_ONLY
    column_count: int
    found: tuple[str, ...] = ()


def list_catalogs(ws: Workspace) -> list[str]:
    hidden = ", ".join(map(quote_literal, _INTERNAL_CATALOGS))
    rows = ws.query(
        "SELECT catalog_name FROM system.information_schema.catalogs"
        f" WHERE catalog_name NOT IN ({hidden}) ORDER BY catalog_name"
    )
    return [row["catalog_name"] for row in rows.to_pylist()]


def list_schemas(ws: Workspace, catalog: str) -> list[str]:
    rows = ws.query(
        f"SELECT schema_name FROM {information_view(catalog, 'schemata')}"
        " WHERE schema_name <> 'information_schema' ORDER BY schema_name"
    )
    return [row["schema_name"] for row in rows.to_pylist()]


def list_warehouses(ws: Workspace) -> list[str]:
    """Names of the SQL warehouses that the person may use."""
    with remote_errors("Listing the SQL warehouses"):
        return sorted(filter(None, (each.name for each in ws.client.warehouses.list())))


def list_groups(ws: Workspace) -> list[str]:
    """Names of the account's groups that the workspace knows, as far as the person may list them.
    A group of the workspace alone can be granted nothing in Unity Catalog.
    https://docs.databricks.com/aws/en/admin/users-groups/workspace-local-groups
    """
    with remote_errors("Listing the groups"):
        groups = [*ws.client.groups.list(attributes="displayName,meta")]
    local = {each.id for each in groups if each.meta and each.meta.resource_type == _LOCAL_GROUP}
    names = {each.display_name for each in groups if each.display_name and each.id not in local}
    return sorted(names - {*_LOCAL_GROUPS}, key=str.casefold)


def missing_groups(ws: Workspace, names: Sequence[str]) -> list[str]:
    """Those of ``names`` that no group of the account has, be it assigned to the workspace or not.
    None of them where that is not sure: the account tells admins of the workspace of all groups,
    others of some or of none.
    https://docs.databricks.com/aws/en/admin/users-groups/manage-groups#manage-groups-using-the-api
    """
    asked = [name for name in names if name != _EVERYBODY]
    if not asked:
        return []
    try:
        with remote_errors("Looking for groups of the account"):
            mine = ws.client.current_user.me().groups or []
            if not any(group.display == _ADMINS for group in mine):
                return []
            return [name for name in asked if not _may_have_group(ws, name)]
    except MedallionError:
        return []


def _may_have_group(ws: Workspace, name: str) -> bool:
    """The value of a filter is written as in JSON.
    https://datatracker.ietf.org/doc/html/rfc7644#section-3.4.2.2"""
    wanted = {"filter": f"displayName eq {json.dumps(name)}", "attributes": "displayName"}
    answer: Any = ws.client.api_client.do("GET", _ACCOUNT_GROUPS, query=wanted)
    return bool(answer.get("totalResults", 1))


def list_tables(ws: Workspace, catalog: str, schema: str) -> list[TableSummary]:
    """Tables and views of a schema, by name."""
    statement = _tables_statement(catalog, "table_schema = :schema", "table_name", SCHEMA_LIMIT)
    rows = ws.query(statement, {"schema": schema.lower()})
    return [_summary(row) for row in rows.to_pylist()]


def has_table(ws: Workspace, name: TableName) -> bool | None:
    """Whether the catalog holds a table or view of this name; None where the person may not see."""
    with remote_errors(f"Looking for the table {name}"):
        try:
            return bool(ws.client.tables.exists(str(name)).table_exists)
        except sdk.NotFound:
            return False
        except sdk.PermissionDenied:
            return None


def search_tables(ws: Workspace, text: str, limit: int = 100) -> list[TableSummary]:
    """Tables of all catalogs with ``text`` in their full name, in their comment or in the name of
    a column; those with it in their own name first. A name may be quoted."""
    name = "concat_ws('.', table_catalog, table_schema, table_name)"
    found = f"contains({name}, :text) OR contains(lower(comment), :text) OR {_HAS_COLUMN}"
    where = f"table_schema <> 'information_schema' AND ({found})"
    order = f"NOT contains(table_name, :text), length(table_name), {name}"
    statement = _tables_statement("system", where, order, limit, columns=_FOUND)
    rows = ws.query(statement, {"text": text.replace("`", "").strip().lower()})
    return [_summary(row) for row in rows.to_pylist()]


def fullest_schema(ws: Workspace) -> tuple[str, str] | None:
    """Catalog and schema with the most tables that the person may see: theirs before the samples
    that every workspace has. None where they see no table."""
    hidden = ", ".join(map(quote_literal, _INTERNAL_CATALOGS))
    rows = ws.query(
        "SELECT table_catalog, table_schema FROM system.information_schema.tables"
        f" WHERE table_schema <> 'information_schema' AND table_catalog NOT IN ({hidden})"
        " GROUP BY table_catalog, table_schema"
        " ORDER BY table_catalog = 'samples', count(*) DESC, table_catalog, table_schema LIMIT 1"
    ).to_pylist()
    return (rows[0]["table_catalog"], rows[0]["table_schema"]) if rows else None


def sample_rows(ws: Workspace, location: Location, limit: int = 20) -> Rows:
    """Some rows as they are, whichever come first. Raises as ``relation`` does."""
    return ws.query(f"SELECT * FROM {kind_of(location).relation} LIMIT {int(limit)}")


# ── Lists ────────────────────────────────────────────────────────────────────────────────────


def information_view(catalog: str, name: str) -> str:
    return quote_name(catalog, "information_schema", name)


_KEY = "table_catalog, table_schema, table_name"
_HAS_COLUMN = (
    f"({_KEY}) IN (SELECT {_KEY} FROM system.information_schema.columns"
    " WHERE contains(lower(column_name), :text))"
)
_FOUND = (
    ", sort_array(collect_list(column_name) FILTER (WHERE contains(lower(column_name), :text)))"
    " AS found_columns"
)


def _tables_statement(catalog: str, where: str, order: str, limit: int, columns: str = "") -> str:
    """The tables first, their columns after, so that a search counts only what it found.
    ``columns`` is what else is told of a table's columns."""
    told = ", found_columns" if columns else ""
    return f"""
WITH found AS (
  SELECT {_KEY}, table_type, data_source_format, comment
  FROM {information_view(catalog, "tables")} WHERE {where} ORDER BY {order} LIMIT {int(limit)}
), counted AS (
  SELECT {_KEY}, count(*) AS column_count{columns} FROM {information_view(catalog, "columns")}
  WHERE ({_KEY}) IN (SELECT {_KEY} FROM found) GROUP BY {_KEY}
)
SELECT {_KEY}, table_type, data_source_format, comment, coalesce(column_count, 0) AS column_count
  {told}
FROM found LEFT JOIN counted USING ({_KEY}) ORDER BY {order}"""


def _summary(row: Row) -> TableSummary:
    return TableSummary(
        name_of(row),
        table_type_of(row["table_type"]),
        row["data_source_format"] or "",
        row["comment"] or "",
        column_count=row["column_count"],
        found=tuple(row.get("found_columns") or ()),
    )


def name_of(row: Row) -> TableName:
    return TableName(row["table_catalog"], row["table_schema"], row["table_name"])


def table_type_of(text: str) -> TableType:
    """Clones count as what they are cloned to; a kind that is new as a view: never streamed."""
    base = text.upper().removesuffix("_SHALLOW_CLONE")
    return TableType(base) if base in set(TableType) else TableType.VIEW
