"""One decision over the whole schema instead of many local ones.

After Auto-BI (VLDB 2023) and Motl (CEUR vol. 1885): local scores carry the evidence, and the
chosen join graph is the best that keeps the rules of a schema: a column has one parent, and no key
refers round in a circle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from medallion_core.propose.candidates import Candidate
from medallion_core.propose.scores import Pair

ACCEPT, ACCEPT_UNNAMED = 0.5, 0.8
"""Confidence from which a reference is built on: a wrong one of weak names is worse than none."""

NAMED = 0.7
"""Score of a name that speaks for a reference."""

WEAK = 0.5
"""Score from which a name says something."""

ORPHAN_WEIGHT = 10.0
"""Points by which a parent of all rows comes before one of none."""

SPEAKING = 0.3
"""Share of the tables whose names speak from which a name that says nothing counts as weak."""

ASK = 0.3
"""Confidence from which a reference is worth a question."""

ALIKE = 0.05
"""Points by which two parents may differ and fit alike all the same."""


@dataclass(frozen=True, slots=True)
class Choice:
    """``doubtful`` are the candidates that a person should decide on, with the reason."""

    accepted: tuple[Candidate, ...]
    doubtful: tuple[tuple[Candidate, str], ...]


def choose_references(declared: Sequence[Candidate], candidates: Sequence[Candidate]) -> Choice:
    """The best candidates that can stand together, greedily from the most certain down.

    Greedy is the exact optimum for one parent per column, and near it for the absence of cycles,
    since a cycle is broken at its weakest reference. Only keys are kept from going round: two
    tables may well refer to each other, a department to its manager and he to his department.
    """
    graph = _Graph()
    for candidate in declared:
        graph.add(candidate)
    doubtful: list[tuple[Candidate, str]] = []
    likely = (candidate for candidate in candidates if candidate.confidence >= ASK)
    for candidate in sorted(likely, key=_order):
        if graph.is_taken(candidate):
            if graph.fits_alike(candidate):
                doubtful.append((candidate, "another table fits as well"))
            continue
        if candidate.confidence < (ACCEPT if _is_named(candidate) else ACCEPT_UNNAMED):
            doubtful.append((candidate, "the evidence is weak"))
        elif _is_weak_in_circle(candidate) and graph.closes_cycle(candidate):
            doubtful.append((candidate, "it would close a circle of references"))
        else:
            graph.add(candidate)
            continue
        graph.asked(candidate)
    return Choice(tuple(graph.accepted), tuple(doubtful))


def _is_named(candidate: Candidate) -> bool:
    """By its own name, or where names say nothing anyway, or values could not be looked at."""
    pair = candidate.pair
    silent = pair is not None and pair.names_speak < SPEAKING and not _names_another(pair)
    return candidate.name.score >= NAMED or silent or candidate.inclusion is None


def _names_another(pair: Pair) -> bool:
    """Whether both are named as identifiers, of different things: ``cust_id`` and ``order_id``."""
    field, key = pair.field, pair.key
    if not (field.has_strong_marker and key.has_strong_marker and field.subject and key.subject):
        return False
    return not pair.name.score and set(field.subject_stems).isdisjoint(key.subject_stems)


def _is_weak_in_circle(candidate: Candidate) -> bool:
    own_key = candidate.pair is None or candidate.pair.is_own_key
    return own_key or candidate.confidence < ACCEPT_UNNAMED


def _rank(candidate: Candidate) -> float:
    """Of two tables that hold most of the values, where names are silent, the one that holds more
    of them."""
    silent = candidate.name.score < WEAK and candidate.inclusion is not None
    orphans = ORPHAN_WEIGHT * (1.0 - (candidate.inclusion or 0.0)) if silent else 0.0
    return candidate.points + (candidate.pair.fit if candidate.pair else 0.0) - orphans


def _order(candidate: Candidate) -> tuple[float, bool, int, tuple[str, ...], int]:
    return (
        -_rank(candidate),
        not candidate.to_key,
        candidate.child,
        candidate.columns,
        candidate.parent,
    )


class _Graph:
    def __init__(self) -> None:
        self.accepted: list[Candidate] = []
        self._columns: set[tuple[int, tuple[str, ...]]] = set()
        self._parents: dict[int, set[int]] = defaultdict(set)
        self._links: dict[tuple[int, int], set[tuple[str, ...]]] = defaultdict(set)

    def add(self, candidate: Candidate) -> None:
        self.accepted.append(candidate)
        self._columns.add((candidate.child, candidate.columns))
        self._links[candidate.child, candidate.parent].add(candidate.parent_columns)
        if candidate.child != candidate.parent:
            self._parents[candidate.child].add(candidate.parent)

    def asked(self, candidate: Candidate) -> None:
        self._columns.add((candidate.child, candidate.columns))

    def is_taken(self, candidate: Candidate) -> bool:
        """The column has a parent already, or the child has the parent by other columns and this
        would only repeat it."""
        if (candidate.child, candidate.columns) in self._columns:
            return True
        links = self._links.get((candidate.child, candidate.parent), set())
        return not candidate.to_key and bool(links - {candidate.parent_columns})

    def fits_alike(self, candidate: Candidate) -> bool:
        """Whether what was accepted for the same columns is hardly better than this."""
        return any(
            other.child == candidate.child
            and other.columns == candidate.columns
            and other.parent != candidate.parent
            and not other.declared
            and other.name.score == candidate.name.score
            and _rank(other) - _rank(candidate) < ALIKE
            for other in self.accepted
        )

    def closes_cycle(self, candidate: Candidate) -> bool:
        if candidate.child == candidate.parent:
            return False
        seen: set[int] = set()
        waiting = [candidate.parent]
        while waiting:
            table = waiting.pop()
            if table == candidate.child:
                return True
            if table not in seen:
                seen.add(table)
                waiting.extend(self._parents[table])
        return False
