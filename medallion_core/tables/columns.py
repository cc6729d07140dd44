"""What each column is called in bronze, and what type it has in silver."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from medallion_core.model import ChangeHandling, Entity, EntityColumn, PrivacyDecision, Rule
from medallion_core.tables import sources
from medallion_core.tables.sources import AuditColumn, SourceKind, kind_of
from medallion_core.text import sql

INGESTED_AT = "_ingested_at"
SOURCE = "_source"
RESCUED = sources.RESCUED
UNCAST = "_uncast"
BROKEN_RULES = "_broken_rules"
START, END = "__START_AT", "__END_AT"

_REFUSED = re.compile(r"[ ,;{}()\n\t=]")


def bronze_names(entity: Entity) -> Mapping[str, str]:
    """Source name to bronze name: the same but for the characters that Delta refuses.

    The characters are those of DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES; names stay unique
    without regard to case, as Delta compares them.
    """
    return entity.find_out_once("bronze names", lambda: _bronze_names(entity))


def _bronze_names(entity: Entity) -> dict[str, str]:
    there = [column for column in entity.columns if not column.missing]
    taken = {column.source.lower() for column in there if _is_accepted(column.source)}
    names: dict[str, str] = {}
    for column in {column.source: column for column in there}.values():
        names[column.source] = (
            column.source
            if _is_accepted(column.source)
            else _free(_REFUSED.sub("_", column.source), taken)
        )
        taken.add(names[column.source].lower())
    return names


def source_types(entity: Entity) -> dict[str, str]:
    """Source name to the type in bronze; a column of which only fields are read has these."""
    by_source: dict[str, list[EntityColumn]] = {}
    for column in entity.columns:
        if not column.missing:
            by_source.setdefault(column.source, []).append(column)
    return {
        source: struct_type([(column.path, column.source_type) for column in found])
        for source, found in by_source.items()
    }


def struct_type(fields: Sequence[tuple[tuple[str, ...], str]]) -> str:
    """The type that has these fields, each with its path; what lies in one is a struct again.

    >>> struct_type([(("id",), "int"), (("to", "zip"), "string")])
    'struct<id:int,`to`:struct<zip:string>>'
    """
    whole = next((type_ for path, type_ in fields if not path), "")
    if whole:
        return whole
    inner: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for (name, *rest), type_ in fields:
        inner.setdefault(name, []).append((tuple(rest), type_))
    return f"struct<{','.join(f'{sql.name(n)}:{struct_type(f)}' for n, f in inner.items())}>"


def _is_accepted(source: str) -> bool:
    return not _REFUSED.search(source)


def _free(wanted: str, taken: set[str]) -> str:
    candidate, number = wanted, 1
    while candidate.lower() in taken:
        number += 1
        candidate = f"{wanted}_{number}"
    return candidate


def audit_name(entity: Entity, wanted: str) -> str:
    """``wanted``, or a name beside it where the source has a column of that name."""
    taken = entity.find_out_once("names", lambda: _names(entity))
    return _free(wanted, {*taken}) if wanted.lower() in taken else wanted


def _names(entity: Entity) -> frozenset[str]:
    """Those of its columns, there and in silver, in lower case."""
    return frozenset(n.lower() for column in entity.columns for n in (column.source, column.name))


def audit_columns(entity: Entity) -> Mapping[str, str]:
    """The audit columns of the entity's bronze table in order, with their types."""
    return entity.find_out_once("audit columns", lambda: _audit_columns(entity))


def _audit_columns(entity: Entity) -> dict[str, str]:
    kept = {column.name: column.type for column in kept_by_all(entity)}
    wanted = {INGESTED_AT: "timestamp", SOURCE: "string"} | kept
    return {audit_name(entity, name): type_ for name, type_ in wanted.items()}


def kinds_of(entity: Entity) -> tuple[SourceKind, ...]:
    """What their kinds say of the entity's sources, in order."""
    return entity.find_out_once("kinds", lambda: tuple(map(kind_of, entity.reads)))


def kept_by_all(entity: Entity) -> list[AuditColumn]:
    """What every one of the entity's sources can say of where a row came from."""
    audits = [kind.audit for kind in kinds_of(entity)]
    first = audits[0] if audits else ()
    return [column for column in first if all(column in audit for audit in audits)]


def arrival(entity: Entity) -> tuple[str, ...]:
    """The audit columns that order rows by when they came: first the time of what they came in,
    since several files may be ingested at once; where all rows are read each time, that alone."""
    told = [column.name for column in kept_by_all(entity) if column.orders]
    ingested = [INGESTED_AT] if has_streaming_bronze(entity) else []
    return tuple(audit_name(entity, name) for name in (*told, *ingested))


def has_rescued_data(entity: Entity) -> bool:
    """Whether bronze has ``_rescued_data`` that the design does not name itself."""
    named = any(column.source == RESCUED for column in entity.columns)
    return not named and any(kind.rescues for kind in kinds_of(entity))


def has_streaming_bronze(entity: Entity) -> bool:
    """A streaming table cannot read a materialized view, so one streamed read decides."""
    return any(kind.is_streamed for kind in kinds_of(entity))


def change_of(entity: Entity) -> ChangeHandling:
    """The entity's change handling as far as its reads allow it.

    AUTO CDC needs a stream: over full reads, LATEST is a snapshot and HISTORY the history of
    snapshots. Without a key there is nothing to replace, so every row is kept.
    """
    if not entity.key:
        return ChangeHandling.APPEND
    if has_streaming_bronze(entity):
        return entity.change
    over_full_reads = {
        ChangeHandling.LATEST: ChangeHandling.SNAPSHOT,
        ChangeHandling.HISTORY: ChangeHandling.SNAPSHOT_HISTORY,
    }
    return over_full_reads.get(entity.change, entity.change)


def keeps_history(entity: Entity) -> bool:
    """Whether silver holds more than one version of a key, told apart by ``__START_AT``."""
    return change_of(entity) in (ChangeHandling.HISTORY, ChangeHandling.SNAPSHOT_HISTORY)


def silver_columns(entity: Entity) -> tuple[EntityColumn, ...]:
    """The columns that reach silver."""
    return entity.find_out_once("silver columns", lambda: tuple(_silver_columns(entity)))


def _silver_columns(entity: Entity) -> Iterator[EntityColumn]:
    for column in entity.included_columns:
        if column.privacy is None or column.privacy.decision is not PrivacyDecision.DROP:
            yield column


def silver_types(entity: Entity) -> Mapping[str, str]:
    """Silver name to type."""
    return entity.find_out_once(
        "silver types", lambda: {c.name: silver_type(c) for c in silver_columns(entity)}
    )


def is_hashed(column: EntityColumn) -> bool:
    """Whether silver holds a hash in the place of its values."""
    return column.privacy is not None and column.privacy.decision is PrivacyDecision.HASH


def rules_of_hashes(entity: Entity) -> list[tuple[Rule, EntityColumn]]:
    """Rules that ask about a value of which silver has a hash only. Whether it is there may be
    asked."""
    hashed = [column for column in entity.columns if is_hashed(column)]
    return [
        (rule, column)
        for column in hashed
        for rule in entity.rules
        if sql.reads(rule.condition, column.name)
        and rule.condition.strip().lower() != f"{sql.name(column.name)} IS NOT NULL".lower()
    ]


def silver_type(column: EntityColumn) -> str:
    """The type in silver; a hash is a string whatever it was."""
    hashed = is_hashed(column)
    return "string" if hashed else column.type
