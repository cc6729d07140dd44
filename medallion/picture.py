"""The star as one SVG, made here: nothing is loaded, and a notebook that is shared still has it.

Each fact and bridge is a box with the dimensions that it refers to below it, so that no line
crosses another and no label covers another, however many tables there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from medallion.html import shown
from medallion_core.model import Bridge, Design, Fact

WIDTH, BOX_HEIGHT, GAP, CHARACTER = 900, 30, 10, 7.9
"""Pixels; a character of the font used is at most so wide."""
_LONGEST_LABEL = 40
_STYLE = (
    ".m-t{font:13px ui-monospace,monospace;fill:currentColor}"
    ".m-f{fill:#2563eb22;stroke:#2563eb}.m-d{fill:#16a34a22;stroke:#16a34a}"
    ".m-l{stroke:#8888;fill:none}"
)


@dataclass(frozen=True, slots=True)
class _Box:
    """A labelled box; ``left`` and ``top`` are pixels."""

    label: str
    left: float
    top: float
    kind: str

    @property
    def width(self) -> float:
        return _width(self.label)

    def svg(self) -> str:
        return (
            f'<rect class="m-{self.kind}" x="{self.left:.0f}" y="{self.top:.0f}" rx="5" '
            f'width="{self.width:.0f}" height="{BOX_HEIGHT}"/>'
            f'<text class="m-t" x="{self.left + 10:.0f}" y="{self.top + 20:.0f}">'
            f"{shown(self.label)}</text>"
        )


def star_picture(design: Design) -> str:
    """One SVG element. ``currentColor`` follows the light or dark theme of the notebook."""
    parts: list[str] = []
    top = float(GAP)
    tables: list[Fact | Bridge] = [*design.star.facts, *design.star.bridges]
    for table in tables:
        drawn, top = _one(table, top)
        parts += drawn
    names = ", ".join(table.name for table in design.star.facts) or "no fact"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{top:.0f}" '
        f'viewBox="0 0 {WIDTH} {top:.0f}" role="img" style="max-width:100%">'
        f"<title>Star schema: {shown(names)}</title><style>{_STYLE}</style>"
        f"{''.join(parts)}</svg>"
    )


def _one(table: Fact | Bridge, top: float) -> tuple[list[str], float]:
    """A table and what it refers to, and where the next one begins."""
    head = _Box(_short(table.name), GAP, top, "f")
    boxes = list(_wrapped(_labels(table), top + BOX_HEIGHT + GAP))
    lines = [
        f'<path class="m-l" d="M{GAP + 12} {box.top + BOX_HEIGHT / 2:.0f} H{box.left:.0f}"/>'
        for box in boxes
        if box.left == _indent()
    ]
    bottom = boxes[-1].top + BOX_HEIGHT if boxes else top + BOX_HEIGHT
    if boxes:
        end = boxes[-1].top + BOX_HEIGHT / 2
        lines.insert(0, f'<path class="m-l" d="M{GAP + 12} {top + BOX_HEIGHT:.0f} V{end:.0f}"/>')
    return [*lines, *(box.svg() for box in (head, *boxes))], bottom + 2 * GAP


def _labels(table: Fact | Bridge) -> list[str]:
    """Each dimension once, with the roles that it plays where these are not its own name."""
    roles: dict[str, list[str]] = {}
    for link in table.links:
        roles.setdefault(link.dimension, []).append(link.key)
    if isinstance(table, Fact) and table.dates:
        roles["dim_date"] = [role.key for role in table.dates]
    return [
        _short(f"{name} × {len(keys)}" if len(keys) > 1 else name) for name, keys in roles.items()
    ]


def _wrapped(labels: Sequence[str], top: float) -> Iterator[_Box]:
    """Boxes from left to right, in as many rows as they need."""
    left = _indent()
    for label in labels:
        if left > _indent() and left + _width(label) > WIDTH - GAP:
            left, top = _indent(), top + BOX_HEIGHT + GAP
        yield _Box(label, left, top, "d")
        left += _width(label) + GAP


def _indent() -> float:
    return 4.0 * GAP


def _width(label: str) -> float:
    return len(label) * CHARACTER + 20


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"
