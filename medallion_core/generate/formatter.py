"""Generated Python through the formatter that the project uses for itself."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable
from textwrap import indent

from ruff import find_ruff_bin  # type: ignore[import-untyped]

from medallion_core.model import Bundle

LINE_LENGTH = 100

_BETWEEN = "pass  # ''' \"\"\" 5f0b8c6e1d7a4f32\n"
"""All files go to the formatter as one text with this between them: to write 1,500 temporary files
takes five times as long as to format them. What one file leaves open (a bracket, a string, a block)
cannot go on in the next one, since this is not Python there."""

_QUOTES = '"""'
BLOCK = "\x01"
"""Stands behind the quotes that open a block of lines; texts from elsewhere have it escaped."""

Refused = Callable[[str, str], None]
"""Hears of a file by its path, and of what is wrong with it."""


def format_python(bundle: Bundle, refused: Refused) -> Bundle:
    """The same files, Python formatted; none has a docstring of its own. A file that is not Python
    stays as it is, and ``refused`` hears of it: the others are none the worse for it."""
    sources = {path: text for path, text in bundle.items() if path.endswith(".py")}
    formatted = _format_all(sources.values())
    if formatted is None:
        formatted = [_format_one(path, text, refused) for path, text in sources.items()]
    return bundle | dict(zip(sources, formatted, strict=True))


def _format_all(texts: Iterable[str]) -> list[str] | None:
    """Every text formatted, by one call; None where one of them is not Python."""
    texts = list(texts)
    formatted, _ = _ruff_format(_BETWEEN.join(f"{text}\n" for text in texts))
    parts = [part.strip("\n") + "\n" for part in _settled(formatted).split(_BETWEEN)]
    return parts if len(parts) == len(texts) and formatted else None


def _format_one(path: str, text: str, refused: Refused) -> str:
    formatted, problem = _ruff_format(text)
    if problem:
        refused(path, problem)
    return text if problem else _settled(formatted)


def _settled(text: str) -> str:
    """``text`` with each block of lines where its quotes stand, which a formatter leaves alone."""
    first, *others = text.split(f"{_QUOTES}{BLOCK}\n")
    settled = [first]
    for other in others:
        before = settled[-1].rpartition("\n")[2]
        margin = before[: len(before) - len(before.lstrip(" "))]
        inner = margin if before == margin else f"{margin}    "
        lines, _, after = other.partition(_QUOTES)
        settled.append(f"{_QUOTES}\n{indent(lines, inner)}{margin}{_QUOTES}{after}")
    return "".join(settled)


def _ruff_format(text: str) -> tuple[str, str]:
    """The formatted text, or what is wrong with it."""
    result = subprocess.run(
        [
            *(find_ruff_bin(), "format", "--isolated", "--no-cache"),
            *(f"--line-length={LINE_LENGTH}", "-"),
        ],
        input=text,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return result.stdout, result.stderr.strip() if result.returncode else ""
