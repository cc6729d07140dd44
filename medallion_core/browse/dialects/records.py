"""CSV text to rows, as Spark reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from medallion_core.browse.dialects.dialect import Dialect

Record = list[str]


def records(text: str, dialect: Dialect, limit: int | None = None) -> list[Record]:
    """The rows of ``text``, at most ``limit``; the header is one of them.

    As Spark has it: blank lines and comments are no rows, an empty value is one that is quoted
    or not, and a quote that does not end its value is a part of it. Line breaks are ``\\n``.

    >>> records("a,'b ''c'\\n\\n1,x'y", Dialect(quote="'", escape="'"))
    [['a', "b 'c"], ['1', "x'y"]]
    """
    return list(islice(_records(text, dialect), limit))


def _records(text: str, dialect: Dialect) -> Iterator[Record]:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    start = _after_lines(text, dialect.skip_rows)
    if dialect.multi_line:
        yield from _parsed(text[start:], dialect)
        return
    for line in text[start:].split("\n"):
        yield from _parsed(line, dialect)


def _after_lines(text: str, count: int) -> int:
    start = 0
    for _ in range(count):
        end = text.find("\n", start)
        if end < 0:
            return len(text)
        start = end + 1
    return start


def _parsed(text: str, dialect: Dialect) -> Iterator[Record]:
    value, size = _value_pattern(dialect), len(dialect.delimiter)
    position = 0
    while position < len(text):
        end = text.find("\n", position)
        line = text[position : end if end >= 0 else len(text)]
        if not line.strip() or (dialect.comment and line.startswith(dialect.comment)):
            position += len(line) + 1
            continue
        record: Record = []
        while True:
            match = value.match(text, position)
            assert match is not None  # noqa: S101 - the last alternative matches always
            record.append(_cleaned(match, dialect))
            position = match.end()
            if not text.startswith(dialect.delimiter, position):
                break
            position += size
        position += 1
        yield record


@lru_cache(maxsize=256)
def _value_pattern(dialect: Dialect) -> re.Pattern[str]:
    """A whole quoted value, one whose quote is never closed, or anything up to a delimiter."""
    delimiter, quote, escape = map(re.escape, (dialect.delimiter, dialect.quote, dialect.escape))
    plain = rf"(?P<plain>(?:(?!{delimiter})[^\n])*+)"
    if not dialect.quote:
        return re.compile(plain)
    blank = "[ \t]*" if dialect.trim and dialect.delimiter not in " \t" else ""
    if dialect.escape == dialect.quote:
        inner = rf"(?:[^{quote}]|{quote}{quote})*+"
    elif dialect.escape:
        inner = rf"(?:[^{quote}{escape}]|{escape}.|{escape}\Z)*+"
    else:
        inner = rf"[^{quote}]*+"
    closed = rf"{blank}{quote}(?P<quoted>{inner}){quote}{blank}(?=\n|\Z|{delimiter})"
    opened = rf"{blank}{quote}(?P<open>[^{quote}]*+)\Z"
    return re.compile(f"{closed}|{opened}|{plain}", re.DOTALL)


def _cleaned(match: re.Match[str], dialect: Dialect) -> str:
    found = match.groupdict()
    if found.get("quoted") is not None:
        return _unescaped(found["quoted"], dialect)
    value = found["plain"] if found.get("open") is None else found["open"]
    return value.strip(" \t") if dialect.trim else value


def _unescaped(value: str, dialect: Dialect) -> str:
    quote, escape = dialect.quote, dialect.escape
    if not escape or escape not in value:
        return value
    if escape == quote:
        return value.replace(quote * 2, quote)
    return value.replace(escape + quote, quote).replace(escape * 2, escape)
