"""Texts that are named as an amount or a day, and read as none in any way that silver knows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from medallion_core.model import Level, Question
from medallion_core.propose.amount_words import names_amount
from medallion_core.propose.fields import Field
from medallion_core.propose.kinds import ASKED_SHARE, stays_text
from medallion_core.propose.missing import WRITTEN_NONE, missing_markers
from medallion_core.propose.numbered_times import names_day
from medallion_core.propose.tables import Table
from medallion_core.text.types import is_floating

MOST_WORDS, NAMED = 60, 3
"""Values of a column whose spelling is looked at, and how many are named."""

LONGEST = 30
"""Characters of a number or a day with what stands beside it; longer ones are sentences."""

AMOUNT = "an amount"
_NUMBER = re.compile(r"\d+(?:[., '’]\d+)*")
_CLOCK = re.compile(r"\d?\d:\d\d")
_MONTHS = (
    "jan|gen|ene|feb|fév|fev|mar|mär|apr|avr|abr|mai|may|maj|mag|jun|jui|giu|jul|lug|aug|aoû|ago|"
    "sep|set|okt|oct|ott|out|nov|dec|dez|dic|déc"
)
_WITH_MONTH = re.compile(
    rf"9(?:st|nd|rd|th|\.|º|er)?[ -]+(?:de )?(?:{_MONTHS})[^\W\d]*\.?,?[ -]+(?:de )?9{{4}}"
    r"|9+年9+月9+日",
    re.IGNORECASE,
)
"""A day, a month in words and a year, with 9 for each digit."""

_POWER = re.compile(r"[-+]?9[.,]?9*[eE][+]?9+")
_EXACT = 2**53
"""From here on a floating number is no longer each whole number."""


def unread(field: Field) -> str:
    """What is asked about a text that stays one, empty where nothing is; a sentence."""
    if field.profile is None or field.reading is not None:
        return ""
    forms = _forms(field)
    powers = sum(count for form, count in forms.items() if _POWER.fullmatch(form))
    if stays_text(field.words, field.marker) and powers:
        return _rounded(powers)
    return "" if stays_text(field.words, field.marker) else _unread(field, forms)


def said_none(field: Field) -> str:
    """What is said of a text that says in some rows that there is none; a sentence, else empty."""
    found = {f: n for f, n in _all_forms(field).items() if f.strip().lower() in WRITTEN_NONE}
    rows = sum(found.values())
    if not rows or rows >= field.row_count:
        return ""
    said = " and ".join(map(repr, sorted(found)))
    return (
        f"In {rows:,} of {field.row_count:,} rows it says {said}, which stays a text like others."
    )


def differ_in_case(field: Field) -> str:
    """What is said of words that differ in case alone; a sentence, else empty."""
    if field.profile is None or field.marker or field.distinct > MOST_WORDS:
        return ""
    spelled: dict[str, list[str]] = {}
    for value in sorted(str(each.value).strip() for each in field.profile.frequent):
        if value and value not in spelled.setdefault(value.casefold(), []):
            spelled[value.casefold()].append(value)
    several = [" and ".join(names) for names in spelled.values() if len(names) > 1]
    if not several:
        return ""
    return (
        f"Some of its values differ in case alone, and are several: {', '.join(several[:NAMED])}."
    )


def _unread(field: Field, forms: Mapping[str, int]) -> str:
    named = _named(field)
    numbers = 1 if named == AMOUNT else 3
    digits = sum(count for form, count in forms.items() if _may_count(form, numbers))
    if not named and _months(forms) >= ASKED_SHARE * max(sum(forms.values()), 1):
        return (
            f"Its values, such as {_examples(field)[0]}, seem to be days, but do not read as one."
        )
    if not named or not digits or digits < ASKED_SHARE * sum(forms.values()):
        return ""
    example = next(form for form in _examples(field) if _may_count(form, numbers))
    return f"It is named as {named}, but its values, such as {example}, do not read as one."


def _months(forms: Mapping[str, int]) -> int:
    """Rows with a day, the word of a month and a year."""
    return sum(count for form, count in forms.items() if _WITH_MONTH.search(form))


def _named(field: Field) -> str:
    if names_amount(field.words):
        return AMOUNT
    return "a day" if names_day(field.words) else ""


def _forms(field: Field) -> dict[str, int]:
    """The texts with 9 for each digit and their rows, without those that are missing."""
    missing = missing_markers(field.profile) if field.profile else {}
    return {form: count for form, count in _all_forms(field).items() if form not in missing}


def _all_forms(field: Field) -> dict[str, int]:
    forms = field.profile.forms if field.profile else ()
    return {str(form.value): form.count for form in forms}


def _may_count(text: str, numbers: int) -> bool:
    """Up to so many numbers of any script, and no time of day: sizes such as 3x4 are none."""
    found = len(_NUMBER.findall(text))
    return 0 < found <= numbers and len(text) <= LONGEST and not _CLOCK.match(text)


def _examples(field: Field) -> list[str]:
    values = [str(value.value) for value in field.profile.frequent] if field.profile else []
    return [*values, *_forms(field)]


def _rounded(rows: int) -> str:
    return (
        f"About {rows:,} of its values are written with a power of ten, as a spreadsheet shows long"
        " numbers: digits of what it names were lost before they came."
    )


def rounded_questions(tables: Sequence[Table]) -> Iterator[Question]:
    """Floating numbers that name something and are so great that several became one."""
    for table in tables:
        for field in table.fields.values():
            is_named = bool(field.marker) or stays_text(field.words, field.marker)
            if is_named and is_floating(field.type) and field.span and field.span[1] >= _EXACT:
                yield Question(
                    Level.WARNING,
                    table.name,
                    f"{field.name} names something and is a floating number of up to"
                    f" {field.span[1]:.0f}: beyond {_EXACT:,}, different numbers became the same"
                    " before they came. What it refers to may be another one's.",
                    "Have the source keep it as a whole number or as text.",
                    table=table.name,
                )
