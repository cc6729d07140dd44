"""Rules for SQL text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from medallion_core.model import Finding, Level

NEEDED_PRIVILEGES = (
    "USE CATALOG",
    "USE SCHEMA",
    "CREATE TABLE",
    "CREATE MATERIALIZED VIEW",
    "SELECT",
)

_QUOTED = re.compile(
    r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?:``|[^`])*`|--[^\n]*|/\*.*?\*/""", re.DOTALL
)
_DIVISION = re.compile(r"[/%]|\bdiv\b|\bmod\s*\(", re.IGNORECASE)


def without_quoted(text: str) -> str:
    """``text`` with literals, quoted names and comments blanked."""
    return _QUOTED.sub(" ", text)


def divides(expression: str) -> bool:
    """Whether the expression divides by an operator that fails on zero.

    >>> divides("a / b"), divides("try_divide(a, b)"), divides("date = '1/2'")
    (True, False, False)
    """
    return bool(_DIVISION.search(without_quoted(expression)))


def check_permissions(path: str, text: str) -> Iterator[Finding]:
    """Whether every privilege that a first run needs is granted somewhere in the script."""
    granted = re.findall(r"\bGRANT\s+([A-Z ,]+?)\s+ON\b", without_quoted(text).upper())
    privileges = {privilege.strip() for listed in granted for privilege in listed.split(",")}
    for needed in NEEDED_PRIVILEGES:
        if needed not in privileges:
            yield Finding(
                Level.ERROR,
                path,
                f"{needed} is granted to nobody.",
                "Grant it to those who run the pipeline, or generate the bundle again.",
            )
