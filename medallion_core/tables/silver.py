"""What a silver table's columns are made of, and how the versions of a key are told apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from medallion_core.model import (
    ChangeHandling,
    Entity,
    EntityColumn,
    Rule,
    RuleAction,
)
from medallion_core.tables import columns
from medallion_core.tables.columns import INGESTED_AT, RESCUED, UNCAST
from medallion_core.text import sql
from medallion_core.text.date_patterns import date_sql
from medallion_core.text.encodings import upper_half
from medallion_core.text.number_formats import number_sql, parse_number_format
from medallion_core.text.sql import is_same_number
from medallion_core.text.types import (
    INTEGERS,
    MAX_PRECISION,
    digits,
    family,
    is_floating,
    is_number,
    is_temporal,
    keeps_all,
)

ROW_HASH = "_row_hash"

# A cast of a floating number to these rounds in silence, so that it is compared with its origin.
_EXACT = (*INTEGERS, "decimal")


_PADDED = "^ *[-+]?0[0-9]"
"""Text that a cast to a number takes zeros off, which may be a code's."""

_NO_DIGITS, _DIGITS_OF_DOUBLE = "^[-+ 0.]*|[eE].*$|[^0-9]", 17
"""A floating number has no more digits than these, without zeros in front and the exponent."""

_DAY_FIRST = "^ *[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
_DAY_ALONE = f"{_DAY_FIRST}([T ][0:. Z]*)?$"
_BEYOND_MICROSECONDS = ":[0-9]{2}[.][0-9]{6}0*[1-9]"


def has_quarantine(entity: Entity) -> bool:
    return any(rule.action is RuleAction.QUARANTINE for rule in entity.rules)


def deletion(entity: Entity) -> str:
    """SQL for the rows that say that their key is gone; empty where none does."""
    merges = columns.change_of(entity) is not ChangeHandling.APPEND
    return sql.check_expression(entity.delete_when) if merges and entity.delete_when else ""


def condition(entity: Entity, rule: Rule) -> str:
    """SQL that is true for the rows that keep ``rule``.

    A deletion needs its key and its place in the order, and often has nothing else: it is held to
    no rule over other columns, which would keep alive what the source has deleted.
    """
    kept = sql.check_expression(rule.condition)
    asked = {name.lower() for name in sql.columns(kept)}
    needed = {name.lower(): name for name in (*entity.key, *entity.order)}
    if not deletion(entity) or asked <= needed.keys():
        return kept
    present = (f" AND {sql.name(needed[each])} IS NOT NULL" for each in needed if each in asked)
    return f"({deletion(entity)}){''.join(present)} OR ({kept})"


def broken(entity: Entity, rule: Rule) -> str:
    """SQL that is true for the rows that break ``rule``; NULL counts as broken."""
    return sql.is_not_true(condition(entity, rule))


def is_stream(entity: Entity) -> bool:
    """Whether silver takes each row once, as it comes, rather than all of them in each update."""
    streamed = (ChangeHandling.APPEND, ChangeHandling.LATEST, ChangeHandling.HISTORY)
    return columns.has_streaming_bronze(entity) and columns.change_of(entity) in streamed


def silver_expressions(entity: Entity) -> dict[str, str]:
    """Silver column to the SQL over the source's own column names that makes it."""
    own_names = {column.source: column.source for column in entity.columns}
    uncast = uncast_lines(entity, own_names)
    return typed_columns(entity, own_names) | ({UNCAST: " ".join(uncast)} if uncast else {})


def silver_names(entity: Entity) -> tuple[str, ...]:
    """Every column of the silver table, in order, without the version columns of AUTO CDC."""
    return (*silver_expressions(entity), *carried(entity))


def carried(entity: Entity) -> tuple[str, ...]:
    rescued = (RESCUED,) if columns.has_rescued_data(entity) else ()
    return (*rescued, *columns.audit_columns(entity))


def made_of_bronze(entity: Entity) -> Mapping[str, str]:
    """Silver column to the SQL over bronze that makes it."""
    return entity.find_out_once(
        "made of bronze", lambda: typed_columns(entity, columns.bronze_names(entity))
    )


def uncast_of_bronze(entity: Entity) -> Sequence[str]:
    """``uncast_lines`` over bronze."""
    return entity.find_out_once(
        "uncast of bronze", lambda: uncast_lines(entity, columns.bronze_names(entity))
    )


def typed_columns(entity: Entity, source_names: Mapping[str, str]) -> dict[str, str]:
    return {
        column.name: _typed(column, _read(entity, column, source_names))
        for column in columns.silver_columns(entity)
    }


def has_uncast(entity: Entity) -> bool:
    """Whether a value may be lost in a cast, so that its original text is kept."""
    return any(map(_may_fail, columns.silver_columns(entity)))


def uncast_lines(entity: Entity, source_names: Mapping[str, str]) -> list[str]:
    """Lines of SQL for the original text of what did not cast, by silver column."""
    entries = []
    for column in filter(_may_fail, columns.silver_columns(entity)):
        original = _uncast(column, _read(entity, column, source_names))
        entries.append(f"        {sql.string(column.name)}, {original}")
    if not entries:
        return []
    listed = ",\n".join(entries).split("\n")
    found = "    (name, value) -> value IS NOT NULL"
    return ["map_filter(", "    map(", *listed, "    ),", found, ")"]


def _read(entity: Entity, column: EntityColumn, source_names: Mapping[str, str]) -> str:
    """The column as the source has it; text that was read as ISO-8859-1, as what it is.

    Text in another encoding practically never is valid UTF-8 unless it is plain ASCII.
    """
    if column.missing:
        return "NULL"
    name = sql.dotted(source_names[column.source], *column.path)
    if column.fallback:
        other = sql.dotted(source_names[column.fallback], *column.path)
        name = f"IF({sql.name(source_names[column.source])} IS NULL, {other}, {name})"
    if column.source_type != "string":
        return name
    kinds = columns.kinds_of(entity)
    byte_encodings = [kind.byte_encoding for kind in kinds if kind.byte_encoding]
    text = _looked_up(name, byte_encodings[0]) if byte_encodings else name
    if not any(kind.has_mixed_encodings for kind in kinds):
        return text
    return f"coalesce(try_validate_utf8(CAST(encode({name}, 'ISO-8859-1') AS STRING)), {text})"


def _looked_up(name: str, encoding: str) -> str:
    """SQL for a text of which each character is a byte of ``encoding``."""
    read, meant = zip(*upper_half(encoding).items(), strict=True)
    return f"translate({name}, {sql.string(''.join(read))}, {sql.string(''.join(meant))})"


def _typed(column: EntityColumn, source: str) -> str:
    if column.missing:
        return f"CAST(NULL AS {sql.type_name(columns.silver_type(column))})"
    value = _cast(column, _cleaned(column, source))
    if columns.is_hashed(column):
        return f"sha2({_as_text(value, column.type)}, 256)"
    return value


def _cleaned(column: EntityColumn, source: str) -> str:
    value = f"trim({source})" if column.trim else source
    return f"nullif({value}, '')" if column.empty_to_null else value


def _cast(column: EntityColumn, value: str) -> str:
    if not _changes_type(column):
        return value
    wanted = sql.type_name(column.type)
    if _says_true(column):
        texts = ", ".join(map(sql.string, column.source_format.lower().split(", ")))
        return f"coalesce(lower(trim({_as_text(value, column.source_type)})) IN ({texts}), false)"
    if not _may_fail(column):
        return f"CAST({value} AS {wanted})"
    if not column.source_format:
        return f"try_cast({value} AS {wanted})"
    text = _as_text(value, column.source_type)
    if is_number(column.type):
        number = parse_number_format(column.source_format)
        return number_sql(text, number, column.type) if number else f"try_cast({text} AS {wanted})"
    read = _time_sql(text, column.source_format)
    return read if column.type == "timestamp" else f"CAST({read} AS {wanted})"


_EPOCHS = {
    "epoch seconds": ("timestamp_seconds", 1),
    "epoch milliseconds": ("timestamp_millis", 10**3),
    "epoch microseconds": ("timestamp_micros", 10**6),
}
_COMPARED = 18
"""Digits behind the point by which a cast is compared with what was written."""

_LAST_SECOND = 253_402_300_799
"""The end of the year 9999: beyond, the functions fail rather than answer NULL."""


def _time_sql(text: str, pattern: str) -> str:
    """SQL that reads a time as ``pattern`` says; NULL for what is written in another way."""
    if pattern in _EPOCHS:
        function, units = _EPOCHS[pattern]
        number = f"try_cast({text} AS BIGINT)"
        last = _LAST_SECOND * units + units - 1
        return f"IF({number} BETWEEN 0 AND {last}, {function}({number}), NULL)"
    if pattern.startswith("EEE, "):
        text, pattern = f"regexp_replace({text}, '^[A-Za-z]+, ', '')", pattern.removeprefix("EEE, ")
    return date_sql(text, pattern)


def _uncast(column: EntityColumn, source: str) -> str:
    cast = _cast(column, _cleaned(column, source))
    if is_floating(column.source_type) and family(column.type) in _EXACT:
        same = is_same_number(source, cast, column.source_type)
        return f"IF({same}, NULL, CAST({source} AS STRING))"
    original = f"nullif(trim({_as_text(source, column.source_type)}), '')"
    changed = [f"{cast} IS NULL"]
    if column.source_type == "string" and is_number(column.type):
        changed.append(f"{source} RLIKE {sql.string(_PADDED)}")
        if family(column.type) == "decimal" and not column.source_format:
            # A cast to fewer digits behind the point rounds in silence.
            changed.append(f"{cast} <> try_cast({source} AS DECIMAL({MAX_PRECISION}, {_COMPARED}))")
            changed += _cut_digits(column.type, source)
        if is_floating(column.type):
            written = f"regexp_replace({source}, {sql.string(_NO_DIGITS)}, '')"
            changed.append(f"length({written}) > {_DIGITS_OF_DOUBLE}")
    if column.source_type == "string" and is_temporal(column.type) and not column.source_format:
        changed += _cut_time(column.type, source)
    return f"IF({' OR '.join(changed)}, {original}, NULL)"


def _cut_time(type_: str, source: str) -> list[str]:
    """Whether a time says more or less than what is read of it. A cast makes a day of a year alone,
    of a time alone one of today's, and leaves out a day's time and what is below a microsecond."""
    if family(type_) == "date":
        return [f"NOT {source} RLIKE {sql.string(_DAY_ALONE)}"]
    return [
        f"NOT {source} RLIKE {sql.string(_DAY_FIRST)}",
        f"{source} RLIKE {sql.string(_BEYOND_MICROSECONDS)}",
    ]


def _cut_digits(type_: str, source: str) -> list[str]:
    """Whether digits behind the point are lost, asked of the text: a number of more than 20 digits
    in front of it is too long to be compared with 18 behind."""
    precision, scale = digits(type_)
    if precision - scale <= MAX_PRECISION - _COMPARED:
        return []
    return [f"{source} RLIKE {sql.string('[.]' + '[0-9]' * scale + '[0-9]*[1-9]')}"]


def _as_text(value: str, type_: str) -> str:
    return value if type_ == "string" else f"CAST({value} AS STRING)"


def _changes_type(column: EntityColumn) -> bool:
    return column.type != column.source_type


def _says_true(column: EntityColumn) -> bool:
    """Whether its texts mean true or false, each of them one of the two."""
    return family(column.type) == "boolean" and bool(column.source_format)


def _may_fail(column: EntityColumn) -> bool:
    if not _changes_type(column) or family(column.type) == "string":
        return False
    if column.missing or _says_true(column):
        return False
    return not keeps_all(column.source_type, column.type)


def needs_row_hash(entity: Entity) -> bool:
    change = columns.change_of(entity)
    if change is ChangeHandling.APPEND:
        return False
    return change is not ChangeHandling.HISTORY or not entity.sequence_by


def row_hash(entity: Entity) -> str:
    """SQL for a number that tells rows apart, and is the same whenever a row is read again."""
    ingested = sql.name(columns.audit_name(entity, INGESTED_AT))
    return f"xxhash64(to_json(struct(* EXCEPT ({ingested}))))"


def newest_first(entity: Entity) -> tuple[str, ...]:
    """The columns that order the versions of a key: what the source says, then how they came; the
    row's hash breaks ties the same way each time. Where versions begin and end by what the source
    says, nothing else can order them."""
    if columns.change_of(entity) is ChangeHandling.HISTORY and entity.order:
        return entity.order
    return (*entity.order, *columns.arrival(entity), ROW_HASH)


def version_start(entity: Entity) -> str:
    """SQL for when a version of a HISTORY entity began, over its silver columns."""
    return columns.START + _when(entity)


def version_end(entity: Entity) -> str:
    """SQL for when it ended; NULL for the current version."""
    return columns.END + _when(entity)


def _when(entity: Entity) -> str:
    """The field that tells the time, where versions are ordered by more than it."""
    if columns.change_of(entity) is not ChangeHandling.HISTORY:
        return ""
    if not entity.order:
        return f".{sql.name(columns.arrival(entity)[0])}"
    return f".{sql.name(entity.sequence_by)}" if entity.then_by else ""


def version_type(entity: Entity) -> str:
    """The type of ``version_start``: that of the sequence column, else a timestamp."""
    if columns.change_of(entity) is ChangeHandling.HISTORY and entity.sequence_by:
        return columns.silver_type(entity.column(entity.sequence_by))
    return "timestamp"
