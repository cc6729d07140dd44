"""What a value of a CSV file looks like."""

from __future__ import annotations

import re
from functools import lru_cache

EMPTY, NUMBER, TIME, WORD, TEXT = "empty", "number", "time", "word", "text"
"""Nothing; a number in any common writing; a date or a time; one word or code; anything else."""

MISSING = frozenset(
    ["na", "n/a", "nan", "nat", "null", "none", "-", "--", "?", ".", "nil", "#n/a", "n.a."]
)
"""Lower-case words that stand for a value that is missing."""

_NUMBER = re.compile(
    r"""[(]?[-+]?\s?(?:[$€£¥]|[A-Z]{3}\s)?\s?[-+]?
    (?:\d{1,3}(?:,\d{3})+(?:[.]\d+)?|\d{1,3}(?:[.]\d{3})+(?:,\d+)?
    |\d{1,3}(?:[ '\xa0\u202f]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d*)?|[.,]\d+)
    (?:[eE][-+]?\d{1,3})?\s?(?:[$€£¥%]|[A-Z]{3})?-?[)]?""",
    re.VERBOSE,
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[.]?"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s?(?:[ap][.]?m[.]?)?"
_DAY = (
    rf"(?:\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}}|\d{{1,2}}[-/. ]{_MONTH}[-/. ,]*\d{{2,4}}"
    rf"|{_MONTH} \d{{1,2}},? \d{{4}}|\d{{4}}-\d{{2}}|\d{{4}}-?{_MONTH})"
)
_ZONE = r"(?:Z|UTC|GMT|[-+]\d{2}:?\d{2})"
_TIME = re.compile(
    rf"(?:[a-z]{{3}},? )?(?:{_DAY}(?:[T ,]+{_CLOCK})?|{_CLOCK})\s?{_ZONE}?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_][\w.@/:+#&'-]*|[#_][\w-]+", re.UNICODE)


@lru_cache(maxsize=65536)
def kind(value: str) -> str:
    """
    >>> kind("1.234,56"), kind("31.01.2024"), kind("ann@example.com"), kind("He said so"), kind("")
    ('number', 'time', 'word', 'text', 'empty')
    """
    value = value.strip()
    if not value or value.lower() in MISSING:
        return EMPTY
    if len(value) > 60:
        return TEXT
    if _NUMBER.fullmatch(value):
        return NUMBER
    if _TIME.fullmatch(value):
        return TIME
    return WORD if _WORD.fullmatch(value) else TEXT
