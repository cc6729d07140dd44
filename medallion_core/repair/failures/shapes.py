"""Failures of columns: gone, renamed, named twice, named badly."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher

from medallion_core.errors import MedallionError
from medallion_core.model import Column, Entity, EntityColumn, Fact, Measure, RuleAction
from medallion_core.model.parts import HEADER, LINE
from medallion_core.repair.answers import first_line, hand_over, mend
from medallion_core.repair.case import Case
from medallion_core.repair.changes import (
    Change,
    ChangeColumn,
    ChangeEntity,
    ChangeMeasure,
    ChangeRule,
    CleanNames,
    ClusterBy,
    KeepAsNull,
    LeaveColumnOut,
    RenameColumns,
)
from medallion_core.repair.diagnosis import Diagnosis, Risk
from medallion_core.repair.without import needed_by, only_shown
from medallion_core.tables.names import silver_table
from medallion_core.tables.schema import CLUSTERING_KEYS
from medallion_core.text import sql
from medallion_core.text.identifiers import snake_case, unique_names
from medallion_core.text.tokens import tokens

ALIKE = 0.6
"""Ratio from which on two names may be one column's, if a person agrees."""


def rule_is_unusable(case: Case) -> Diagnosis | None:
    """Rules that Spark cannot read: a source's spelling is put right. A rule that only warns goes,
    since what it would count cannot be counted; any other decides over rows, and asks."""
    entity = case.entity
    if entity is None:
        return None
    refused = [r for r in entity.rules if (entity.name, r.name) in case.evidence.rule_errors]
    if not refused:
        return None
    respelled = {rule.name: _respelled(rule.condition, entity) for rule in refused}
    mended = all(respelled[rule.name] != rule.condition for rule in refused)
    changes = [
        ChangeRule(entity.name, r.name, replace(r, condition=respelled[r.name]) if mended else None)
        for r in refused
    ]
    harmless = mended or all(rule.action is RuleAction.WARN for rule in refused)
    names = ", ".join(rule.name for rule in refused)
    said = case.evidence.rule_errors[entity.name, refused[0].name]
    return mend(
        case,
        "RULE_IS_UNUSABLE",
        f"Spark cannot evaluate {names} on {entity.name}: {first_line(said)}",
        f"Reads the columns of {names} by their silver names." if mended else f"Removes {names}.",
        changes,
        risk=Risk.SAFE if harmless else Risk.ASKS,
        instructions="" if mended else f"Correct the condition, or remove it: {names}.",
    )


def column_is_missing(case: Case) -> Diagnosis | None:
    """A name that cannot be resolved: in a measure, in an entity's settings, or in the source."""
    name = _last_part(case.search(r"with name (`[^\n]*?`) cannot be resolved"))
    name = name or case.search(r"AutoCDC key column `([^`]+)`")
    if not name:
        return None
    if case.fact:
        return _missing_in_measure(case, case.fact, name)
    if case.entity is None:
        return None
    return _missing_in_settings(case, case.entity, name) or _missing_in_source(
        case, case.entity, name
    )


def measure_is_unusable(case: Case) -> Diagnosis | None:
    """Measures that Spark cannot read, recognised by the words that it complains of."""
    near = case.search(r"at or near '([^']+)'") or case.search(r"routine `?([\w.`]+?)`? on search")
    near = near or case.search(r'Cannot resolve "(.+?)" due to')
    word = _last_part(near)
    written = [m for m in case.measures() if not sql.plain_name(m.expression)]
    concerned = [m for m in written if word and _has_word(m.expression, word)]
    concerned = concerned or (written if len(written) == 1 else [])
    if case.fact is None or not concerned:
        return None
    names = ", ".join(f"{case.fact.name}.{measure.name}" for measure in concerned)
    return mend(
        case,
        "MEASURE_IS_UNUSABLE",
        f"Spark cannot evaluate {names}: {first_line(case.text)}",
        f"Removes {names}.",
        [ChangeMeasure(case.fact.name, measure.name, None) for measure in concerned],
        risk=Risk.ASKS,
        instructions=f"Correct the expression, or remove it: {names}.",
    )


def names_collide(case: Case) -> Diagnosis | None:
    """Two columns of one name, or a name that Delta refuses."""
    if case.entity is None:
        table = case.dimension or case.fact or case.bridge
        if table is None:
            return None
        change: Change = CleanNames(table.name)
        what = table.name
    else:
        names = [snake_case(column.name) for column in case.entity.columns]
        change = RenameColumns(case.entity.name, tuple(unique_names(names)))
        what = silver_table(case.entity)
        if change.names == tuple(column.name for column in case.entity.columns):
            return None
    return mend(
        case,
        "NAMES_COLLIDE",
        f"Delta refuses column names of {what}: {first_line(case.text)}",
        f"Names the columns of {what} in snake case, each once.",
        [change],
    )


def clustering_is_refused(case: Case) -> Diagnosis | None:
    if case.fact is None or not case.fact.cluster_by:
        return None
    refused = case.search(r"column\(s\):\s*([^\n]+?) don't support")
    refused = refused or case.search(r"find column (\S+) in")
    kept = [name for name in case.fact.cluster_by if not _has_word(refused, name)]
    return mend(
        case,
        "CLUSTERING_IS_REFUSED",
        f"{case.fact.name} cannot be clustered by {refused or len(case.fact.cluster_by)}.",
        f"Clusters {case.fact.name} by {', '.join(kept[:CLUSTERING_KEYS]) or 'nothing'}.",
        [ClusterBy(case.fact.name, tuple(kept[:CLUSTERING_KEYS]))],
    )


# ── A missing column ─────────────────────────────────────────────────────────────────────────


def _missing_in_measure(case: Case, fact: Fact, name: str) -> Diagnosis | None:
    measures = [m for m in fact.measures if sql.reads(m.expression, name, (LINE, HEADER))]
    sources = {c.source.lower(): c.name for _, e in case.fact_sides() for c in e.included_columns}
    silver = sources.get(name.lower())
    if not measures:
        return None
    changes = [
        ChangeMeasure(fact.name, m.name, _respelled_measure(m, name, silver)) for m in measures
    ]
    names = ", ".join(f"{fact.name}.{measure.name}" for measure in measures)
    return mend(
        case,
        "COLUMN_IS_MISSING",
        f"{names} reads {name}, which is not a column of silver.",
        f"Reads {silver} for {name} in {names}." if silver else f"Removes {names}.",
        changes,
        risk=Risk.SAFE if silver else Risk.ASKS,
        instructions="" if silver else f"Correct {name} in {names}, or remove it.",
    )


def _respelled_measure(measure: Measure, name: str, silver: str | None) -> Measure | None:
    if silver is None:
        return None
    names = {name: silver}
    text = sql.rename(measure.expression, names, rows={LINE: names, HEADER: names})
    return replace(measure, expression=text)


def _missing_in_settings(case: Case, entity: Entity, name: str) -> Diagnosis | None:
    """The key, the order of versions or the deletions read a column that silver does not have."""
    known = {column.name for column in entity.included_columns}
    uses = {
        "key": name in entity.key,
        "order of versions": entity.sequence_by == name,
        "deletions": sql.reads(entity.delete_when, name),
    }
    used = " and ".join(use for use, found in uses.items() if found)
    silver = {c.source.lower(): c.name for c in entity.included_columns}.get(name.lower())
    if name in known or not used:
        return None
    sentence = f"The {used} of {entity.name} reads {name}, which is not a column of silver."
    if uses["key"] and silver is None:
        return hand_over(case, "COLUMN_IS_MISSING", sentence, f"Choose the key of {entity.name}.")
    return mend(
        case,
        "COLUMN_IS_MISSING",
        sentence,
        f"Reads {silver} for {name} there." if silver else f"Does without {name} there.",
        [_respelled_settings(entity, name, silver)],
        risk=Risk.SAFE if silver else Risk.ASKS,
    )


def _respelled_settings(entity: Entity, name: str, silver: str | None) -> ChangeEntity:
    """The entity's settings with ``silver`` for ``name``, or without what reads it."""
    delete_when = entity.delete_when
    if sql.reads(delete_when, name):
        delete_when = sql.rename(delete_when, {name: silver}) if silver else ""
    return ChangeEntity(
        entity.name,
        (silver or "") if entity.sequence_by == name else entity.sequence_by,
        delete_when,
        tuple((silver or key) if key == name else key for key in entity.key),
    )


def _missing_in_source(case: Case, entity: Entity, name: str) -> Diagnosis | None:
    column = next((c for c in entity.columns if c.source.lower() == name.lower()), None)
    there = case.evidence.columns.get(entity.name, ())
    if column is None or any(found.name.lower() == name.lower() for found in there):
        return None
    unmapped = _unmapped(case, entity)
    certain = [n for n in unmapped if snake_case(n.name) == snake_case(column.source)]
    likely = [n for n in unmapped if _alike(n, column)]
    if certain or len(likely) == 1:
        now = (certain or likely)[0]
        return mend(
            case,
            "COLUMN_IS_RENAMED",
            f"{entity.name} has no column {column.source} any more, but a new one, {now.name}.",
            f"Reads {entity.name}.{column.name} from {now.name}.",
            [ChangeColumn(entity.name, _read_from(column, now))],
            risk=Risk.SAFE if certain else Risk.ASKS,
        )
    return _left_out(case, entity, column)


def _left_out(case: Case, entity: Entity, column: EntityColumn) -> Diagnosis:
    needs = needed_by(case.design, entity.name, column.name)
    sentence = f"{entity.name} has no column {column.source} any more."
    if column.name in entity.key:
        return hand_over(
            case,
            "KEY_IS_GONE",
            f"{sentence} It is part of the key.",
            f"Choose another key for {entity.name}, or bring {column.source} back.",
        )
    if only_shown(case.design, entity.name, column.name):
        return mend(
            case,
            "COLUMN_IS_GONE",
            sentence,
            _kept_as_null(entity, column, needs),
            [KeepAsNull(entity.name, column.name)],
        )
    return mend(
        case,
        "COLUMN_IS_GONE",
        f"{sentence}" + (f" {', '.join(needs)} needed it." if needs else ""),
        f"Leaves {column.name} out of {silver_table(entity)}, with what reads it.",
        [LeaveColumnOut(entity.name, column.name)],
        risk=Risk.ASKS if needs else Risk.SAFE,
    )


def _kept_as_null(entity: Entity, column: EntityColumn, needs: list[str]) -> str:
    """What it means to keep the column: everything that has no value from now on is named."""
    eased = KeepAsNull(entity.name, column.name).eased(entity)
    parts = [
        f"Keeps {column.name} of {silver_table(entity)} as NULL: gold shows it",
        f"{', '.join(needs)} have no value for new rows" if needs else "",
        f"{', '.join(rule.name for rule in eased)} only warn" if eased else "",
    ]
    return f"{'; '.join(filter(None, parts))}."


def _unmapped(case: Case, entity: Entity) -> list[Column]:
    """Columns of the source that the design does not read, from the catalog or the message."""
    mapped = {column.source.lower() for column in entity.columns}
    now = case.evidence.columns.get(entity.name)
    if now is None:
        listed = case.search(r"one of the following\? \[([^\]]*)\]")
        names = [_last_part(part) for part in listed.split(", ") if part]
        now = tuple(Column(name, "") for name in names if not name.startswith("_"))
    return [column for column in now if column.name.lower() not in mapped]


def _alike(now: Column, before: EntityColumn) -> bool:
    same_type = now.type in ("", before.source_type)
    names = (snake_case(now.name), snake_case(before.source))
    return same_type and SequenceMatcher(None, *names).ratio() >= ALIKE


def _read_from(column: EntityColumn, now: Column) -> EntityColumn:
    return replace(column, source=now.name, source_type=now.type or column.source_type)


def _respelled(condition: str, entity: Entity) -> str:
    """The condition with source names replaced by the silver names they have."""
    known = {column.name for column in entity.included_columns}
    renames = {c.source: c.name for c in entity.included_columns if c.source not in known}
    return sql.rename(condition, renames)


def _last_part(name: str) -> str:
    """The last part of a name in an error, or the last column there; of other text all of it."""
    names = sql.plain_name(name) or sql.columns(name, (LINE, HEADER)) or [name]
    return names[-1]


def _has_word(text: str, word: str) -> bool:
    """Whether ``word`` stands in SQL, outside of texts; in what cannot be read it may."""
    try:
        return word.lower() in {token.value.lower() for token in tokens(text)}
    except MedallionError:
        return True
