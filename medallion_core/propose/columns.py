"""The columns of silver: named, typed by what the profile says, trimmed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from medallion_core.model import (
    Column,
    ColumnProfile,
    EntityColumn,
    Finding,
    Level,
)
from medallion_core.propose.date_formats import date_formats
from medallion_core.propose.fields import Field
from medallion_core.propose.kinds import Reading, doubt_of
from medallion_core.propose.measures import is_money
from medallion_core.propose.privacy import propose_privacy
from medallion_core.propose.tables import Table
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
        _column(name, column, table.fields[column.name], joined)
        for name, column in zip(names, table.source.columns, strict=True)
    )


def _column(
    name: str, column: Column, field: Field, joined: Mapping[str, Reading | None]
) -> EntityColumn:
    profile = field.profile if field.is_text else None
    reading = joined[column.name] if column.name in joined else _reading(column, field)
    return EntityColumn(
        name,
        column.name,
        column.type,
        reading.type if reading else column.type,
        comment=column.comment,
        trim=profile is not None and profile.untrimmed_count > 0,
        empty_to_null=profile is not None and profile.blank_count > 0,
        source_format=reading.pattern if reading else "",
        privacy=propose_privacy(field),
    )


def _reading(column: Column, field: Field) -> Reading | None:
    if is_floating(column.type) and is_money(field.words) and field.profile:
        return _exact_money(field.profile)
    return field.reading


def _exact_money(profile: ColumnProfile) -> Reading | None:
    """The decimal that holds every amount of today: sums of floating numbers drift."""
    return next((Reading(cast.type) for cast in profile.casts if cast.share == 1), None)


_CHOOSE = "Choose its type and format among the columns on the Design page."


def doubtful_columns(table: Table, columns: Iterable[EntityColumn]) -> Iterator[Finding]:
    """What a column of text could be read as, but for some values or in two ways, as questions."""
    for column in columns:
        field = table.fields[column.source]
        if column.type != "string" or column.source_type != "string" or field.profile is None:
            continue
        detail = _two_dates(field.profile) or _doubt(field)
        if detail:
            yield Finding(Level.WARNING, f"{table.name}.{column.name}", detail, _CHOOSE)


def _two_dates(profile: ColumnProfile) -> str:
    """Dates in which nothing tells day and month apart."""
    patterns = [date.pattern for date in date_formats(profile)]
    if len(patterns) < 2:
        return ""
    return f"Its dates, such as {profile.minimum}, read as {' and as '.join(patterns)}."


def _doubt(field: Field) -> str:
    doubt = doubt_of(field.type, field.words, field.marker, field.profile)
    if doubt is None or field.profile is None:
        return ""
    written = f" written as {doubt.reading.pattern}" if doubt.reading.pattern else ""
    if doubt.other:
        example = field.profile.frequent[0].value if field.profile.frequent else ""
        return f"Its numbers, such as {example}, have marks of thousands or of {doubt.other}."
    return f"{doubt.share:.0%} of its values read as {doubt.reading.type}{written}; others do not."
