"""How a serverless pipeline would refresh a materialized view, by its query and what that reads.

The rows themselves are computed anew here in any case.
https://docs.databricks.com/aws/en/ldp/monitor-event-log-schema
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from local_workspace.catalog.metastore import Table
from local_workspace.lakeflow.errors import PipelineError
from local_workspace.lakeflow.nodes import Node
from local_workspace.sql.plans import Issue, Operator, operators, plan_issues

FULL, NOTHING = "COMPLETE_RECOMPUTE", "NO_OP"
ROW_TRACKING = "delta.enableRowTracking"


def plan_of(node: Node) -> list[Operator]:
    """The operators of a node's query."""
    return list(operators(node.frame)) if node.frame is not None else []


def issues(node: Node, plan: list[Operator], tables: Iterable[Table]) -> list[Issue]:
    """Why a node cannot be refreshed incrementally; empty where it can."""
    found = [*_of_tables(node, tables), *plan_issues(plan)]
    return list(dict.fromkeys(found))


def require_policy(node: Node, found: list[Issue]) -> None:
    """Raises PipelineError where a view must be refreshed incrementally and cannot be."""
    policy = node.dataset.refresh_policy.lower()
    if found and policy.startswith("incremental"):
        why = found[0].subtype or found[0].kind
        raise PipelineError(
            f"MATERIALIZED_VIEW_NOT_INCREMENTALIZABLE.{why}",
            f"Cannot create the materialized view with {policy.upper().replace('_', ' ')} refresh "
            f"policy because it is not supported for incremental refresh. Reason: {why} "
            f"{found[0].about}".rstrip(),
            "42601",
        )


def planning(
    plan: list[Operator],
    tables: Iterable[Table],
    found: list[Issue],
    *,
    first: bool,
    changed: bool,
) -> tuple[str, dict[str, Any]]:
    """The technique that is chosen, and the event's details."""
    wanted = _technique(plan)
    missing = [Issue("CHANGE_SET_MISSING")] if first else []
    computed = FULL if found or first else wanted
    chosen = computed if changed or first else NOTHING
    techniques = [
        {"maintenance_type": f"MAINTENANCE_TYPE_{FULL}", "is_applicable": True},
        {
            "maintenance_type": f"MAINTENANCE_TYPE_{wanted}",
            "is_applicable": not (found or missing),
            "incrementalization_issues": [issue.details() for issue in (*missing, *found)],
        },
        {"maintenance_type": f"MAINTENANCE_TYPE_{NOTHING}", "is_applicable": chosen == NOTHING},
    ]
    for each in techniques:
        each["is_chosen"] = each["maintenance_type"] == f"MAINTENANCE_TYPE_{chosen}"
    sources = [_table_information(table, changed=changed) for table in tables]
    return chosen, {"technique_information": techniques, "source_table_information": sources}


def _technique(plan: list[Operator]) -> str:
    names = [operator.name for operator in plan]
    if "Aggregate" in names:
        return "GROUP_AGGREGATE"
    return "WINDOW_FUNCTION" if "Window" in names else "ROW_BASED"


def _of_tables(node: Node, tables: Iterable[Table]) -> Iterator[Issue]:
    if any(column.mask for table in tables for column in table.columns) or (
        node.schema and node.schema.masks
    ):
        yield Issue("PLAN_NOT_INCREMENTALIZABLE", "OPERATOR_NOT_SUPPORTED", "ColumnMask")
    for table in tables:
        if table.properties.get(ROW_TRACKING) != "true":
            yield Issue("ROW_TRACKING_NOT_ENABLED", about=table.key)


def _table_information(table: Table, *, changed: bool) -> dict[str, Any]:
    """Which rows of a table have changed is not known here: all, or none."""
    files = Path(table.location).rglob("*.parquet") if table.location else ()
    size = sum(file.stat().st_size for file in files)
    return {
        "table_name": table.key,
        "full_size": size,
        "change_size": size if changed else 0,
        "is_row_id_enabled": table.properties.get(ROW_TRACKING) == "true",
        "is_cdf_enabled": table.properties.get("delta.enableChangeDataFeed") == "true",
        "is_deletion_vector_enabled": table.properties.get("delta.enableDeletionVectors") == "true",
    }
