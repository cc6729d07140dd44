"""What of a query a serverless pipeline cannot refresh incrementally: the documented list of what
it can, held against the plan that Spark makes.

https://docs.databricks.com/aws/en/ldp/incremental-refresh
https://docs.databricks.com/aws/en/ldp/monitor-event-log-schema
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from pyspark.sql import DataFrame

_ANALYZED = re.compile(r"== Analyzed Logical Plan ==\n[^\n]*\n(.*?)\n\n", re.DOTALL)
_OPERATOR = re.compile(r"^[\s:|+-]*(\w+)(.*)$")
_ALIASES = frozenset({"SubqueryAlias", "CollectMetrics", "Filter"})
_SUPPORTED = frozenset(
    {"Project", "Filter", "Join", "Union", "Aggregate", "Window", "SubqueryAlias"}
    | {"CollectMetrics", "Relation", "LogicalRelation", "RelationV2", "View"}
)
_UNSUPPORTED_JOINS = ("LeftAnti", "LeftSemi", "Cross", "ExistenceJoin")
_SOURCES = frozenset({"Range", "LocalRelation", "OneRowRelation"})
_AS_THEY_ARE = re.compile(r"^ \[[\w ]+#\d+L?(, [\w ]+#\d+L?)*\]$")
"""A projection of columns that only passes them on."""
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


def operators(frame: DataFrame) -> Iterator[Operator]:
    """The operators of the analyzed plan, the last one first."""
    text = cast(Any, frame)._explain_string(extended=True)
    found = _ANALYZED.search(f"{text}\n\n")
    for line in found[1].split("\n") if found else ():
        operator = _OPERATOR.match(line)
        if operator:
            yield Operator(operator[1], operator[2])


def plan_issues(found: list[Operator]) -> Iterator[Issue]:
    """Why a query cannot be refreshed incrementally, operator by operator."""
    above: set[str] = set()
    for operator in found:
        yield from _of_operator(operator, above)
        if not (operator.name == "Project" and _AS_THEY_ARE.search(operator.rest)):
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
