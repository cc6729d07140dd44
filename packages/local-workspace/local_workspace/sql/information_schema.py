"""``information_schema`` of each catalog and of ``system``, as temporary views over the metastore's
documents, filtered by what the caller may see."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from pyspark.sql.pandas.types import from_arrow_schema

from local_workspace.catalog.errors import catalog_not_found, table_not_found
from local_workspace.catalog.metastore import Catalog, Constraint, Schema, Table, Volume
from local_workspace.catalog.names import TableName, quote
from local_workspace.catalog.privileges import Privileges
from local_workspace.sql.session import SqlSession

NAME = "information_schema"
_TEXT, _NUMBER, _TIME = pa.string(), pa.int32(), pa.timestamp("us", tz="UTC")

Row = tuple[Any, ...]
_TABLE = "table_catalog table_schema table_name"
_CONSTRAINT = "constraint_catalog constraint_schema constraint_name"
_TIMES = "created created_by last_altered last_altered_by"

COLUMNS: dict[str, str] = {
    "catalogs": f"catalog_name catalog_owner comment {_TIMES}",
    "schemata": f"catalog_name schema_name schema_owner comment {_TIMES}",
    "tables": f"{_TABLE} table_type is_insertable_into commit_action table_owner comment "
    f"{_TIMES} data_source_format storage_path storage_sub_directory",
    "columns": f"{_TABLE} column_name ordinal_position column_default is_nullable full_data_type "
    "data_type character_maximum_length numeric_precision numeric_scale is_identity comment",
    "views": f"{_TABLE} view_definition check_option is_updatable is_insertable_into sql_path "
    "is_materialized",
    "volumes": "volume_catalog volume_schema volume_name volume_type volume_owner comment "
    f"storage_location {_TIMES}",
    "table_constraints": f"{_CONSTRAINT} {_TABLE} constraint_type is_deferrable "
    "initially_deferred enforced comment",
    "key_column_usage": f"{_CONSTRAINT} {_TABLE} column_name ordinal_position "
    "position_in_unique_constraint",
    "referential_constraints": f"{_CONSTRAINT} unique_constraint_catalog unique_constraint_schema "
    "unique_constraint_name match_option update_rule delete_rule",
    "constraint_column_usage": f"{_TABLE} column_name {_CONSTRAINT}",
    "constraint_table_usage": f"{_TABLE} {_CONSTRAINT}",
    "catalog_privileges": "grantor grantee catalog_name privilege_type is_grantable inherited_from",
    "schema_privileges": "grantor grantee catalog_name schema_name privilege_type is_grantable "
    "inherited_from",
    "table_privileges": f"grantor grantee {_TABLE} privilege_type is_grantable inherited_from",
    "volume_privileges": "grantor grantee volume_catalog volume_schema volume_name privilege_type "
    "is_grantable inherited_from",
}
"""The columns of each view, in order."""

_NUMBERS = {
    *("ordinal_position", "position_in_unique_constraint", "character_maximum_length"),
    *("numeric_precision", "numeric_scale"),
}
_SHORT_TYPES = {"bigint": "LONG", "smallint": "SHORT", "tinyint": "BYTE"}


class Visible:
    """The objects of one catalog, or of all where ``catalog`` is empty, that a user may see."""

    def __init__(self, privileges: Privileges, catalog: str) -> None:
        store, sees = privileges.metastore, privileges.sees
        self.privileges = privileges
        self.catalogs = [
            item for item in store.catalogs() if catalog in ("", item.name) and sees(item)
        ]
        self.schemas = [item for item in store.schemas(catalog) if sees(item)]
        self.tables = [item for item in store.tables(catalog) if sees(item)]
        self.volumes = [item for item in store.volumes(catalog) if sees(item)]

    @property
    def constraints(self) -> list[tuple[Table, Constraint]]:
        return [(table, item) for table in self.tables for item in table.constraints]


def view(session: SqlSession, name: TableName) -> str:
    """The temporary view that stands for ``name``; made again when a catalog object changed.

    Raises SqlError for a catalog or a view that is not there.
    """
    catalog = "" if name.catalog.lower() == "system" else name.catalog.lower()
    kind = name.table.lower()
    if catalog and session.metastore.catalog(catalog) is None:
        raise catalog_not_found(name.catalog)
    if kind not in COLUMNS:
        raise table_not_found(name)
    # A catalog may have a name that no temporary view can have.
    temporary = f"{NAME}_{catalog.encode().hex()}_{kind}"
    revision = session.metastore.revision()
    if session.snapshots.get(temporary) != revision:
        rows = arrow_table(kind, _ROWS[kind](Visible(session.privileges, catalog)))
        frame = session.spark.createDataFrame(rows, from_arrow_schema(rows.schema))
        frame.createOrReplaceTempView(temporary)
        session.snapshots[temporary] = revision
    return quote(temporary)


def arrow_table(kind: str, rows: Iterable[Row]) -> pa.Table:
    schema = pa.schema([(name, _type(name)) for name in COLUMNS[kind].split()])
    listed = list(rows)
    columns = zip(*listed, strict=True) if listed else [()] * len(schema)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.table(arrays, schema=schema)


def _type(name: str) -> pa.DataType:
    if name in _NUMBERS:
        return _NUMBER
    return _TIME if name in ("created", "last_altered") else _TEXT


def _catalogs(seen: Visible) -> Iterable[Row]:
    return [(item.name, item.owner, item.comment, *_times(item)) for item in seen.catalogs]


def _schemata(seen: Visible) -> Iterable[Row]:
    own = [(item.name, NAME, "System user", "", *_times(item)) for item in seen.catalogs]
    return own + [
        (item.catalog, item.name, item.owner, item.comment, *_times(item)) for item in seen.schemas
    ]


def _tables(seen: Visible) -> Iterable[Row]:
    for catalog in seen.catalogs:
        for kind in COLUMNS:
            own: Row = (catalog.name, NAME, kind, "VIEW", "NO", None, "System user", "")
            yield (*own, *_times(catalog), "UNKNOWN_DATA_SOURCE_FORMAT", None, None)
    for table in seen.tables:
        insertable = "YES" if table.table_type in ("MANAGED", "EXTERNAL") else "NO"
        start: Row = (*table.full_name, table.table_type, insertable, "PRESERVE", table.owner)
        end: Row = (table.data_source_format, table.location or None, None)
        yield (*start, table.comment or None, *_times(table), *end)


def _columns(seen: Visible) -> Iterable[Row]:
    for catalog in seen.catalogs:
        for kind, columns in COLUMNS.items():
            for number, column in enumerate(columns.split(), 1):
                type_ = {_NUMBER: "int", _TIME: "timestamp"}.get(_type(column), "string")
                place = (catalog.name, NAME, kind, column, number, None, "YES")
                yield (*place, *_type_columns(type_), "NO", None)
    for table in seen.tables:
        for number, item in enumerate(table.columns, 1):
            place = (*table.full_name, item.name, number, None, "YES" if item.nullable else "NO")
            yield (*place, *_type_columns(item.type), "NO", item.comment or None)


def _type_columns(type_: str) -> Row:
    """``full_data_type`` to ``numeric_scale``."""
    base = re.split(r"[(<]", type_, maxsplit=1)[0].lower()
    numbers = [int(number) for number in re.findall(r"\d+", type_)] if "(" in type_ else []
    decimal = numbers[:2] if base == "decimal" and len(numbers) > 1 else [None, None]
    length = numbers[0] if base in ("varchar", "char") and numbers else None
    return (type_, _SHORT_TYPES.get(base, base.upper()), length, *decimal)


def _views(seen: Visible) -> Iterable[Row]:
    for table in seen.tables:
        if table.view_definition:
            materialized = "YES" if table.table_type == "MATERIALIZED_VIEW" else "NO"
            values = (table.view_definition, "NONE", "NO", "NO", None, materialized)
            yield (*table.full_name, *values)


def _volumes(seen: Visible) -> Iterable[Row]:
    for item in seen.volumes:
        path = f"/Volumes/{item.catalog}/{item.schema}/{item.name}"
        names = (item.catalog, item.schema, item.name, "MANAGED", item.owner)
        yield (*names, item.comment or None, path, *_times(item))


def _table_constraints(seen: Visible) -> Iterable[Row]:
    for table, item in seen.constraints:
        flags = ("NO", "NO", "NO", None)
        yield (*_constraint(table, item), *table.full_name, item.type, *flags)


def _key_column_usage(seen: Visible) -> Iterable[Row]:
    for table, item in seen.constraints:
        for number, column in enumerate(item.columns, 1):
            position = number if item.parent else None
            yield (*_constraint(table, item), *table.full_name, column, number, position)


def _referential_constraints(seen: Visible) -> Iterable[Row]:
    for table, item in seen.constraints:
        if item.parent:
            parent = _parent(seen, item)
            key = next((key for key in parent.constraints if key.type == "PRIMARY KEY"), None)
            unique = _constraint(parent, key) if key else (parent.catalog, parent.schema, None)
            yield (*_constraint(table, item), *unique, "FULL", "NO ACTION", "NO ACTION")


def _constraint_column_usage(seen: Visible) -> Iterable[Row]:
    for table, item in seen.constraints:
        place = _parent(seen, item).full_name if item.parent else table.full_name
        for column in item.parent_columns or item.columns:
            yield (*place, column, *_constraint(table, item))


def _constraint_table_usage(seen: Visible) -> Iterable[Row]:
    for table, item in seen.constraints:
        place = _parent(seen, item).full_name if item.parent else table.full_name
        yield (*place, *_constraint(table, item))


def _catalog_privileges(seen: Visible) -> Iterable[Row]:
    return _granted(seen, [(item, (item.name,)) for item in seen.catalogs])


def _schema_privileges(seen: Visible) -> Iterable[Row]:
    return _granted(seen, [(item, (item.catalog, item.name)) for item in seen.schemas])


def _table_privileges(seen: Visible) -> Iterable[Row]:
    return _granted(seen, [(item, item.full_name) for item in seen.tables])


def _volume_privileges(seen: Visible) -> Iterable[Row]:
    names = [(item, (item.catalog, item.schema, item.name)) for item in seen.volumes]
    return _granted(seen, names)


def _granted(
    seen: Visible, items: Iterable[tuple[Catalog | Schema | Table | Volume, Row]]
) -> Iterable[Row]:
    """Own and inherited grants; which of them matter on this kind is the reader's business."""
    for item, name in items:
        for above in (item, *seen.privileges.above(item)):
            level = type(above).__name__.lower()
            inherited = "NONE" if above is item else level.upper()
            for grantee, held in seen.privileges.grants_on(above).items():
                for privilege in held:
                    yield (above.owner, grantee, *name, privilege, "NO", inherited)


def _parent(seen: Visible, item: Constraint) -> Table:
    """The table that a foreign key refers to, or just its name where it is not there."""
    name = TableName(*item.parent.split(".", 2))
    return seen.privileges.metastore.table(name) or Table(*name, owner="")


def _constraint(table: Table, item: Constraint) -> Row:
    return (table.catalog, table.schema, item.name)


def _times(item: Catalog | Schema | Table | Volume) -> Row:
    created, altered = (
        datetime.fromtimestamp(value / 1000, UTC) for value in (item.created_at, item.updated_at)
    )
    return (created, item.created_by, altered, item.owner)


_ROWS: dict[str, Callable[[Visible], Iterable[Row]]] = {
    "catalogs": _catalogs,
    "schemata": _schemata,
    "tables": _tables,
    "columns": _columns,
    "views": _views,
    "volumes": _volumes,
    "table_constraints": _table_constraints,
    "key_column_usage": _key_column_usage,
    "referential_constraints": _referential_constraints,
    "constraint_column_usage": _constraint_column_usage,
    "constraint_table_usage": _constraint_table_usage,
    "catalog_privileges": _catalog_privileges,
    "schema_privileges": _schema_privileges,
    "table_privileges": _table_privileges,
    "volume_privileges": _volume_privileges,
}
