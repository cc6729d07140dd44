"""Which characters tell the values of a text apart: the ones that make a table of it.

Every candidate reads the text; what it makes of it is judged by how alike the rows are in their
number of values, and by how many of the values look like one. Both measures follow G. van den
Burg, A. Nazábal and C. Sutton, Wrangling messy CSV files by detecting row and type patterns
(2019), and W. García, Detecting CSV file dialects by table uniformity measurement (2024).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from medallion_core.browse.dialects.cells import TEXT, kind
from medallion_core.browse.dialects.dialect import Dialect
from medallion_core.browse.dialects.layout import MOST_TITLES
from medallion_core.browse.dialects.records import Record, records

USUAL = (",", ";", "\t", "|", "||")
"""Delimiters that are believed at once; the others need a clearer case."""

RARE = ("\x01", "\x1f", "::", "|~|", "^", "~", "!", ":", "*", "#", "&", "§", "¬", " ")
QUOTES = ('"', "'")

JUDGED_ROWS = 300
"""Rows of each part that every candidate reads."""

SURE, DOUBTFUL = 0.6, 0.3
"""Score from which a candidate makes a table; below, each line is one value, of which one is
asked from the second on."""

_NOTHING = 0.001
_RARE_SHARE, _BLANK = 0.9, 0.8
_TITLE_SLACK = 0.8
"""How little a line above the first row of the right width counts."""

_TEXT_VALUE, _BLANK_VALUE, _QUOTED_VALUE = 0.75, 0.7, 0.2
_MARKS = frozenset(",;|\t")


@dataclass(frozen=True, slots=True)
class Judged:
    """``score`` is a ratio 0 to 1, ``width`` the values that most rows have."""

    dialect: Dialect
    score: float
    width: int


def find_delimiters(texts: Sequence[str]) -> tuple[Judged, list[Judged]]:
    """The delimiter, quote and escape of ``texts``, and those that would do nearly as well."""
    heads = [_first_lines(text) for text in texts]
    judged = sorted(
        (judge(heads, dialect) for dialect in _candidates(heads)),
        key=lambda found: found.score,
        reverse=True,
    )
    best = judged[0] if judged else None
    if best is None or best.score < SURE:
        doubtful = best is not None and best.score >= DOUBTFUL
        return _one_column(texts), judged[:1] if doubtful else []
    others = {found.dialect.delimiter: found for found in reversed(judged[1:])}
    others.pop(best.dialect.delimiter, None)
    close = [found for found in others.values() if found.score > best.score - 0.05]
    refined, undecided = _refined(texts, best)
    return refined, [*close, *undecided]


def judge(texts: Sequence[str], dialect: Dialect, limit: int | None = JUDGED_ROWS) -> Judged:
    """How much of a table ``dialect`` makes of ``texts``."""
    rows = [row for text in texts for row in records(text, dialect, limit)]
    if not rows:
        return Judged(dialect, 0.0, 0)
    widths = Counter(map(len, rows))
    width, alike = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[1]))
    body = [row for row in rows if len(row) == width]
    titles = next(number for number, row in enumerate(rows) if len(row) == width)
    share = alike / (len(rows) - min(titles, MOST_TITLES) * _TITLE_SLACK)
    if dialect.delimiter == "|" and width > 2 and not any(any(row[1:-1:2]) for row in body):
        share = 0.0
    rare = (
        1.0 if dialect.delimiter in USUAL else _BLANK if dialect.delimiter == " " else _RARE_SHARE
    )
    size = 1 - 1 / (width + 1) ** 2 if width > 1 else 0.0
    return Judged(dialect, share * _likeness(body, dialect) * size * rare, width)


def _likeness(rows: Iterable[Record], dialect: Dialect) -> float:
    """Share of the values that look like one."""
    total = count = 0.0
    for row in rows:
        for value in row:
            total += _value_score(value, dialect)
            count += 1
    return total / count if count else 0.0


def _value_score(value: str, dialect: Dialect) -> float:
    bare = value.strip()
    if value[:1] == " " and not dialect.trim:
        return _BLANK_VALUE if bare else 1.0
    if bare[:1] in QUOTES and (len(bare) == 1 or bare[0] in (bare[-1], dialect.quote)):
        return _QUOTED_VALUE
    if kind(bare) != TEXT:
        return 1.0
    marks = sum(bare.count(mark) for mark in _MARKS if mark != dialect.delimiter)
    words = bare.count(" ") + 1
    return _TEXT_VALUE if marks <= words / 2 else _QUOTED_VALUE


def _candidates(texts: Sequence[str]) -> Iterator[Dialect]:
    lines = [line for text in texts for line in text.split("\n") if line.strip()]
    for delimiter in (*USUAL, *RARE):
        if sum(delimiter in line for line in lines) * 2 < len(lines):
            continue
        for quote in _quotes(texts, delimiter):
            for escape in _escapes(texts, quote):
                dialect = Dialect(delimiter, quote, escape, multi_line=bool(quote))
                yield dialect
                if _has_outer_blanks(lines, dialect):
                    yield replace(dialect, trim=True)


def _quotes(texts: Sequence[str], delimiter: str) -> Iterator[str]:
    """The quotes that stand at the edge of a value; the usual one where there is none, unless it
    begins a value and ends none: inches are no quotes."""
    found = [quote for quote in QUOTES if any(_stands_at_edges(t, quote, delimiter) for t in texts)]
    if not found and not any(_begins(text, '"', delimiter) for text in texts):
        yield '"'
        return
    yield from found
    yield ""


def _stands_at_edges(text: str, quote: str, delimiter: str) -> bool:
    """Whether one begins a value, and another behind it ends one."""
    mark, quoted = re.escape(delimiter), re.escape(quote)
    begins = _begins(text, quote, delimiter)
    return begins is not None and bool(
        re.compile(rf"{quoted}(?: ?{mark}|\n|\s*\Z)").search(text, begins.end())
    )


def _begins(text: str, quote: str, delimiter: str) -> re.Match[str] | None:
    return re.search(rf"(?:^|\n|{re.escape(delimiter)} ?){re.escape(quote)}", text)


def _escapes(texts: Sequence[str], quote: str) -> Iterator[str]:
    yield quote
    if quote and any("\\" + mark in text for text in texts for mark in (quote, "\\")):
        yield "\\"


def _has_outer_blanks(lines: Sequence[str], dialect: Dialect) -> bool:
    """A blank behind each delimiter, or before a quote, which is none without ``trim``."""
    if dialect.delimiter in " \t":
        return False
    quoted = f"{dialect.delimiter} {dialect.quote}"
    if dialect.quote and any(quoted in line for line in lines):
        return True
    marks = sum(line.count(dialect.delimiter) for line in lines)
    blanks = sum(line.count(dialect.delimiter + " ") for line in lines)
    return marks > 0 and blanks >= 0.9 * marks


def _refined(texts: Sequence[str], best: Judged) -> tuple[Judged, list[Judged]]:
    """``best`` with the escape and the line breaks that the whole of ``texts`` speaks for; with
    another escape that does as well and reads something else."""
    dialect = best.dialect
    if not dialect.quote:
        return replace(best, dialect=replace(dialect, multi_line=False)), []
    variants = [
        replace(dialect, escape=escape, multi_line=many)
        for escape in dict.fromkeys((dialect.escape, *_escapes(texts, dialect.quote)))
        for many in (False, True)
    ]
    judged = [judge(texts, variant, None) for variant in variants]
    chosen = max(judged, key=lambda one: (round(one.score, 6), not one.dialect.multi_line))
    same = [
        other
        for other in judged
        if other.dialect.escape != chosen.dialect.escape
        and other.dialect.multi_line is chosen.dialect.multi_line
        and abs(other.score - chosen.score) < _NOTHING
        and any(records(text, other.dialect) != records(text, chosen.dialect) for text in texts)
    ]
    return chosen, same


def _one_column(texts: Sequence[str]) -> Judged:
    """Each line is one value: read with a delimiter that occurs in none of them."""
    free = (mark for mark in (*USUAL, *RARE) if not any(mark in text for text in texts))
    return Judged(Dialect(next(free, ",")), 0.0, 1)


def _first_lines(text: str) -> str:
    end = position = 0
    for _ in range(JUDGED_ROWS * 2):
        position = text.find("\n", end)
        if position < 0:
            return text
        end = position + 1
    return text[:end]
