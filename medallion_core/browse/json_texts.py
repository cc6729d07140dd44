"""How JSON files are laid out: objects one a line, an array, one document, an envelope of rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from medallion_core.browse.dialects import Sample
from medallion_core.browse.dialects.encodings import Encoding, find_encoding
from medallion_core.browse.dialects.reading import decoded

KEYS_OF = 2_000
"""Objects whose keys are looked at."""


@dataclass(frozen=True, slots=True)
class JsonReading:
    """How one file is read. ``columns`` are the keys of its objects; ``envelope`` the key under
    which the rows of a single document seem to lie; ``doubts`` sentences for a person."""

    name: str
    encoding: Encoding
    _: KW_ONLY
    multi_line: bool = False
    columns: tuple[str, ...] = ()
    envelope: str = ""
    doubts: tuple[str, ...] = ()
    is_empty: bool = False


def read_json(sample: Sample) -> JsonReading:
    """How the JSON file that ``sample`` is of is laid out."""
    encoding = find_encoding(sample.parts)
    text = "\n".join(decoded(sample.parts, encoding)).strip()
    if not text:
        return JsonReading(sample.name, encoding, is_empty=True)
    lines = [line for line in text.split("\n") if line.strip()][:KEYS_OF]
    if _is_object(lines[0]):
        rows = list(_objects(lines))
        doubts = [*_spellings(rows), *(_lies_in(_envelope(rows[0])) if len(rows) == 1 else ())]
        return JsonReading(sample.name, encoding, columns=_keys(rows), doubts=tuple(doubts))
    documents = list(_documents(text)) if sample.whole or len(sample.parts) == 1 else []
    return _whole(sample.name, encoding, documents)


def _whole(name: str, encoding: Encoding, documents: Sequence[Any]) -> JsonReading:
    """Of a file that is no object a line."""
    first = documents[0] if documents else None
    rows = [row for row in first if isinstance(row, dict)] if isinstance(first, list) else []
    doubts, envelope = list(_spellings(rows)), ""
    if isinstance(first, dict):
        rows, envelope = [first], _envelope(first)
    doubts += _lies_in(envelope)
    if len(documents) > 1:
        doubts.append("It holds several documents of many lines; only the first would be read.")
    return JsonReading(
        name,
        encoding,
        multi_line=True,
        columns=_keys(rows),
        envelope=envelope,
        doubts=tuple(doubts),
    )


def _lies_in(envelope: str) -> Iterator[str]:
    if envelope:
        yield f"Its rows seem to lie in {envelope}, of which each file is one row."


def _envelope(document: dict[str, Any]) -> str:
    """The longest list of objects in ``document``, where it is all but alone; where it has none,
    that of an object in it."""
    lists = {
        key: len(value)
        for key, value in document.items()
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value)
    }
    if lists:
        return max(lists, key=lists.__getitem__)
    inner = ((key, _envelope(value)) for key, value in document.items() if isinstance(value, dict))
    return next((f"{key}.{name}" for key, name in inner if name), "")


def _documents(text: str) -> Iterator[Any]:
    decoder, position = json.JSONDecoder(), 0
    while position < len(text):
        try:
            document, position = decoder.raw_decode(text, position)
        except ValueError:
            return
        yield document
        while position < len(text) and text[position] in " \t\n,":
            position += 1


def _is_object(line: str) -> bool:
    return next(_objects([line]), None) is not None


def _objects(lines: Sequence[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            value = json.loads(line)
        except ValueError:
            continue
        if isinstance(value, dict):
            yield value


def _keys(rows: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for row in rows[:KEYS_OF] for key in row))


def _spellings(rows: Sequence[dict[str, Any]], where: str = "") -> Iterator[str]:
    """Keys that differ in case only: they are one column, so that one of them is rescued."""
    spelled: dict[str, list[str]] = {}
    nested: dict[str, list[dict[str, Any]]] = {}
    for row in rows[:KEYS_OF]:
        for key, value in row.items():
            known = spelled.setdefault(key.lower(), [])
            if key not in known:
                known.append(key)
            if isinstance(value, dict):
                nested.setdefault(key, []).append(value)
    for names in spelled.values():
        if len(names) > 1:
            listed = " and ".join(where + name for name in names)
            yield f"{listed} differ in case only: the values of one of them are in _rescued_data."
    for key, values in nested.items():
        yield from _spellings(values, f"{where}{key}.")
