"""The columns of silver: named, typed by what the profile says, trimmed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from medallion_core.model import (
    Answer,
    Column,
    ColumnProfile,
    EntityColumn,
    Level,
    Question,
)
from medallion_core.propose.date_formats import date_formats
from medallion_core.propose.fields import Field
from medallion_core.propose.inner_privacy import propose_inner_privacy
from medallion_core.propose.kinds import MARKS, Doubt, Reading, doubt_of, reading_of
from medallion_core.propose.measures import is_money
from medallion_core.propose.privacy import propose_privacy
from medallion_core.propose.tables import Table
from medallion_core.propose.unread import differ_in_case, said_none, unread
from medallion_core.tables.sources import kind_of
from medallion_core.text.encodings import readable
from medallion_core.text.identifiers import unique_names
from medallion_core.text.types import is_floating


def propose_columns(table: Table, joined: Mapping[str, Reading | None]) -> tuple[EntityColumn, ...]:
    """One silver column per source column. ``joined`` (by source name) are those of keys and
    references with what they are read as: both ends stay comparable."""
    encoding = kind_of(table.source.location).byte_encoding
    names = unique_names(readable(column.name, encoding) for column in table.source.columns)
    return tuple(
        _column(name, column, table, joined)
        for name, column in zip(names, table.source.columns, strict=True)
    )


def _column(
    name: str, column: Column, table: Table, joined: Mapping[str, Reading | None]
) -> EntityColumn:
    field = table.fields[column.name]
    profile = field.profile if field.is_text else None
    reading = joined[column.name] if column.name in joined else _reading(column, field)
    return EntityColumn(
        name,
        column.name,
        column.type,
        reading.type if reading else column.type,
        comment=column.comment,
        trim=field.is_padded,
        empty_to_null=profile is not None and (field.is_sampled or profile.blank_count > 0),
        source_format=reading.pattern if reading else "",
        privacy=propose_privacy(field, table) or propose_inner_privacy(field, table),
    )


def _reading(column: Column, field: Field) -> Reading | None:
    if is_floating(column.type) and is_money(field.words) and field.profile:
        return _exact_money(field.profile)
    return field.reading


def _exact_money(profile: ColumnProfile) -> Reading | None:
    """The decimal that holds every amount of today: sums of floating numbers drift."""
    return next((Reading(cast.type) for cast in profile.casts if cast.share == 1), None)


_CHOOSE = "Choose its type and format among the columns on the Design page."


def doubtful_columns(table: Table, columns: Iterable[EntityColumn]) -> Iterator[Question]:
    """What a column of text could be read as, but for some values or in two ways, as questions;
    and which of two ways was taken, since the rest of the table is written in that one."""
    for column in columns:
        field = table.fields[column.source]
        if column.source_type != "string" or field.profile is None:
            continue
        hint = _CHOOSE
        if column.type == "string":
            level = Level.WARNING
            detail, answers = _two_dates(column, field.profile) or _doubt(column, field)
            detail = detail or unread(field)
            if not detail:
                level, hint = Level.INFO, "Correct them in a view over the source, if need be."
                detail = said_none(field) or ("" if column.privacy else differ_in_case(field))
        else:
            level = Level.INFO
            detail, answers = _as_the_table(column, field)
        if detail:
            subject = f"{table.name}.{column.name}"
            kept = Answer(
                "Keep the text",
                "Every value stays as it is written.",
                column=column.name,
                type="string",
            )
            yield Question(level, subject, detail, hint, table=table.name, answers=(*answers, kept))


Doubted = tuple[str, tuple[Answer, ...]]
"""What is doubtful, and the ways to read it."""


def _two_dates(column: EntityColumn, profile: ColumnProfile) -> Doubted | None:
    """Dates in which nothing tells day and month apart."""
    patterns = [date.pattern for date in date_formats(profile)]
    if len(patterns) < 2:
        return None
    detail = f"Its dates, such as {profile.minimum}, read as {' and as '.join(patterns)}."
    return detail, tuple(
        Answer(
            f"Read as {pattern}",
            "What does not read is NULL; its text is kept beside it.",
            column=column.name,
            type="date",
            source_format=pattern,
        )
        for pattern in patterns
    )


def _doubt(column: EntityColumn, field: Field) -> Doubted:
    doubt = doubt_of(field.type, field.words, field.marker, field.profile, field.fraction)
    if doubt is None or field.profile is None:
        return "", ()
    lost = 1 - doubt.share
    rows = round(lost * (field.row_count - field.profile.null_count))
    effect = f"About {rows:,} values that do not read are NULL; their text is kept beside them."
    answers = tuple(_read_as(column, reading, effect) for reading in _ways(doubt))
    if len({answer.label for answer in answers}) < len(answers):
        answers = tuple(replace(a, label=f"Read as {a.source_format}") for a in answers)
    if doubt.other:
        return f"Its values, such as {_example(field)}, have {doubt.other}.", answers
    reading = doubt.reading
    written = f" written as {reading.pattern}" if reading.pattern else ""
    return f"{doubt.share:.0%} of its values read as {reading.type}{written}; others do not.", (
        answers
    )


def _as_the_table(column: EntityColumn, field: Field) -> Doubted:
    """A column that would be asked about, had no other one told how numbers are written there."""
    ways = _without_the_table(field) if field.fraction else []
    if not ways:
        return "", ()
    detail = (
        f"Its values, such as {_example(field)}, have {MARKS}. They are read as {column.type}, "
        f"since {field.fraction!r} stands before fractions in the rest of the table."
    )
    effect = "What does not read is NULL; its text is kept beside it."
    return detail, tuple(_read_as(column, reading, effect) for reading in ways)


def _without_the_table(field: Field) -> list[Reading]:
    """The ways to read a column of which the rest of the table chose one."""
    doubt = doubt_of(field.type, field.words, field.marker, field.profile)
    if doubt is not None and doubt.other == MARKS:
        return _ways(doubt)
    alone = reading_of(field.type, field.words, field.marker, field.profile)
    return [field.reading, alone] if field.reading and alone and alone != field.reading else []


def _ways(doubt: Doubt) -> list[Reading]:
    return [doubt.reading, *filter(None, [doubt.second])]


def _read_as(column: EntityColumn, reading: Reading, effect: str) -> Answer:
    return Answer(
        f"Read as {reading.type}",
        effect,
        column=column.name,
        type=reading.type,
        source_format=reading.pattern,
    )


def _example(field: Field) -> str:
    return str(field.profile.frequent[0].value) if field.profile and field.profile.frequent else ""
