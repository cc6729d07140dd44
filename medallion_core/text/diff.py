"""Differences between texts, as people know them."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

_AROUND = 3
"""Lines that are shown before and after a change."""


def text_diff(before: str, after: str, before_name: str, after_name: str) -> str:
    """A unified diff; empty where nothing differs."""
    old, new = before.splitlines(), after.splitlines()
    lines = list(_hunks(old, new))
    return "\n".join([f"--- {before_name}", f"+++ {after_name}", *lines] if lines else [])


def changed_texts(
    before: Mapping[str, str], after: Mapping[str, str], before_name: str, after_name: str
) -> dict[str, str]:
    """The unified diff of each text that differs, by its name; one that is missing is empty.

    >>> changed_texts({"a": "1", "b": "2"}, {"b": "2"}, "now", "then")
    {'a': '--- now\\n+++ then\\n@@ -1 +0,0 @@\\n-1'}
    """
    changes = {
        name: text_diff(before.get(name, ""), after.get(name, ""), before_name, after_name)
        for name in sorted({*before, *after})
    }
    return {name: change for name, change in changes.items() if change}


def _hunks(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    for group in _Lines(old, new).get_grouped_opcodes(_AROUND):
        (_, old_start, _, new_start, _), (_, _, old_end, _, new_end) = group[0], group[-1]
        yield f"@@ -{_range(old_start, old_end)} +{_range(new_start, new_end)} @@"
        for tag, i, old_stop, j, new_stop in group:
            if tag == "equal":
                yield from (f" {line}" for line in old[i:old_stop])
            else:
                yield from (f"-{line}" for line in old[i:old_stop])
                yield from (f"+{line}" for line in new[j:new_stop])


def _range(start: int, stop: int) -> str:
    """Counted from 1; an empty one is told by the line before it."""
    length = stop - start
    if length == 1:
        return f"{stop}"
    return f"{start + 1 if length else start},{length}"


class _Lines(difflib.SequenceMatcher[str]):
    """Lines that either text has once are matched first, and then what stands between them: to
    compare every line with all that are the same takes a second for a text of 30,000."""

    def __init__(self, old: Sequence[str], new: Sequence[str]) -> None:
        super().__init__(None, old, new)
        self._old, self._new = old, new

    def get_matching_blocks(self) -> list[difflib.Match]:
        found: list[difflib.Match] = []
        for each in self._runs():
            last = found[-1] if found else difflib.Match(0, 0, 0)
            if (last.a + last.size, last.b + last.size) == (each.a, each.b):
                found[-1:] = [difflib.Match(last.a, last.b, last.size + each.size)]
            else:
                found.append(each)
        return [*found, difflib.Match(len(self._old), len(self._new), 0)]

    def _runs(self) -> Iterator[difflib.Match]:
        i = j = 0
        for next_i, next_j in [*self._anchors(), (len(self._old), len(self._new))]:
            old, new = self._old[i:next_i], self._new[j:next_j]
            if old == new:
                yield difflib.Match(i, j, len(old))
            else:
                for run in difflib.SequenceMatcher(None, old, new).get_matching_blocks()[:-1]:
                    yield difflib.Match(i + run.a, j + run.b, run.size)
            i, j = next_i, next_j

    def _anchors(self) -> Iterator[tuple[int, int]]:
        counts = [Counter(lines) for lines in (self._old, self._new)]
        once = {line for line, count in counts[0].items() if count == 1 == counts[1][line]}
        old = [number for number, line in enumerate(self._old) if line in once]
        new = [number for number, line in enumerate(self._new) if line in once]
        texts = [self._old[number] for number in old], [self._new[number] for number in new]
        for run in difflib.SequenceMatcher(None, *texts).get_matching_blocks():
            yield from zip(
                old[run.a : run.a + run.size], new[run.b : run.b + run.size], strict=True
            )
