"""Rules as Spark's own parser and analyzer read them, before they get into a design."""

from __future__ import annotations

from medallion_core.errors import MedallionError
from medallion_core.model import Entity, Rule
from medallion_core.tables.columns import UNCAST, silver_columns, silver_type
from medallion_core.tables.silver import silver_names
from medallion_core.text.identifiers import quote_identifier
from medallion_core.text.sql import check_expression
from medallion_core.workspace import Workspace


def check_rules(ws: Workspace, entity: Entity) -> None:
    """Analyzes every condition over the entity's silver columns, in one statement where all are
    right. No source is read, so that a topic's rules are checked like any other's.

    Raises MedallionError RULE_INVALID for the first rule that a pipeline would refuse.
    """
    for rule in entity.rules:
        _checked(rule)
    try:
        _analyze(ws, entity, entity.rules)
    except MedallionError:
        for rule in entity.rules:
            _analyze_one(ws, entity, rule)
        raise


def _checked(rule: Rule) -> str:
    try:
        return check_expression(rule.condition)
    except MedallionError as error:
        raise _invalid(rule, error.message) from error


def _analyze_one(ws: Workspace, entity: Entity, rule: Rule) -> None:
    try:
        _analyze(ws, entity, (rule,))
    except MedallionError as error:
        raise _invalid(rule, error.message) from error


def _analyze(ws: Workspace, entity: Entity, rules: tuple[Rule, ...]) -> None:
    """After WHERE, where neither aggregates nor values that are no booleans may stand."""
    types = dict.fromkeys(silver_names(entity), "string")
    types |= {column.name: silver_type(column) for column in silver_columns(entity)}
    types |= {UNCAST: "map<string,string>"} if UNCAST in types else {}
    empty = ", ".join(f"CAST(NULL AS {t}) AS {quote_identifier(n)}" for n, t in types.items())
    conditions = " AND ".join(f"({_checked(rule)})" for rule in rules) or "true"
    ws.query(f"DESCRIBE QUERY SELECT 1 FROM (SELECT {empty}) WHERE {conditions}")


def _invalid(rule: Rule, problem: str) -> MedallionError:
    return MedallionError(
        "RULE_INVALID",
        f"The rule {rule.name} cannot be checked: {problem}",
        "Write it as SQL over the silver columns that is true for good rows: amount >= 0.",
    )
