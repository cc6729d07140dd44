"""The names of gold: unique within their table, and what a reader would expect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from medallion_core.model import Entity
from medallion_core.propose.lexicon import Lexicon
from medallion_core.propose.names import singular, stem, words
from medallion_core.propose.vocabulary import KEY_MARKERS
from medallion_core.text.identifiers import shorten

_BEFORE = frozenset(
    ["raw", "stg", "stage", "staging", "src", "tbl", "tb", "dim", "fact", "fct", "dbo"]
)
_AFTER = frozenset(["dim", "fact", "facts", "fct", "tbl", "dimension"])
_DATE_WORDS = frozenset(["date", "dt", "day", "at", "on", "time", "timestamp", "ts", "datetime"])


def base_names(entities: Sequence[Entity]) -> dict[str, str]:
    """Entity name to the name that its gold table is built from: without ``raw_`` or ``dim_``,
    unless two entities would then share it."""
    short = {entity.name: _base(entity.name) for entity in entities}
    counts: dict[str, int] = {}
    for name in short.values():
        counts[name] = counts.get(name, 0) + 1
    return {name: base if counts[base] == 1 else name for name, base in short.items()}


def _base(name: str) -> str:
    parts = list(words(name))
    while len(parts) > 1 and parts[0] in _BEFORE:
        parts = parts[1:]
    while len(parts) > 1 and parts[-1] in _AFTER:
        parts = parts[:-1]
    return "_".join(parts)


def singular_name(base: str) -> str:
    """``order_details`` as ``order_detail``."""
    parts = base.split("_")
    return "_".join([*parts[:-1], singular(parts[-1])])


class ColumnWords:
    """The words of an entity's columns, without a short prefix that all of them share. ``lexicon``
    has the words of the whole schema."""

    def __init__(self, entity: Entity, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        first = {words(column.name)[0] for column in entity.columns}
        short = next(iter(first)) if len(first) == 1 and len(entity.columns) > 1 else ""
        self._prefix = (
            short if len(short) <= 4 and stem(short) not in map(stem, words(entity.name)) else ""
        )

    def __call__(self, column: str) -> tuple[str, ...]:
        parts = self._lexicon.words(column)
        return parts[1:] if self._prefix and len(parts) > 1 else parts


def role_of(parts: tuple[str, ...], target: str) -> str:
    """What a referring column says beyond its target: ``ship_to`` of ``ship_to_address_id``.

    >>> role_of(("ship", "to", "address", "id"), "address"), role_of(("origin",), "airports")
    ('ship_to', 'origin')
    """
    rest = list(parts)
    if len(rest) > 1 and rest[-1] in KEY_MARKERS:
        rest.pop()
    for word in reversed(target.split("_")):
        if rest and stem(rest[-1]) == stem(word):
            rest.pop()
    return "_".join(rest)


def date_role(parts: tuple[str, ...]) -> str:
    """What a date is of: ``order`` of ``order_date``, ``ship`` of ``shipdate``.

    >>> date_role(("order", "date")), date_role(("ship", "date")), date_role(("date",))
    ('order', 'ship', '')
    """
    rest = list(parts)
    while rest and rest[-1] in _DATE_WORDS:
        rest.pop()
    if (
        rest
        and len(rest[-1]) > 5
        and rest[-1].endswith("date")
        and rest[-1] not in ("update", "candidate")
    ):
        rest[-1] = rest[-1].removesuffix("date")
    return "_".join(rest)


def key_name(role: str, target: str) -> str:
    """``ship_to_address_key``."""
    return shorten(f"{role}_{target}_key" if role else f"{target}_key")


class Taken:
    """Hands out names, each once within a table, regardless of case."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = {name.lower() for name in names}

    def name(self, wanted: str) -> str:
        candidate, number = wanted, 1
        while candidate.lower() in self._names:
            number += 1
            candidate = f"{wanted}_{number}"
        self._names.add(candidate.lower())
        return candidate
