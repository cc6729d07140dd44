"""The columns of silver: named, typed by what the profile says, trimmed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from medallion_core.model import Column, ColumnProfile, EntityColumn, Finding, Level
from medallion_core.propose.date_formats import date_formats
from medallion_core.propose.measures import is_money
from medallion_core.propose.names import vocabulary
from medallion_core.propose.privacy import propose_privacy
from medallion_core.propose.tables import Field, Kind, Table
from medallion_core.text.identifiers import unique_names
from medallion_core.text.types import FLOATING

CAST_SHARE = 0.95
"""Share of the non-blank strings that must read as a type before silver casts to it; what does
not read is kept beside the row and counted by a rule."""

_TYPES = ("boolean", "bigint", "decimal", "double", "date", "timestamp")
"""From narrow to wide: the first that fits is taken, where the profile speaks of it."""

_TEXT_NUMBERS = vocabulary(
    "zip zipcode postal postcode postalcode phone fax mobile telephone code ean upc isbn sku "
    "iban account ssn vat extension text name title description"
)
"""Text that may look like numbers and is none: leading zeros count, sums do not."""


@dataclass(frozen=True, slots=True)
class _Cast:
    type: str
    share: float


def propose_columns(table: Table, fixed: Collection[str]) -> tuple[EntityColumn, ...]:
    """One silver column per source column. ``fixed`` (source names) keep their type: keys and
    what refers to them must stay comparable."""
    names = unique_names(column.name for column in table.source.columns)
    return tuple(
        _column(name, column, table.fields[column.name], column.name in fixed)
        for name, column in zip(names, table.source.columns, strict=True)
    )


def _column(name: str, column: Column, field: Field, fixed: bool) -> EntityColumn:
    profile = field.profile
    is_text = field.kind is Kind.STRING
    cast = None if fixed or profile is None else _cast(column, field, profile)
    dates = date_formats(profile) if is_text and profile and not (fixed or cast) else ()
    date = dates[0] if len(dates) == 1 else None
    return EntityColumn(
        name,
        column.name,
        column.type,
        cast.type if cast else date.type if date else column.type,
        comment=column.comment,
        trim=is_text and profile is not None and profile.untrimmed_count > 0,
        empty_to_null=is_text and profile is not None and profile.blank_count > 0,
        source_format=date.pattern if date else "",
        privacy=propose_privacy(field),
    )


def _cast(column: Column, field: Field, profile: ColumnProfile) -> _Cast | None:
    """What silver should read the column as, if not as what it is."""
    if field.kind is Kind.STRING:
        return narrower_type(field, profile)
    return _exact_money(profile) if column.type in FLOATING and is_money(field.words) else None


def _exact_money(profile: ColumnProfile) -> _Cast | None:
    """The decimal that holds every amount of today: sums of floating numbers drift."""
    exact = (cast for cast in profile.casts if cast.share == 1)
    return next((_Cast(cast.type, cast.share) for cast in exact), None)


def ambiguous_dates(table: Table, columns: Iterable[EntityColumn]) -> Iterator[Finding]:
    """The columns of dates in which nothing tells day and month apart, as questions."""
    for column in columns:
        profile = table.fields[column.source].profile
        if column.type != "string" or profile is None:
            continue
        patterns = [date.pattern for date in date_formats(profile)]
        if len(patterns) > 1:
            yield Finding(
                Level.WARNING,
                f"{table.name}.{column.name}",
                f"Its dates, such as {profile.minimum}, read as {' and as '.join(patterns)}.",
                "Choose its type and format among the columns on the Design page.",
            )


def narrower_type(field: Field, profile: ColumnProfile) -> _Cast | None:
    """The type that practically all strings of a column read as, if there is one."""
    if not _TEXT_NUMBERS.isdisjoint(field.words) or field.marker or _has_leading_zeros(profile):
        return None
    shares = {cast.type.partition("(")[0]: cast for cast in profile.casts}
    for base in _TYPES:
        cast = shares.get(base)
        if (
            cast
            and cast.share >= CAST_SHARE
            and not (base == "boolean" and profile.distinct_count > 2)
        ):
            return _Cast(cast.type, cast.share)
    return None


def _has_leading_zeros(profile: ColumnProfile) -> bool:
    values = [profile.minimum, *(value.value for value in profile.frequent)]
    return any(
        isinstance(value, str) and len(value) > 1 and value[0] == "0" and value[1].isdigit()
        for value in values
    )
