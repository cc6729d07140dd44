"""How a serverless pipeline would refresh a materialized view: by the documented list of what
refreshes incrementally, held against the plan that Spark makes of its query.

The rows themselves are computed anew here in any case.
https://docs.databricks.com/aws/en/ldp/incremental-refresh
https://docs.databricks.com/aws/en/ldp/monitor-event-log-schema
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from pyspark.sql import DataFrame

from local_workspace.catalog.metastore import Table
from local_workspace.lakeflow.errors import PipelineError
from local_workspace.lakeflow.nodes import Node

FULL, NOTHING = "COMPLETE_RECOMPUTE", "NO_OP"
ROW_TRACKING = "delta.enableRowTracking"

_ANALYZED = re.compile(r"== Analyzed Logical Plan ==\n[^\n]*\n(.*?)\n\n", re.DOTALL)
_OPERATOR = re.compile(r"^[\s:|+-]*(\w+)(.*)$")
_ALIASES = frozenset({"SubqueryAlias", "CollectMetrics", "Filter"})
_SUPPORTED = frozenset(
    {"Project", "Filter", "Join", "Union", "Aggregate", "Window", "SubqueryAlias"}
    | {"CollectMetrics", "Relation", "LogicalRelation", "RelationV2", "View"}
)
_UNSUPPORTED_JOINS = ("LeftAnti", "LeftSemi", "Cross", "ExistenceJoin")
_SOURCES = frozenset({"Range", "LocalRelation", "OneRowRelation"})
_TIMES = re.compile(r"\b(current_timestamp|current_date|localtimestamp|now)\(")
_CHANCES = re.compile(r"\b(rand|randn|uuid|shuffle|monotonically_increasing_id)\(")


@dataclass(frozen=True, slots=True)
class Operator:
    name: str
    rest: str


@dataclass(frozen=True, slots=True)
class Issue:
    """``kind`` is the event's ``issue_type``; ``subtype`` is its narrower word, if it has one."""

    kind: str
    subtype: str = ""
    about: str = ""

    def details(self) -> dict[str, Any]:
        found: dict[str, Any] = {"issue_type": self.kind, "prevent_incrementalization": True}
        if self.kind == "PLAN_NOT_DETERMINISTIC":
            found["plan_not_deterministic_sub_type"] = self.subtype
            found["expression_name"] = self.about
        elif self.subtype:
            found["plan_not_incrementalizable_sub_type"] = self.subtype
            found["operator_name"] = self.about
        elif self.about:
            found["table_information"] = {"table_name": self.about}
        return found


def issues(node: Node, tables: Iterable[Table]) -> list[Issue]:
    """Why a node cannot be refreshed incrementally; empty where it can."""
    operators = list(_operators(node.frame)) if node.frame is not None else []
    found = [*_of_tables(node, tables), *_of_plan(operators)]
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
    node: Node, tables: Iterable[Table], found: list[Issue], *, first: bool, changed: bool
) -> tuple[str, dict[str, Any]]:
    """The technique that is chosen, and the event's details."""
    wanted = _technique(node)
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


def _technique(node: Node) -> str:
    names = [operator.name for operator in _operators(node.frame)] if node.frame else []
    if "Aggregate" in names:
        return "GROUP_AGGREGATE"
    return "WINDOW_FUNCTION" if "Window" in names else "ROW_BASED"


def _operators(frame: DataFrame) -> Iterator[Operator]:
    """The operators of the analyzed plan, the last one first."""
    text = cast(Any, frame)._explain_string(extended=True)
    found = _ANALYZED.search(f"{text}\n\n")
    for line in found[1].split("\n") if found else ():
        operator = _OPERATOR.match(line)
        if operator:
            yield Operator(operator[1], operator[2])


def _of_tables(node: Node, tables: Iterable[Table]) -> Iterator[Issue]:
    if any(column.mask for table in tables for column in table.columns) or (
        node.schema and node.schema.masks
    ):
        yield Issue("PLAN_NOT_INCREMENTALIZABLE", "OPERATOR_NOT_SUPPORTED", "ColumnMask")
    for table in tables:
        if table.properties.get(ROW_TRACKING) != "true":
            yield Issue("ROW_TRACKING_NOT_ENABLED", about=table.key)


def _of_plan(operators: list[Operator]) -> Iterator[Issue]:
    above: set[str] = set()
    for operator in operators:
        yield from _of_operator(operator, above)
        above.add(operator.name)


def _of_operator(operator: Operator, above: set[str]) -> Iterator[Issue]:
    plan = "PLAN_NOT_INCREMENTALIZABLE"
    if operator.name in _SOURCES:
        yield Issue("INPUT_NOT_IN_DELTA")
    elif operator.name not in _SUPPORTED or (
        operator.name == "Join" and operator.rest.strip().startswith(_UNSUPPORTED_JOINS)
    ):
        yield Issue(plan, "OPERATOR_NOT_SUPPORTED", operator.name)
    elif operator.name == "Aggregate" and above - _ALIASES:
        yield Issue(plan, "AGGREGATE_NOT_TOP_NODE", operator.name)
    elif operator.name == "Window" and above - _ALIASES - {"Project", "Window"}:
        yield Issue(plan, "WINDOW_FUNCTION_NOT_TOP_LEVEL", operator.name)
    if operator.name != "Filter":
        for pattern, why in ((_TIMES, "TIME_FUNCTION"), (_CHANCES, "NON_DETERMINISTIC_EXPRESSION")):
            found = pattern.search(operator.rest)
            if found:
                yield Issue("PLAN_NOT_DETERMINISTIC", why, found[1])


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
