"""Failures of what tells rows and their versions apart: it is NULL, repeats, or ties."""

from __future__ import annotations

import re

from medallion_core.model import Entity, Rule, RuleAction
from medallion_core.repair.answers import hand_over, mend
from medallion_core.repair.case import Case
from medallion_core.repair.changes import AddRule, ChangeEntity
from medallion_core.repair.diagnosis import Diagnosis, Risk
from medallion_core.tables.proofs import KeyCheck
from medallion_core.text.identifiers import quote_identifier


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
        "Choose a key that tells the rows apart, or remove the duplicates from the source of "
        f"{key}.",
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
