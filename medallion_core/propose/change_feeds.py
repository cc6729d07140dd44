"""Tables whose rows are changes of rows: told by the columns that replication tools write.

AWS DMS (``Op``), Delta's change data feed (``_change_type``), Debezium (``before``, ``after``,
``op``), Oracle GoldenGate (``op_type``), Fivetran (``_fivetran_deleted``), Airbyte
(``_ab_cdc_deleted_at``), and rows that are marked as deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass

from medallion_core.model import Finding, Level
from medallion_core.propose.fields import Field
from medallion_core.propose.tables import Table
from medallion_core.text.identifiers import quote_identifier, quote_literal

_OPERATIONS = {
    "op": {"i", "u", "d", "c", "r", "t"},
    "operation": {"i", "u", "d", "insert", "update", "delete"},
    "op_type": {"i", "u", "d", "insert", "update", "delete"},
    "_change_type": {"insert", "delete", "update_preimage", "update_postimage"},
    "__op": {"i", "u", "d", "c", "r"},
    "dml_type": {"i", "u", "d", "insert", "update", "delete"},
}
_DELETES = frozenset(["d", "delete"])
_DELETED = ("_fivetran_deleted", "is_deleted", "isdeleted", "deleted", "__deleted")
_DELETED_AT = ("_ab_cdc_deleted_at", "deleted_at", "deletedat", "_sdc_deleted_at")
_SEQUENCES = (
    *("transact_seq", "_commit_version", "source_lsn", "lsn", "csn", "scn", "pos", "_ab_cdc_lsn"),
    *("__lsn", "sequence", "_fivetran_synced", "_commit_timestamp", "dms_timestamp", "op_ts"),
    *("_ab_cdc_updated_at", "_airbyte_extracted_at", "_airbyte_emitted_at", "ts_ms", "__ts_ms"),
)


@dataclass(frozen=True, slots=True)
class ChangeFeed:
    """``deletes`` is SQL over source names that is true for a row that says that its key is gone;
    ``sequence`` orders the changes, ``left_out`` are what the tool wrote beside the data."""

    kind: str
    evidence: str
    _: KW_ONLY
    deletes: str = ""
    sequence: str = ""
    left_out: tuple[str, ...] = ()
    preimages: str = ""


def change_feed(table: Table) -> ChangeFeed | None:
    """What tells that the rows of ``table`` are changes; None where nothing does."""
    fields = {name.lower(): field for name, field in table.fields.items()}
    sequence = next((fields[name].name for name in _SEQUENCES if name in fields), "")
    if {"before", "after", "op"} <= fields.keys():
        evidence = "before, after and op are those of Debezium"
        return ChangeFeed("an envelope of changes", evidence, sequence=sequence)
    for name, words in _OPERATIONS.items():
        if name in fields and (values := _values(fields[name])) and values <= words:
            return _operations(fields[name], values, sequence)
    return _marked(fields, sequence)


def _operations(field: Field, values: set[str], sequence: str) -> ChangeFeed:
    quoted = f"lower({quote_identifier(field.name)})"
    deletes = " OR ".join(f"{quoted} = {quote_literal(v)}" for v in sorted(values & _DELETES))
    preimages = f"{quoted} = 'update_preimage'" if "update_preimage" in values else ""
    listed = ", ".join(sorted(values))
    evidence = f"{field.name} says {listed}"
    return ChangeFeed(
        "changes",
        evidence,
        deletes=deletes,
        sequence=sequence,
        left_out=(field.name,),
        preimages=preimages,
    )


def _marked(fields: dict[str, Field], sequence: str) -> ChangeFeed | None:
    """Rows that stay and are marked as deleted."""
    flag = next((fields[name] for name in _DELETED if name in fields), None)
    when = next((fields[name] for name in _DELETED_AT if name in fields), None)
    if flag is not None:
        return _marked_by(flag, quote_identifier(flag.name), sequence)
    if when is not None:
        return _marked_by(when, f"{quote_identifier(when.name)} IS NOT NULL", sequence)
    return None


def _marked_by(field: Field, deletes: str, sequence: str) -> ChangeFeed:
    evidence = f"there is {field.name}"
    return ChangeFeed("rows marked as deleted", evidence, deletes=deletes, sequence=sequence)


def _values(field: Field) -> set[str]:
    """All values of a column in lower case; none where there are others than those known."""
    profile = field.profile
    if profile is None or not profile.distinct_is_exact:
        return set()
    known = {str(value.value).strip().lower() for value in profile.frequent}
    return known if len(profile.frequent) >= profile.distinct_count else set()


def change_questions(table: Table) -> Iterator[Finding]:
    """Whether the changes are to be applied, with all that is known of how."""
    feed = change_feed(table)
    if feed is None:
        return
    filled = [f"a row is a deletion where {feed.deletes}"] if feed.deletes else []
    filled += [f"{feed.sequence} orders them"] if feed.sequence else []
    filled += [f"rows where {feed.preimages} are to be left out"] if feed.preimages else []
    filled += [f"{' and '.join(feed.left_out)} is no part of the data"] if feed.left_out else []
    told = f": {'; '.join(filled)}" if filled else ""
    yield Finding(
        Level.WARNING,
        table.name,
        f"Are its rows {feed.kind}? {_capital(feed.evidence)}{told}.",
        "Set key, sequence and deletions of the table on the Design page; deleted rows are kept as"
        " they come until then.",
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
