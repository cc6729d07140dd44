"""Failures that rows cause: values that don't read, overflow, divide by zero, are missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from medallion_core.errors import MedallionError
from medallion_core.model import Entity, Fact, Measure, Rule, RuleAction
from medallion_core.model.parts import HEADER, LINE
from medallion_core.repair.answers import hand_over, mend
from medallion_core.repair.case import Case
from medallion_core.repair.changes import AddRule, Change, ChangeEntity, ChangeMeasure, ChangeRule
from medallion_core.repair.diagnosis import Diagnosis, Risk
from medallion_core.tables.proofs import KeyCheck
from medallion_core.text import sql
from medallion_core.text.identifiers import quote_identifier
from medallion_core.text.types import INTEGERS, MAX_PRECISION, check_type, decimal

Rewrite = Callable[[str], str]

_WIDER = dict.fromkeys(INTEGERS, "bigint") | {"bigint": decimal(MAX_PRECISION, 0)}
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


def key_is_null(case: Case) -> Diagnosis | None:
    """NULL where a key is needed: such rows are set aside, where they can be looked at."""
    named = case.search(r"key\s+column\(s\): ([^.]+)\.") or case.search(r"for column: ([^.\n]+)\.?")
    columns = [name.strip("` ") for name in re.sub(r"=\d+", "", named).split(",")]
    entity = next(iter(case.entities()), None)
    known = {c.name for c in entity.included_columns} if entity else set()
    missing = [name for name in columns if name in known]
    if entity is None or not missing:
        return None
    return _set_aside(case, "KEY_IS_NULL", entity, missing, "is part of the key")


def sequence_is_null(case: Case) -> Diagnosis | None:
    entity = case.entity
    if entity is None or not entity.sequence_by:
        return None
    missing = [entity.sequence_by]
    return _set_aside(case, "SEQUENCE_IS_NULL", entity, missing, "orders the versions of a key")


def versions_tie(case: Case) -> Diagnosis | None:
    """Several rows of a key with the same place in the order of its versions."""
    entity = case.entity
    if entity is None or not entity.sequence_by:
        return None
    return mend(
        case,
        "VERSIONS_TIE",
        f"{entity.name} has several rows of one key with the same {entity.sequence_by}.",
        f"Orders the versions of {entity.name} by arrival, ties by the row's content.",
        [ChangeEntity(entity.name, "", entity.delete_when, entity.key)],
        risk=Risk.ASKS,
    )


def rule_is_broken(case: Case) -> Diagnosis | None:
    """A rule that fails the update was broken: the data is wrong, or the rule is too strict."""
    names = re.findall(r"'([^']+)'", case.search(r"Violated expectations: ([^.]+)\."))
    record = case.search(r"Input data: '(.{1,400}?)'(?:\. |$)")
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


def key_is_shared(case: Case) -> Diagnosis | None:
    """Two members of a dimension with one surrogate key: the key does not tell them apart."""
    if not (case.dataset and isinstance(case.dataset.of, KeyCheck)):
        return None
    named = case.search(r'"dimension":\s*"([^"]+)"')
    found = [each for each in case.dataset.of.dimensions if each.name == named]
    keys = ", ".join(column for dimension in found for column in dimension.business_key)
    what = f"{named} ({keys})" if found else "a dimension"
    return hand_over(
        case,
        "KEY_IS_SHARED",
        f"Two rows of {what} have the same surrogate key.",
        f"Choose a business key for {what} that tells its rows apart.",
    )


def snapshot_repeats_key(case: Case) -> Diagnosis | None:
    entity = case.entity
    key = ", ".join(entity.key) if entity else "the key"
    row = case.search(r"for the key ([^:\n]{1,200})")
    return hand_over(
        case,
        "SNAPSHOT_REPEATS_KEY",
        f"A snapshot holds more than one row for {row or key}.",
        f"Choose a key that tells the rows apart, or remove the doubles in the source of {key}.",
    )


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


def _set_aside(
    case: Case, code: str, entity: Entity, columns: list[str], why: str
) -> Diagnosis | None:
    names = ", ".join(columns)
    rules = [
        Rule(
            f"{column}_present",
            f"{quote_identifier(column)} IS NOT NULL",
            RuleAction.QUARANTINE,
            f"It {why}.",
        )
        for column in columns
    ]
    if all(rule in entity.rules for rule in rules):
        return None
    return mend(
        case,
        code,
        f"{entity.name} has rows without {names}, which {why}.",
        f"Sets rows of {entity.name} without {names} aside in quarantine.",
        [AddRule(entity.name, rule) for rule in rules],
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
