"""Failures that values cause: they do not read, overflow, divide by zero, break a rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from medallion_core.errors import MedallionError
from medallion_core.model import Fact, Measure, Rule, RuleAction
from medallion_core.model.parts import HEADER, LINE
from medallion_core.repair.answers import mend
from medallion_core.repair.case import Case
from medallion_core.repair.changes import AddRule, Change, ChangeEntity, ChangeMeasure, ChangeRule
from medallion_core.repair.diagnosis import Diagnosis, Risk
from medallion_core.text import sql
from medallion_core.text.identifiers import quote_identifier
from medallion_core.text.types import INTEGERS, MAX_PRECISION, check_type, decimal

Rewrite = Callable[[str], str]

_WIDER = dict.fromkeys(INTEGERS, "bigint") | {"bigint": decimal(MAX_PRECISION, 0)}
_VALUE = re.compile(r":\s*(?!null\b)[^\s,}]|^[^{}:]*\w[^{}:]*$")
"""A field of a JSON object that has a value, or text that is no object."""

_HEADROOM = 4
"""Digits before the point that a widened decimal has beyond the value that did not fit."""


def cast_fails(case: Case) -> Diagnosis | None:
    """A value that does not read as a type: read it as NULL, and count such rows."""
    value = case.search(r"The value (.{1,80}?) of the type") or case.search(
        r"Text (.{1,80}?) could"
    )
    wanted = case.search(r'cannot be cast to "([\w(), ]+)"')
    type_ = f" as {wanted}" if wanted else ""
    what = f"The value {value} does not read{type_}" if value else f"A value does not read{type_}"
    changes = [*_tolerant_measures(case), *_rewritten(case, sql.tolerate_casts)]
    if not changes:
        return None
    return mend(
        case,
        "CAST_FAILS",
        f"{what} in {_where(changes)}.",
        f"Reads it with try_cast in {_where(changes)}: what does not read is NULL there.",
        changes,
        risk=_risk(changes),
    )


def divides_by_zero(case: Case) -> Diagnosis | None:
    changes = _rewritten(case, sql.guard_divisions)
    if not changes:
        return None
    return mend(
        case,
        "DIVIDES_BY_ZERO",
        f"A row divides by zero in {_where(changes)}.",
        f"Divides by nullif(…, 0) in {_where(changes)}: the result is NULL for such rows.",
        changes,
        risk=_risk(changes),
    )


def overflows(case: Case) -> Diagnosis | None:
    """An integer that grows too large: it is computed with wide decimals."""
    types = case.column_types()
    changes = _rewritten(case, lambda text: sql.widen_integers(text, types, (LINE, HEADER)))
    if not changes:
        changes = [change for fact in case.facts() for change in _wider_types(fact, _WIDER)]
    if not changes:
        return None
    return mend(
        case,
        "OVERFLOWS",
        f"A number grows too large for its type in {_where(changes)}.",
        f"Computes {_where(changes)} with wide decimals.",
        changes,
    )


def cast_overflows(case: Case) -> Diagnosis | None:
    """A number too large for the type it is cast to: the measure gets a wider type."""
    wanted = _type_in(case.search(r'cannot be cast to "([\w(), ]+)"'))
    value = case.search(r"The value (.{1,80}?) of the type")
    wider = _WIDER.get(wanted)
    changes: list[Change] = []
    for measure in case.measures():
        text = measure.expression
        if wider:
            text = sql.replace_cast(text, wanted, wider)
            type_ = wider if measure.type == wanted or text != measure.expression else measure.type
            changes += _changed(case, measure, replace(measure, expression=text, type=type_))
    if not changes:
        return cast_fails(case)
    return mend(
        case,
        "CAST_OVERFLOWS",
        f"The value {value} is too large for {wanted} in {_where(changes)}.",
        f"Makes {_where(changes)} {wider}.",
        changes,
    )


def decimal_too_small(case: Case) -> Diagnosis | None:
    """A decimal with too few digits: measures of that type get more."""
    precision, scale = case.search(r"Decimal\((\d+)"), case.search(r"Decimal\(\d+, (\d+)")
    value = case.search(r"(-?\d[\d.]*) (?:rounded half up|cannot be represented)")
    if not precision:
        return None
    narrow = decimal(int(precision), int(scale or 0))
    wide = _wide_decimal(value, int(precision), int(scale or 0))
    changes = [
        change
        for measure in case.measures()
        if _type_in(measure.type) == narrow
        for change in _changed(case, measure, replace(measure, type=wide))
    ]
    changes = changes or _rewritten(case, sql.tolerate_casts)
    if not changes:
        return None
    return mend(
        case,
        "DECIMAL_TOO_SMALL",
        f"{value or 'A value'} does not fit {narrow} in {_where(changes)}.",
        f"Gives {_where(changes)} more digits: {wide}.",
        changes,
    )


def rule_is_broken(case: Case) -> Diagnosis | None:
    """A rule that fails the update was broken: the data is wrong, or the rule is too strict."""
    names = re.findall(r"'([^']+)'", case.search(r"Violated expectations: ([^.]+)\."))
    record = _row(case)
    rules = [r for r in (case.entity.rules if case.entity else ()) if r.name in names]
    if case.entity is None or not rules:
        return None
    entity = case.entity.name
    where = ", ".join(f"{rule.name} ({rule.condition})" for rule in rules)
    return mend(
        case,
        "RULE_IS_BROKEN",
        f"A row of {entity} breaks {where}, which fails the update."
        + (f" The row: {record}" if record else ""),
        f"Sets rows aside that break {', '.join(r.name for r in rules)}, instead of failing.",
        [
            ChangeRule(entity, rule.name, replace(rule, action=RuleAction.QUARANTINE))
            for rule in rules
        ],
        risk=Risk.ASKS,
        instructions="Correct the row in the source, or let such rows be set aside.",
    )


def _row(case: Case) -> str:
    """The row that the platform quotes, as it came or as it would be written; empty where it quotes
    none, or one without a value."""
    for label in ("Input data", "Output record"):
        record = case.search(rf"{label}: '(.{{1,400}}?)'(?:\. |$)")
        if _VALUE.search(record):
            return record
    return ""


# ── What is rewritten ────────────────────────────────────────────────────────────────────────


def _rewritten(case: Case, rewrite: Rewrite) -> list[Change]:
    """Every expression at the failing place that ``rewrite`` changes."""
    changes: list[Change] = []
    for measure in case.measures():
        text = rewrite(measure.expression)
        changes += _changed(case, measure, replace(measure, expression=text))
    entity = case.entity
    if entity is None:
        return changes
    for rule in entity.rules:
        text = rewrite(rule.condition)
        if text != rule.condition:
            changes.append(ChangeRule(entity.name, rule.name, replace(rule, condition=text)))
    delete_when = rewrite(entity.delete_when)
    if delete_when != entity.delete_when:
        changes.append(ChangeEntity(entity.name, entity.sequence_by, delete_when, entity.key))
    return changes


def _changed(case: Case, before: Measure, after: Measure) -> list[Change]:
    if case.fact is None or before == after:
        return []
    return [ChangeMeasure(case.fact.name, before.name, after)]


def _tolerant_measures(case: Case) -> Iterator[Change]:
    """Measures over text: each text column is read as a number, and rows that have none are
    counted by a rule."""
    for from_header, entity in case.fact_sides():
        texts = {c.name for c in entity.included_columns if c.type == "string"}
        for measure in case.measures():
            used = sorted(c for c in texts if sql.reads(measure.expression, c, (LINE, HEADER)))
            cast = sql.casts(measure.expression)
            if measure.from_header is not from_header or not used or cast or case.fact is None:
                continue
            type_ = sql.type_name(measure.type)
            text = _read_as(measure.expression, used, type_)
            yield ChangeMeasure(case.fact.name, measure.name, replace(measure, expression=text))
            for column in used:
                yield AddRule(entity.name, _readable(column, type_))


def _read_as(expression: str, columns: Iterable[str], type_: str) -> str:
    return sql.map_columns(
        expression, list(columns), lambda text: f"try_cast({text} AS {type_})", (LINE, HEADER)
    )


def _readable(column: str, type_: str) -> Rule:
    name = quote_identifier(column)
    return Rule(
        f"{column}_readable",
        f"{name} IS NULL OR try_cast({name} AS {type_}) IS NOT NULL",
        RuleAction.WARN,
        f"A measure reads it as {type_}; what does not read counts as nothing there.",
    )


def _wide_decimal(value: str, precision: int, scale: int) -> str:
    digits = len(value.lstrip("-").split(".")[0]) if value else precision - scale
    return decimal(max(digits + _HEADROOM + scale, precision + _HEADROOM), scale)


def _type_in(text: str) -> str:
    """The type that an error names, empty for none."""
    try:
        return check_type(text)
    except MedallionError:
        return ""


def _wider_types(fact: Fact, wider: dict[str, str]) -> Iterator[Change]:
    for measure in fact.measures:
        if measure.type in wider:
            yield ChangeMeasure(fact.name, measure.name, replace(measure, type=wider[measure.type]))


def _risk(changes: Iterable[Change]) -> Risk:
    """NULL in a rule counts as broken, so a tolerant rule that drops would drop rows in silence."""
    drops = any(
        isinstance(change, ChangeRule) and change.rule and change.rule.action is RuleAction.DROP
        for change in changes
    )
    return Risk.ASKS if drops else Risk.SAFE


def _where(changes: Iterable[Change]) -> str:
    """The rules and measures that change, in words."""
    names: list[str] = []
    for change in changes:
        match change:
            case ChangeMeasure():
                names.append(f"{change.fact}.{change.name}")
            case ChangeRule():
                names.append(f"the rule {change.name} of {change.entity}")
            case ChangeEntity():
                names.append(f"the deletions of {change.entity}")
    return ", ".join(dict.fromkeys(names))
