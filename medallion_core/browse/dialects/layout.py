"""What stands around the rows of a table: titles above, a header or none, totals below."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, replace
from itertools import pairwise

from medallion_core.browse.dialects.cells import EMPTY, NUMBER, TEXT, TIME, WORD, kind
from medallion_core.browse.dialects.dialect import Dialect
from medallion_core.browse.dialects.records import Record, records

MOST_TITLES = 40
"""Lines above a header that are looked through."""

BODY_ROWS = 200
SURE = 3
"""Votes for a header that comes again."""

FEWEST_BELOW, FEWEST_ODD = 2, 2
"""Rows that must lie below a line of units, and columns in which it is none of them."""

COMMENTS = "#%!;"
"""What a line of comment may begin with; Spark takes one character."""

_TOTAL = re.compile(
    r"\W*(grand |sub|report )?(totals?|sums?|summe|gesamt(summe)?|insgesamt|totaal|totale|totaux|"
    r"suma|razem|celkem|итого|всего|合計|合计|总计)\b.*|\(?\d+ rows?( (selected|affected))?\.?\)?|"
    r"(end of (file|report|data)|\*+ ?end).*",
    re.IGNORECASE,
)
_NAME_WORDS = """
    id ids no nr num number name names title label code key type kind class category group status
    state flag date day month year time timestamp datetime created updated start end from to city
    country region zip address street email phone url amount price cost value total sum qty quantity
    count units rate percent ratio tax discount currency description comment note notes text
    product item order customer client supplier user account invoice lat lon latitude longitude
    age sex gender height width length weight size color department job salary score rank version
    first last source target parent file path nummer datum betrag preis menge land ort stadt plz
    nom prix ville pays fecha nombre importe valor codigo data codice
"""
_USUAL_NAMES = frozenset(_NAME_WORDS.split())
_WORDS = re.compile(r"[A-Z]?[a-zà-ÿ]+|[A-Z]+(?![a-z])|\d+")


@dataclass(frozen=True, slots=True)
class Layout:
    """``doubts`` are sentences for a person; ``totals`` the last lines that are no rows,
    ``heading`` the values of one below the names that is none: units, types, further names."""

    dialect: Dialect
    columns: tuple[str, ...]
    _: KW_ONLY
    totals: tuple[str, ...] = ()
    heading: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def find_layout(head: str, tail: str, dialect: Dialect, width: int) -> Layout:
    """``dialect`` with its comments, the lines to skip and whether there is a header.

    ``head`` and ``tail`` are the first and the last text of a file, ``width`` the number of
    values that most of its rows have.
    """
    dialect = replace(dialect, comment=_comment(head, dialect, width))
    dialect = replace(dialect, skip_rows=_titles(head, dialect, width))
    rows = records(head, dialect, BODY_ROWS)
    if not rows:
        return Layout(replace(dialect, header=False), ())
    votes = _votes(rows[0], [row for row in rows[1:] if len(row) == len(rows[0])])
    doubts = []
    if -1 <= votes <= 1 and len(rows) > 1:
        doubts.append(f"Nothing tells whether its first line, {_shown(rows[0])}, holds names.")
    header = votes > 0
    if header and width == len(rows[0]) + 1 and _first_are_names(rows, width):
        doubts.append("Its rows have one value more than its header has names.")
    elif header and (longer := sum(len(row) > len(rows[0]) for row in rows[1:])):
        doubts.append(_longer(longer, len(rows) - 1))
    columns = tuple(rows[0]) if header else tuple(f"_c{i}" for i in range(len(rows[0])))
    totals = _totals(tail, dialect, max(width, len(rows[0])))
    heading = tuple(rows[1]) if header and _is_heading(rows[1:], len(rows[0])) else ()
    return Layout(
        replace(dialect, header=header),
        columns,
        totals=totals,
        heading=heading,
        doubts=tuple(doubts),
    )


def _longer(count: int, rows: int) -> str:
    have = "has" if count == 1 else "have"
    return (
        f"Of its first {rows:,} rows, {count:,} {have} more values than there are names. A mark"
        " within a value may tell two apart there."
    )


def _is_heading(body: Sequence[Record], width: int) -> bool:
    """Whether the first row has words in the columns, two or more, where all others have numbers
    and times."""
    rows = [row for row in body if len(row) == width]
    if len(rows) <= FEWEST_BELOW or rows[0] is not body[0]:
        return False
    first, *rest = rows
    counted = [value for value, column in _columns(first, rest) if _counts(column)]
    odd = sum(kind(value) in (WORD, TEXT) for value in counted)
    return odd >= FEWEST_ODD and all(kind(value) in (WORD, TEXT, EMPTY) for value in counted)


def _counts(column: Sequence[str]) -> bool:
    filled = [kind(cell) for cell in column if kind(cell) != EMPTY]
    return bool(filled) and all(found in (NUMBER, TIME) for found in filled)


def _votes(first: Record, body: Sequence[Record]) -> int:
    """``header_votes``; a header that comes again among the rows is one where all else says so,
    and may be one where some does."""
    others = header_votes(first, [row for row in body if row != first]) if first in body else 0
    if others >= SURE:
        return others
    votes = header_votes(first, body)
    return max(votes, 0) if others > 0 else votes


def _comment(head: str, dialect: Dialect, width: int) -> str:
    """The character that begins the lines of comment, where there are such lines."""
    lines = [line for line in head.split("\n") if line.strip()]
    for mark in COMMENTS:
        if mark == dialect.delimiter:
            continue
        marked = [line for line in lines if line.startswith(mark)]
        if not marked or len(marked) * 2 > len(lines):
            continue
        rows = records("\n".join(lines), replace(dialect, multi_line=False))
        usual = Counter(kind(row[0]) for row in rows if not row[0].startswith(mark))
        odd = sum(_is_remark(row, mark, width, usual) for row in rows)
        if width > 1 and odd * 2 > len(marked):
            return mark
    return ""


def _is_remark(row: Record, mark: str, width: int, usual: Counter[str]) -> bool:
    """Whether a marked line has another number of values, or text where the rows have none."""
    if not row[0].startswith(mark):
        return False
    return len(row) != width or (kind(row[0][1:]) == TEXT and not usual[TEXT])


def _titles(head: str, dialect: Dialect, width: int) -> int:
    """How many lines stand above the header, or above the first row."""
    if width < 2:
        return 0
    lines = head.split("\n", MOST_TITLES + 1)[: MOST_TITLES + 1]
    titles = False
    plain = replace(dialect, multi_line=False)
    for number, line in enumerate(lines):
        found = records(line, plain)
        if not found:
            continue
        begins_row = dialect.multi_line and _begins_row("\n".join(lines[number:]), dialect, width)
        if begins_row or not _is_title(found[0], width):
            return number if titles else 0
        titles = True
    return 0


def _begins_row(text: str, dialect: Dialect, width: int) -> bool:
    """Whether the first values make a row, of which one goes on in the next line."""
    [row] = records(text, dialect, 1)
    return len(row) == width and not _is_title(row, width)


def _is_title(row: Record, width: int) -> bool:
    """Few values, where the rows have many."""
    filled = sum(bool(value.strip()) for value in row)
    if len(row) == width:
        return filled == 0 or (filled == 1 and width > 2)
    return filled <= max(1, width // 2) and len(row) < width - (width > 2)


def header_votes(first: Record, body: Sequence[Record]) -> int:
    """Above 0: ``first`` holds the names of the columns. Below: it is a row like the others."""
    kinds = [kind(value) for value in first]
    filled = [value.strip() for value in first if value.strip()]
    if not filled:
        return -3
    if any(found == TIME for found in kinds) and not _are_periods(first, kinds):
        return -3
    numbers = [value for value, found in zip(first, kinds, strict=True) if found == NUMBER]
    votes = _name_votes(filled)
    if numbers:
        named = any(found in (WORD, TEXT) for found in kinds)
        votes += 1 if named and _is_sequence(numbers) else -3
    if len({value.lower() for value in filled}) < len(filled):
        votes -= 2
    inner = first[1:-1]
    if any(not value.strip() for value in inner):
        votes -= 1
    return votes + sum(_column_vote(value, column) for value, column in _columns(first, body))


def _columns(first: Record, body: Sequence[Record]) -> list[tuple[str, list[str]]]:
    return [(value, [row[i].strip() for row in body]) for i, value in enumerate(first)]


def _column_vote(value: str, column: Sequence[str]) -> int:
    """What one column says of the value above it."""
    filled = [cell for cell in column if kind(cell) != EMPTY]
    if not filled or not value.strip():
        return 0
    counts = Counter(map(kind, filled))
    most, count = counts.most_common(1)[0]
    mine = kind(value)
    if most in (NUMBER, TIME) and count * 5 >= len(filled) * 4:
        is_name = mine in (WORD, TEXT) or (mine == TIME and most == NUMBER)
        return 2 if is_name else 0 if mine == NUMBER else -1
    if value.strip() in filled:
        return -2
    lengths = {len(cell) for cell in filled}
    alike = len(filled) > 2 and len(lengths) == 1
    return 1 if alike and len(value.strip()) not in lengths else 0


def _name_votes(values: Sequence[str]) -> int:
    """Names are short, have no line breaks, and often say what a column is usually called."""
    words = [frozenset(word.lower() for word in _WORDS.findall(value)) for value in values]
    known = sum(not _USUAL_NAMES.isdisjoint(found) for found in words)
    votes = 2 if known * 2 >= len(values) else 1 if known else 0
    if any(len(value) > 80 or "\n" in value.strip() or "@" in value for value in values):
        votes -= 2
    if any("_" in value and kind(value) == WORD for value in values):
        votes += 1
    return votes


def _are_periods(first: Record, kinds: Sequence[str]) -> bool:
    """Names such as 2024-01, 2024-02 beside words."""
    times = sum(found == TIME for found in kinds)
    return times > 1 and kinds[0] in (WORD, TEXT, EMPTY) and times < len(first)


def _is_sequence(values: Sequence[str]) -> bool:
    """Whole numbers in steps of one, up or down: years, months, weeks."""
    if not all(value.strip().isdigit() for value in values):
        return False
    numbers = [int(value) for value in values]
    if len(numbers) == 1:
        return 1800 <= numbers[0] <= 2200
    steps = {later - earlier for earlier, later in pairwise(numbers)}
    return len(steps) == 1 and steps.pop() != 0


def _first_are_names(rows: Sequence[Record], width: int) -> bool:
    return sum(len(row) == width for row in rows[1:]) * 2 > len(rows)


def _totals(tail: str, dialect: Dialect, width: int) -> tuple[str, ...]:
    """The lines at the end that add up or close, rather than being rows."""
    lines = [line for line in tail.split("\n") if line.strip()]
    plain = replace(dialect, multi_line=False, skip_rows=0)
    found: list[str] = []
    for line in reversed(lines[1:]):
        rows = records(line, plain)
        if rows and not _is_total(rows[0], width):
            break
        found.append(line)
    return tuple(reversed(found))


def _is_total(row: Record, width: int) -> bool:
    filled = [value.strip() for value in row if value.strip()]
    return not filled or (
        bool(_TOTAL.fullmatch(filled[0])) and (len(filled) < width or len(row) != width)
    )


def _shown(row: Record) -> str:
    text = ", ".join(row)
    return f"{text[:60]}…" if len(text) > 60 else text
