"""Samples of a file to how it is read, with what is doubtful in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, replace
from itertools import zip_longest

from medallion_core.browse.dialects.delimiters import JUDGED_ROWS, Judged, find_delimiters
from medallion_core.browse.dialects.dialect import Dialect, Sample
from medallion_core.browse.dialects.encodings import Encoding, find_encoding
from medallion_core.browse.dialects.layout import MOST_TITLES, Layout, find_layout
from medallion_core.browse.dialects.records import records
from medallion_core.text.encodings import python_name

FILLING = 0.1
"""Share of the values that are empty where blanks fill up columns of a fixed width."""

_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar", " ": "blank", ":": "colon"}


@dataclass(frozen=True, slots=True)
class Reading:
    """How one file is read. ``columns`` are the names in its header, else ``_c0``, ``_c1``, …;
    ``totals`` lines at its end that are no rows, ``heading`` the values of such a line below its
    header; ``doubts`` sentences for a person.
    ``header_again`` where its header is among its rows, too, as in files put together. ``is_table``
    is false where each line is one value, ``line_separator`` what ends the lines of UTF-16."""

    name: str
    encoding: Encoding
    dialect: Dialect
    _: KW_ONLY
    columns: tuple[str, ...] = ()
    totals: tuple[str, ...] = ()
    heading: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    is_empty: bool = False
    header_again: bool = False
    is_table: bool = True
    line_separator: str = "\n"

    @property
    def total_rows(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """The values of ``totals`` and of a header among the rows, by column; those that a line
        lacks are empty."""
        plain = replace(self.dialect, multi_line=False, skip_rows=0)
        rows = [row for line in self.totals for row in records(line, plain)]
        rows += [list(self.columns)] if self.header_again else []
        return tuple(_by_column(self, row) for row in rows)

    @property
    def heading_rows(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """The values of ``heading`` by column."""
        return (_by_column(self, self.heading),) if self.heading else ()


def _by_column(reading: Reading, row: Sequence[str]) -> tuple[tuple[str, str], ...]:
    return tuple(zip_longest(reading.columns, row[: len(reading.columns)], fillvalue=""))


def read_dialect(sample: Sample) -> Reading:
    """How the CSV file that ``sample`` is of was written."""
    encoding = find_encoding(sample.parts)
    texts = decoded(sample.parts, encoding)
    if not any(text.strip() for text in texts):
        return Reading(sample.name, encoding, Dialect(header=False), is_empty=True)
    best, close = find_delimiters(texts)
    layout = find_layout(texts[0], texts[-1], best.dialect, best.width)
    return Reading(
        sample.name,
        encoding,
        layout.dialect,
        columns=layout.columns,
        totals=layout.totals,
        heading=layout.heading,
        doubts=(
            *_delimiter_doubts(best, close),
            *_place_doubts(texts, best),
            *_quote_doubts(texts, layout.dialect),
            *layout.doubts,
        ),
        header_again=layout.dialect.header and _comes_again(texts, layout),
        is_table=best.width > 1,
        line_separator=_separator(sample.parts[0]),
    )


def _place_doubts(texts: Sequence[str], best: Judged) -> list[str]:
    """Columns of a fixed width, which blanks fill."""
    rows = [row for text in texts for row in records(text, best.dialect, JUDGED_ROWS)]
    values = [value for row in rows for value in row]
    if best.dialect.delimiter != " " or values.count("") < FILLING * len(values):
        return []
    return [
        "Its values seem to stand at fixed places, filled up with blanks. Spark reads no such"
        " files: told apart by blank, a value is now in one column and now in another."
    ]


def _quote_doubts(texts: Sequence[str], dialect: Dialect) -> list[str]:
    """Values that go on behind the quote that closes them, some lines further down: the quote of
    one was never closed, and that of the next one closed it."""
    if not dialect.quote or not dialect.multi_line or dialect.escape == "\\":
        return []
    mark, quote = re.escape(dialect.delimiter), re.escape(dialect.quote)
    value = re.compile(
        rf"(?:^|{mark}){quote}((?:[^{quote}]|{quote}{quote})*){quote}(?!{mark}|\s|$)"
    )
    found = sum("\n" in match[1] for text in texts for match in value.finditer(text))
    if not found:
        return []
    times = "once" if found == 1 else f"{found:,} times"
    return [f"A quote is not closed {times}, so that rows are read as one value."]


def _comes_again(texts: Sequence[str], layout: Layout) -> bool:
    """Whether the line of names is there more than once."""
    plain = replace(layout.dialect, multi_line=False, skip_rows=0)
    lines = [line for text in texts for line in text.split("\n")]
    names = (line for line in lines[: MOST_TITLES + 1] if _values(line, plain) == layout.columns)
    return len(layout.columns) > 1 and lines.count(next(names, "")) > 1


def _values(line: str, dialect: Dialect) -> tuple[str, ...]:
    return tuple(value for row in records(line, dialect) for value in row)


def _separator(text: bytes) -> str:
    return "\r\n" if b"\r\0\n\0" in text or b"\0\r\0\n" in text else "\n"


def decoded(parts: Sequence[bytes], encoding: Encoding) -> list[str]:
    """The parts as text, without what was cut in the middle of a line; breaks are ``\\n``."""
    name = python_name(encoding.name)
    texts = [_text(part, name, mixed=encoding.mixed) for part in parts]
    last = len(texts) - 1
    return [
        _whole_lines(text, cut_before=number > 0, cut_after=number < last)
        for number, text in enumerate(texts)
    ]


def _text(part: bytes, name: str, *, mixed: bool) -> str:
    if mixed:
        text = "\n".join(_line(line, name) for line in part.split(b"\n"))
    else:
        text = part.decode(name, "replace")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _line(line: bytes, name: str) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode(name, "replace")


def _whole_lines(text: str, *, cut_before: bool, cut_after: bool) -> str:
    start = text.find("\n") + 1 if cut_before else 0
    end = text.rfind("\n") if cut_after else len(text)
    return text[start : end if end > 0 else len(text)]


def _delimiter_doubts(best: Judged, close: Sequence[Judged]) -> list[str]:
    if best.width == 1:
        marks = [_NAMES.get(mark, repr(mark)) for mark in (o.dialect.delimiter for o in close)]
        return [f"Are its lines one value each, or are there more, by {mark}?" for mark in marks]
    chosen, doubts = best.dialect.delimiter, []
    for mark in (other.dialect.delimiter for other in close):
        if mark == chosen:
            doubts.append("A backslash may escape what follows it or be a part of the value.")
        else:
            doubts.append(
                f"Its values could be told apart by {_NAMES.get(mark, repr(mark))}"
                f" as well as by {_NAMES.get(chosen, repr(chosen))}."
            )
    return doubts
