"""Tables whose rows are changes of rows: told by the columns that replication tools write.

AWS DMS (``Op``), Delta's change data feed (``_change_type``), SQL Server (``__$operation``),
Oracle GoldenGate (``op_type``), Qlik (``header__change_oper``), Debezium unwrapped (``__op``),
Snowflake's streams (``METADATA$ACTION``), Fivetran (``_fivetran_deleted``), Airbyte
(``_ab_cdc_deleted_at``), any column that is named as an operation and says insert, update and
delete or their letters, and rows that are marked as deleted.
Debezium's envelopes are told by ``envelopes``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, replace

from medallion_core.propose.change import changed_at
from medallion_core.propose.fields import Field
from medallion_core.propose.keys import ACCEPTED, Key, Support
from medallion_core.propose.likeness import likeness
from medallion_core.propose.tables import Table

_OPERATIONS = {
    "op": {"i", "u", "d", "c", "r", "t"},
    "operation": {"i", "u", "d", "insert", "update", "delete"},
    "op_type": {"i", "u", "d", "t", "insert", "update", "delete"},
    "_change_type": {"insert", "delete", "update_preimage", "update_postimage"},
    "__op": {"i", "u", "d", "c", "r"},
    "dml_type": {"i", "u", "d", "insert", "update", "delete"},
    "__$operation": {"1", "2", "3", "4"},
    "header__change_oper": {"i", "u", "d", "b"},
    "metadata$action": {"insert", "delete"},
}
_DELETES = {"__$operation": frozenset("1")}
_PREIMAGES = {"_change_type": "update_preimage", "__$operation": "3", "header__change_oper": "b"}
_REPLACES = frozenset(["metadata$action"])
"""Those of which an update is a deletion and an insertion at one time: in that order, as they sort.
https://docs.snowflake.com/en/user-guide/streams-intro
"""
_INSERTS = frozenset(["i", "insert", "inserted", "c", "create", "created", "r", "read", "+i"])
_UPDATES = frozenset(["u", "update", "updated", "upsert", "+u", "after", "ai", "update_after"])
_BEFORE = frozenset(["b", "bi", "before", "-u", "update_before", "preimage", "update_preimage"])
DELETES = frozenset(["d", "delete"])
_OTHER_DELETES = frozenset(["deleted", "-d", "remove", "removed"])
_SAYS_OPERATION = frozenset(["op", "oper", "operation", "dml", "cdc", "change", "rowkind"])
"""Words of columns that say what a row does, in whatever tool's spelling: with an order, that is
all that changes of rows have in common."""

_DELETED = ("_fivetran_deleted", "is_deleted", "isdeleted", "deleted", "__deleted")
_DELETED_AT = ("_ab_cdc_deleted_at", "deleted_at", "deletedat", "_sdc_deleted_at")
_DELETED_ON = frozenset(
    map(frozenset, (("deleted", "on"), ("deleted", "date"), ("deletion", "date")))
)
"""Words of other columns that say when a row was deleted."""
LIMITS = {
    "op_type": ", each update with all columns (what one leaves out is NULL) and none of a key"
    " (the row of the former key stays)"
}
"""What has to hold of the changes of Oracle GoldenGate, by its operation. Debezium writes all
columns, and another key as a deletion and an insertion."""
_COPIED = frozenset(["snapshot", "extract", "extracted", "export", "exported", "dump", "asof"])
_PARTITION_DAYS = frozenset([("ds",), ("dt",), ("as", "of"), ("as", "of", "date"), ("as", "at")])
SEQUENCES = (
    *(
        "transact_seq",
        "ar_h_change_seq",
        "header__change_seq",
        "_commit_version",
        "__$start_lsn",
        "__$command_id",
        "__$seqval",
    ),
    *("source_lsn", "lsn", "csn", "scn", "pos", "_ab_cdc_lsn", "__lsn", "__source_lsn", "sequence"),
    *("_fivetran_synced", "_sdc_sequence", "_commit_timestamp", "op_ts"),
    *("dms_timestamp", "_ab_cdc_updated_at", "_airbyte_extracted_at", "_airbyte_emitted_at"),
    *("ts_ms", "__ts_ms", "__source_ts_ms"),
)
"""Columns that order changes, from the surest; those behind it tell apart what has the same place.
Of SQL Server: what is committed together has one ``__$start_lsn``.
https://learn.microsoft.com/sql/relational-databases/system-tables/cdc-capture-instance-ct-transact-sql
"""
_ONE_EACH = frozenset(
    (
        *("transact_seq", "ar_h_change_seq", "header__change_seq", "__$command_id", "__$seqval"),
        "source_lsn",
        *("lsn", "__lsn", "__source_lsn", "_ab_cdc_lsn", "pos"),
    )
)
"""Those that have a place of its own for each change."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What tells that rows are changes; all names are source names.

    ``operation`` is the column that says what a row does, ``deletes`` its words for a deletion,
    ``preimage`` its word for what was before. ``mark`` is the column that marks deleted rows.
    ``then_by`` tells apart what has the same place by ``sequence``; ``ties`` where it may not.
    """

    evidence: str
    _: KW_ONLY
    sequence: str = ""
    then_by: tuple[str, ...] = ()
    ties: bool = False
    operation: str = ""
    deletes: tuple[str, ...] = ()
    preimage: str = ""
    mark: str = ""
    key: tuple[str, ...] = ()

    @property
    def own(self) -> set[str]:
        """What the tool wrote beside the data."""
        return {self.sequence, *self.then_by, self.operation, self.mark} - {""}


def recognise(table: Table) -> Recognised | None:
    """What tells that the rows of ``table`` are changes; None where nothing does."""
    fields = {name.lower(): field for name, field in table.fields.items()}
    order = [fields[name] for name in SEQUENCES if name in fields]
    sequence = order[0].name if order else ""
    for name, words in _OPERATIONS.items():
        if name in fields and (counts := _values(fields[name])) and counts.keys() <= words:
            loaded = changed_at(table) if name in _REPLACES else None
            return _operations(table, fields[name], counts, order or [loaded] if loaded else order)
    for field in table.fields.values():
        if counts := _of_another_tool(field):
            changed = changed_at(table)
            return _operations(table, field, counts, order or [changed] if changed else order)
    mark = next((fields[n] for n in (*_DELETED, *_DELETED_AT) if n in fields), None)
    mark = mark or next(filter(_says_deleted_on, table.fields.values()), None)
    if mark is None:
        return _snapshots(table)
    found = Recognised(f"there is {mark.name}", sequence=sequence, mark=mark.name)
    key = _key(table, found) if sequence else None
    if key is None or key.may_be_unique or not _is_own(key, table):
        return found
    return replace(found, key=(key.name,))


def _is_own(key: Field, table: Table) -> bool:
    """Whether it is named after nothing but its own table."""
    return not key.subject or key.subject_stems[-1:] == table.stems[-1:]


def _says_deleted_on(field: Field) -> bool:
    return frozenset(field.words) in _DELETED_ON and field.kind.is_time


def _of_another_tool(field: Field) -> dict[str, int]:
    """The values of a column that is named and filled as what a row does; none where it is not, or
    where all rows were inserted."""
    if not field.is_text or _SAYS_OPERATION.isdisjoint(field.words):
        return {}
    counts = _values(field)
    changes = _UPDATES | DELETES | _OTHER_DELETES
    known = counts.keys() <= _INSERTS | _BEFORE | changes
    return counts if known and not changes.isdisjoint(counts) else {}


def _operations(
    table: Table, field: Field, counts: dict[str, int], order: Sequence[Field]
) -> Recognised | None:
    """What it may say tomorrow counts, too: no row of today need be a deletion."""
    name = field.name.lower()
    if counts.keys() <= _INSERTS and name in ("op", "operation") and not order:
        return None
    preimage = _PREIMAGES.get(name) or next(iter(sorted(_BEFORE & counts.keys())), "")
    others = _OTHER_DELETES & counts.keys()
    found = _ordered(
        Recognised(
            f"{field.name} says {', '.join(sorted(counts))}{LIMITS.get(name, '')}",
            operation=field.name,
            deletes=tuple(sorted(_DELETES.get(name, DELETES | others))),
            preimage=preimage,
        ),
        order,
    )
    key = _key(table, found)
    inserted = sum(count for word, count in counts.items() if word in _INSERTS or word == "2")
    deleted = sum(counts.get(word, 0) for word in found.deletes)
    if key is None or inserted > key.distinct + deleted:
        return found
    return replace(found, key=(key.name,))


def _ordered(found: Recognised, order: Sequence[Field]) -> Recognised:
    """With what orders the changes. Where the tool names what was before, too, its words sort as
    the changes of one commit do: deleted, then inserted, then updated."""
    if not order:
        return found
    names = [field.name for field in order]
    sure = next((n for n, field in enumerate(order) if field.name.lower() in _ONE_EACH), None)
    then_by = names[1:] if sure is None else names[1 : sure + 1]
    replaces = found.operation.lower() in _REPLACES
    if found.preimage or replaces:
        then_by.append(found.operation)
    versions = found.preimage and names[0].lower().startswith("_commit")
    return replace(
        found,
        sequence=names[0],
        then_by=tuple(then_by),
        ties=sure is None and not (versions or replaces),
    )


def _snapshots(table: Table) -> Recognised | None:
    """Rows that say nothing to add up, and come again for each day that they were copied."""
    day = next(filter(_is_day_of_copy, table.fields.values()), None)
    if day is None or any(_adds_up(field) for field in table.fields.values()):
        return None
    found = Recognised("", sequence=day.name)
    key = _key(table, found)
    if key is None:
        return None
    if key.is_sampled:
        # How often a key comes does not show in some of the rows: no row is merged by it.
        evidence = f"{day.name} is named as when rows were copied, and {key.name} comes again"
        return None if key.may_be_unique else replace(found, evidence=evidence)
    if not _comes_again(table.row_count, key.distinct, day.distinct):
        return None
    return replace(found, evidence=f"{key.name} comes again for each {day.name}", key=(key.name,))


def _is_day_of_copy(field: Field) -> bool:
    named = not _COPIED.isdisjoint(field.words) or field.words in _PARTITION_DAYS
    return named and field.kind.is_time and field.is_complete and field.distinct > 1


def _adds_up(field: Field) -> bool:
    return field.kind.is_number and not field.marker


def _comes_again(rows: int, keys: int, days: int) -> bool:
    """Whether about every key is there on about every day, once."""
    return keys > 1 and keys * days / 2 <= rows <= keys * days and rows >= 1.5 * keys


def _key(table: Table, found: Recognised) -> Field | None:
    """The column that looks most like a key of what is changed: its values come again."""
    declared = table.source.primary_key
    if len(declared) == 1 and declared[0] in table.fields:
        return table.fields[declared[0]]
    candidates = [
        field
        for field in table.fields.values()
        if field.marker and field.is_complete and field.name not in found.own
    ]
    scores = [(likeness(f, table, names_another=False), -f.position, f.name) for f in candidates]
    score, _, name = max(scores, default=(0.0, 0, ""))
    return table.fields[name] if score >= ACCEPTED else None


def _values(field: Field) -> dict[str, int]:
    """All values of a column in lower case, with their rows; none where there are others than
    those known."""
    profile = field.profile
    if profile is None or not profile.distinct_is_exact:
        return {}
    if len(profile.frequent) < profile.distinct_count:
        return {}
    counts: dict[str, int] = {}
    for value in profile.frequent:
        text = str(value.value).strip().lower()
        counts[text] = counts.get(text, 0) + value.count
    return counts


def with_keys_of_feeds(keys: Sequence[Key], found: Sequence[Recognised | None]) -> list[Key]:
    """``keys`` with those of changed rows, which no column of changes shows to be unique."""
    return [
        _key_of_feed(key, feed) if feed and feed.key and feed.sequence else key
        for key, feed in zip(keys, found, strict=True)
    ]


def _key_of_feed(key: Key, feed: Recognised) -> Key:
    if key.declared and key.columns == feed.key:
        return key
    (name,) = feed.key
    evidence = f"The changes of one {name} belong together: {feed.evidence}."
    unique = tuple(dict.fromkeys((*feed.key, *key.unique)))
    return Key(feed.key, 0.7, evidence, support=Support.NAMED, unique=unique)
