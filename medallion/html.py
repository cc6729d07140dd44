"""HTML for a notebook's cells. Every value passes ``escape``; nothing is loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from medallion_core.errors import MedallionError
from medallion_core.text.visible import visible

LONGEST_TEXT = 2_000
"""Characters of a result as plain text; what is longer is read as HTML or asked for in parts."""

_STYLE = "border-collapse:collapse;font-family:system-ui,sans-serif;font-size:13px;margin:6px 0"
_CELL = "border-bottom:1px solid #8884;padding:3px 12px 3px 0;text-align:left;vertical-align:top"


def paragraph(text: str, *, strong: bool = False) -> str:
    """One paragraph of plain text."""
    weight = "600" if strong else "400"
    return (
        f'<p style="font-family:system-ui,sans-serif;font-size:13px;margin:6px 0;'
        f'font-weight:{weight}">{shown(text)}</p>'
    )


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of plain values."""
    head = "".join(f'<th style="{_CELL}">{shown(name)}</th>' for name in header)
    body = "".join(
        "<tr>" + "".join(f'<td style="{_CELL}">{shown(value)}</td>' for value in row) + "</tr>"
        for row in rows
    )
    rows_shown = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<div style="overflow-x:auto"><table style="{_STYLE}">{rows_shown}</table></div>'


def code(text: str) -> str:
    """Source text, line by line as it is."""
    lines = "\n".join(map(shown, text.split("\n")))
    return (
        '<pre style="font-size:12px;border:1px solid #8884;border-radius:6px;padding:10px;'
        f'overflow:auto;max-height:480px">{lines}</pre>'
    )


def error(problem: MedallionError) -> str:
    """What happened, and what to do."""
    return paragraph(f"{problem.code}: {problem.message}", strong=True) + paragraph(problem.hint)


def shown(value: object) -> str:
    """A value within HTML; NULL as NULL, and no character that turns the text around it."""
    return escape(visible("NULL" if value is None else str(value)))


def shortened(text: str, limit: int = LONGEST_TEXT) -> str:
    """At most ``limit`` characters, and it says so where something is left out."""
    note = "\n… and more"
    return text if len(text) <= limit else text[: limit - len(note)] + note
