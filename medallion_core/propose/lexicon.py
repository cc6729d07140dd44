"""The words of a schema's names, also where they are written in one: ``shiptoaddressid``.

A name is split by the words that the schema itself uses apart, and by those that names are put
together of anywhere. What is not covered by known words stays in one piece, but for an
identifying or a telling last word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from medallion_core.propose.names import stem
from medallion_core.propose.vocabulary import (
    BEFORE_PARTICLES,
    COMMON,
    KEY_MARKERS,
    LIKE_IDS,
    PARTICLES,
    PERSON_WORDS,
    STAFF_WORDS,
    TAILS,
    WHOLE,
)
from medallion_core.text.identifiers import snake_case

SHORTEST = 3
"""Letters of a word; shorter ones are markers and particles."""

SHORTEST_OWN = 4
"""Letters of a word that only this schema uses: shorter ones are within too many others."""

SHORTEST_IDENTIFIER = 7
"""Letters of a name that nothing but its last two says to be an identifier."""

_PARTICIPLE = re.compile(r"([a-z]{3,}ed)(by|at|on|to|of)")
_MARKERS = tuple(sorted(KEY_MARKERS, key=len, reverse=True))
_GENERAL = COMMON | STAFF_WORDS | PERSON_WORDS | WHOLE


class Lexicon:
    """Splits the names of one schema; the same word is split in the same way everywhere."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._split: dict[str, tuple[str, ...]] = {}
        self._words: dict[str, tuple[str, ...]] = {}
        parts = [snake_case(name).split("_") for name in dict.fromkeys(names)]
        apart = {word for name in parts if len(name) > 1 for word in name}
        own = apart | set(_bodies({word for name in parts for word in name}))
        self._known = {word for word in own if len(word) >= SHORTEST_OWN and word.isalpha()}

    def words(self, name: str) -> tuple[str, ...]:
        if name not in self._words:
            parts = [part for word in snake_case(name).split("_") for part in self._parts(word)]
            self._words[name] = tuple(_joined(parts))
        return self._words[name]

    def _parts(self, word: str) -> tuple[str, ...]:
        if word not in self._split:
            found = _participle(word) or self._covered(word) or self._marked(word)
            found = found or _with_tail(word)
            self._split[word] = tuple(p for part in found for p in self._parts(part)) or (word,)
        return self._split[word]

    def _marked(self, word: str) -> tuple[str, ...]:
        """An identifier's last word and the known word before it, whatever stands before these."""
        for marker in _MARKERS:
            body = word.removesuffix(marker)
            if body == word or word in WHOLE:
                continue
            if _participle(body):
                return (*_participle(body), marker)
            for start in range(SHORTEST, len(body) - SHORTEST):
                if self._is_known(body[start:]):
                    return body[:start], body[start:], marker
        return _identifier(word)

    def _covered(self, word: str) -> tuple[str, ...]:
        """The fewest known words that make up the whole of ``word``, two at least."""
        if word in WHOLE or len(word) < 2 * SHORTEST - 1:
            return ()
        best: list[tuple[str, ...] | None] = [(), *[None] * len(word)]
        for end in range(1, len(word) + 1):
            for start in range(end):
                before = best[start]
                if before is None or (start == 0 and end == len(word)):
                    continue
                if self._may_follow(word[start:end], before, last=end == len(word)):
                    found = (*before, word[start:end])
                    if best[end] is None or len(found) < len(best[end] or ()):
                        best[end] = found
        return best[-1] or ()

    def _may_follow(self, part: str, before: tuple[str, ...], *, last: bool) -> bool:
        if part in PARTICLES:
            return bool(before) and (before[-1].endswith("ed") or before[-1] in BEFORE_PARTICLES)
        if part in KEY_MARKERS and last:
            return bool(before)
        return self._is_known(part)

    def _is_known(self, part: str) -> bool:
        if len(part) < SHORTEST:
            return False
        return part in self._known or part in _GENERAL or stem(part) in _GENERAL


def _joined(parts: list[str]) -> Iterator[str]:
    """``sales person`` is a ``salesperson``."""
    position = 0
    while position < len(parts):
        pair = "".join(parts[position : position + 2])
        joined = pair in STAFF_WORDS and pair != parts[position]
        yield pair if joined else parts[position]
        position += 2 if joined else 1


def _participle(word: str) -> tuple[str, ...]:
    """``changedby``, ``modifiedat``."""
    match = _PARTICIPLE.fullmatch(word)
    return match.groups() if match else ()


def _identifier(word: str) -> tuple[str, ...]:
    """A word that only ``id`` is known of: ``specialofferid``."""
    is_other = word in LIKE_IDS or word in WHOLE or word.endswith(("oid", "uid"))
    if not word.endswith("id") or len(word) < SHORTEST_IDENTIFIER or is_other:
        return ()
    return word.removesuffix("id"), "id"


def _with_tail(word: str) -> tuple[str, ...]:
    """A telling last word and what stands before it, known or not: ``extendedprice``."""
    if any(word.endswith(whole) for whole in WHOLE):
        return ()
    ends = (tail for tail in TAILS if word.endswith(tail) and len(word) >= len(tail) + SHORTEST)
    tail = max(ends, key=len, default="")
    return (word.removesuffix(tail), tail) if tail else ()


def _bodies(parts: set[str]) -> Iterator[str]:
    """What stands before an identifying or telling last word in two names, or in one and at the
    end of another: ``author`` of ``authorid`` and ``authorname``."""
    bodies = Counter(
        body
        for word in parts
        for tail in (*_MARKERS, *COMMON)
        if word not in WHOLE
        and len(body := word.removesuffix(tail)) < len(word)
        and len(body) > SHORTEST
    )
    ends = {word[start:] for word in parts for start in range(1, len(word))}
    for body, times in bodies.items():
        if times > 1 or body in ends:
            yield body
