"""Unity Catalog's objects as the service describes them over REST."""

from __future__ import annotations

import json
from typing import Any

from local_workspace.catalog.metastore import (
    Catalog,
    ColumnInfo,
    Constraint,
    Schema,
    Securable,
    Table,
    Volume,
)


def catalog_info(item: Catalog) -> dict[str, Any]:
    return {
        **_common(item),
        "full_name": item.name,
        "catalog_type": "SYSTEM_CATALOG"
        if item.name in ("system", "samples")
        else "MANAGED_CATALOG",
        "securable_type": "CATALOG",
        "properties": item.properties,
    }


def schema_info(item: Schema) -> dict[str, Any]:
    return {
        **_common(item),
        "catalog_name": item.catalog,
        "full_name": item.key,
        "properties": item.properties,
    }


def volume_info(item: Volume) -> dict[str, Any]:
    return {
        **_common(item),
        "catalog_name": item.catalog,
        "schema_name": item.schema,
        "full_name": item.key,
        "volume_id": item.volume_id,
        "volume_type": "MANAGED",
    }


def table_info(item: Table) -> dict[str, Any]:
    info: dict[str, Any] = {
        **_common(item),
        "catalog_name": item.catalog,
        "schema_name": item.schema,
        "full_name": item.key,
        "table_id": item.table_id,
        "table_type": item.table_type,
        "columns": [_column_info(*pair) for pair in enumerate(item.columns)],
        "table_constraints": [_constraint_info(each) for each in item.constraints],
        "properties": item.properties,
    }
    if item.table_type != "VIEW":
        info["data_source_format"] = item.data_source_format
    if item.view_definition:
        info["view_definition"] = item.view_definition
        read = [{"table": {"table_full_name": name}} for name in item.view_reads]
        info["view_dependencies"] = {"dependencies": read}
    if item.pipeline_id:
        info["pipeline_id"] = item.pipeline_id
    return info


def _common(item: Securable) -> dict[str, Any]:
    return {
        "name": item.name,
        "owner": item.owner,
        "comment": item.comment,
        "created_at": item.created_at,
        "updated_at": item.updated_at,
        "created_by": item.created_by,
        "updated_by": item.created_by,
    }


def _column_info(position: int, column: ColumnInfo) -> dict[str, Any]:
    mask = {"mask": {"function_name": column.mask}} if column.mask else {}
    field = {"name": column.name, "type": column.type, "nullable": column.nullable, "metadata": {}}
    return {
        "name": column.name,
        "type_text": column.type,
        "type_name": _type_name(column.type),
        "type_json": json.dumps(field),
        "position": position,
        "nullable": column.nullable,
        "comment": column.comment,
        **mask,
    }


def _type_name(ddl: str) -> str:
    """The service's name of a type: ``bigint`` is LONG, ``int`` is INT."""
    base = ddl.split("(")[0].split("<")[0].strip().lower()
    special = {"bigint": "LONG", "smallint": "SHORT", "tinyint": "BYTE", "integer": "INT"}
    return special.get(base, base.upper())


def _constraint_info(constraint: Constraint) -> dict[str, Any]:
    if constraint.type == "PRIMARY KEY":
        return {
            "primary_key_constraint": {
                "name": constraint.name,
                "child_columns": list(constraint.columns),
            }
        }
    if constraint.type == "UNIQUE":
        return {"named_table_constraint": {"name": constraint.name}}
    return {
        "foreign_key_constraint": {
            "name": constraint.name,
            "child_columns": list(constraint.columns),
            "parent_table": constraint.parent,
            "parent_columns": list(constraint.parent_columns),
        }
    }
