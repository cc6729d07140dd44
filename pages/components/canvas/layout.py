"""Where the boxes of a graph lie: in columns from left to right, none over another.

A long column is folded into several beside each other, so that the whole is about as wide as a
screen is to its height. Within a column a table stands near what it is made of. The same graph
gives the same places.
"""

from __future__ import annotations

import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from medallion_core.text.visible import visible
from pages.components.canvas.graph import Graph, Node, neighbours, waves

CHARACTER, NAME_HEIGHT, LINE_HEIGHT = 7.4, 30, 17
"""Pixels: the width of a character of the font, the height of a box with its name, and of each
line below."""

LONGEST = 34
"""Characters of a name that are shown; the whole is told when it is pointed at."""

BESIDE, BELOW, BETWEEN, ANSWERED = 20, 14, 56, 90
"""Pixels between the boxes of a folded column, between rows, and between columns: more where a line
has room for its answer."""

SHAPE = 2.2
"""How much wider than high the whole is to be."""
_SWEEPS = 4


@dataclass(frozen=True, slots=True)
class Box:
    """A node's place; pixels from the top left corner."""

    node: Node
    left: int
    top: int
    width: int
    height: int


@lru_cache(maxsize=32)
def layout(graph: Graph) -> tuple[Box, ...]:
    """In the order of the columns, each from top to bottom."""
    rows = _rows(graph)
    boxes: list[Box] = []
    left = 0
    between = ANSWERED if any(node.pins for node in graph.nodes) else BETWEEN
    for column in _ordered(graph):
        for part in _parts(column, rows):
            width = max(map(_width, part))
            boxes += _stacked(part, left, width)
            left += width + BESIDE
        left += between - BESIDE
    return tuple(_centred(boxes))


def _rows(graph: Graph) -> int:
    """How many nodes a column may have before it is folded."""
    if not graph.nodes:
        return 1
    wide = sum(map(_width, graph.nodes)) / len(graph.nodes) + BESIDE
    high = sum(map(_height, graph.nodes)) / len(graph.nodes) + BELOW
    return max(12, math.ceil(math.sqrt(len(graph.nodes) * wide / high / SHAPE)))


def _parts(column: Sequence[Node], rows: int) -> Iterable[Sequence[Node]]:
    """Equal parts of at most so many nodes."""
    size = math.ceil(len(column) / math.ceil(len(column) / rows))
    return (column[start : start + size] for start in range(0, len(column), size))


def _stacked(nodes: Sequence[Node], left: int, width: int) -> list[Box]:
    boxes: list[Box] = []
    top = 0
    for node in nodes:
        boxes.append(Box(node, left, top, width, _height(node)))
        top += _height(node) + BELOW
    return boxes


def _centred(boxes: list[Box]) -> list[Box]:
    """Each column in the middle of the highest."""
    bottoms: defaultdict[int, int] = defaultdict(int)
    for box in boxes:
        bottoms[box.left] = max(bottoms[box.left], box.top + box.height)
    highest = max(bottoms.values(), default=0)
    return [
        Box(b.node, b.left, b.top + (highest - bottoms[b.left]) // 2, b.width, b.height)
        for b in boxes
    ]


def _ordered(graph: Graph) -> list[list[Node]]:
    """The columns; in each, nodes near the middle of those that they have a line to."""
    wave = _near_what_reads_them(graph)
    columns: defaultdict[int, list[Node]] = defaultdict(list)
    for node in graph.nodes:
        columns[wave[node.name] if node.column is None else node.column].append(node)
    ordered = [columns[number] for number in sorted(columns)]
    parents, children = neighbours(graph)
    height = {node.name: place for column in ordered for node, place in _spread(column)}
    for sweep in range(_SWEEPS):
        near = children if sweep % 2 else parents
        for column in reversed(ordered) if sweep % 2 else ordered:
            column.sort(key=lambda node: _middle(near.get(node.name, ()), height, node.name))
            height.update({node.name: place for node, place in _spread(column)})
    return ordered


def _near_what_reads_them(graph: Graph) -> dict[str, int]:
    """Its waves, with what reads nothing right before the first that reads it: constants stand
    beside what is made of them, not among the sources."""
    wave = waves(graph)
    parents, children = neighbours(graph)
    first = {name: min(wave[child] for child in children[name]) for name in children}
    return wave | {name: first[name] - 1 for name in first if not parents.get(name)}


def _spread(column: Sequence[Node]) -> Iterable[tuple[Node, float]]:
    """Each node with how far down it is, 0 to 1."""
    return ((node, (row + 0.5) / len(column)) for row, node in enumerate(column))


def _middle(names: Sequence[str], height: dict[str, float], own: str) -> float:
    return sum(height[name] for name in names) / len(names) if names else height[own]


def _width(node: Node) -> int:
    longest = max(map(_characters, map(shown, (node.name, *node.lines))))
    return math.ceil(min(longest, LONGEST) * CHARACTER) + 26


def _height(node: Node) -> int:
    return NAME_HEIGHT + LINE_HEIGHT * len(node.lines) + (4 if node.lines else 0)


def shown(text: str) -> str:
    """``text`` on one line, with what nobody would see, or what steers the order, spelled out."""
    return visible(text.replace("\n", " "))


def _characters(text: str) -> int:
    """How many places of a fixed-width font it takes."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)
