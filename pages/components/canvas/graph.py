"""What a canvas draws: named boxes and the lines between them, and smaller graphs taken from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

Neighbours = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Node:
    """``lines`` stand below the name; ``kind`` colours its edge, ``state`` its ground. ``column``
    is where it stands from the left, if that does not follow from the lines of the graph. ``pins``:
    each line can be pulled to a line of another node."""

    name: str
    kind: str
    lines: tuple[str, ...] = ()
    state: str = ""
    column: int | None = None
    pins: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """Lines are pairs of names, from what is read to what is made of it; both are among the nodes,
    each pair once."""

    nodes: tuple[Node, ...]
    lines: tuple[tuple[str, str], ...]

    @property
    def names(self) -> list[str]:
        return [node.name for node in self.nodes]

    def only(self, names: Collection[str]) -> Graph:
        """What is left of it with these nodes."""
        kept = set(names)
        return Graph(
            tuple(node for node in self.nodes if node.name in kept),
            tuple(line for line in self.lines if kept.issuperset(line)),
        )


def graph_of(nodes: Collection[Node], lines: Collection[tuple[str, str]]) -> Graph:
    """Without lines to what is no node, to itself, or drawn before."""
    known = {node.name: node for node in nodes}
    kept = (line for line in lines if line[0] != line[1] and known.keys() >= set(line))
    return Graph(tuple(known.values()), tuple(dict.fromkeys(kept)))


def around(graph: Graph, name: str, before: int = 1, after: int = 1) -> Graph:
    """The node, what it is made of within so many steps, and what is made of it."""
    parents, children = neighbours(graph)
    return graph.only({name, *_reach(parents, name, before), *_reach(children, name, after)})


def neighbours(graph: Graph) -> tuple[Neighbours, Neighbours]:
    """What each node is made of, and what is made of it."""
    parents: defaultdict[str, list[str]] = defaultdict(list)
    children: defaultdict[str, list[str]] = defaultdict(list)
    for start, end in graph.lines:
        parents[end].append(start)
        children[start].append(end)
    return parents, children


def _reach(next_to: Neighbours, name: str, steps: int) -> set[str]:
    reached, front = {name}, {name}
    for _ in range(steps):
        front = {found for each in front for found in next_to.get(each, ())} - reached
        reached |= front
    return reached


def without(graph: Graph, kinds: Collection[str]) -> Graph:
    """Nodes of these kinds are folded away: a line goes past them to what is still shown."""
    kept = [node for node in graph.nodes if node.kind not in kinds]
    shown = {node.name for node in kept}
    _, children = neighbours(graph)
    lines = [(node.name, end) for node in kept for end in _next_shown(children, node.name, shown)]
    return Graph(tuple(kept), tuple(dict.fromkeys(lines)))


def _next_shown(children: Neighbours, name: str, shown: set[str]) -> list[str]:
    found: dict[str, None] = {}
    waiting, seen = list(children.get(name, ())), {name}
    while waiting:
        current = waiting.pop(0)
        if current in shown:
            found[current] = None
        elif current not in seen:
            waiting += children.get(current, ())
        seen.add(current)
    return [each for each in found if each != name]


def waves(graph: Graph) -> dict[str, int]:
    """In which wave each table can be made: one after the last of those that it reads. Tables that
    read each other in a circle come after what they read besides."""
    parents, children = neighbours(graph)
    left = {name: len(parents.get(name, ())) for name in graph.names}
    wave = dict.fromkeys(graph.names, 0)
    ready = [name for name, count in left.items() if not count]
    while left:
        name = ready.pop(0) if ready else min(left, key=left.__getitem__)
        if left.pop(name, None) is None:
            continue
        for child in children.get(name, ()):
            if child in left:
                wave[child] = max(wave[child], wave[name] + 1)
                left[child] -= 1
                if not left[child]:
                    ready.append(child)
    return wave
