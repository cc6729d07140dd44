"""YAML as this project writes and reads it: one canonical text per value, YAML 1.2 core types.

PyYAML reads; the writer is our own, since PyYAML can't put short rows on one line and keep the
rest in blocks, and since a design with thousands of columns is saved at every edit. It writes
three kinds of text only: plain words, double-quoted strings, and literal blocks.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import yaml

Plain = Any
"""``None``, bool, int, float, str, and lists and mappings (keys: str) of them."""

LINE_LENGTH = 120
"""A row that fits into so many characters is written on one line."""

_WORDS = re.compile(r"[^\W\d]|[^\W\d][\w ./()<>=+*%@-]*[\w./()<>=+*%@-]|/[\w./-]*")
_RESERVED = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "none"})
_LITERAL = re.compile(r"[!-~][ -~]*(?:\n(?: *[!-~](?:[ -~]*[!-~])?)?)*(?<!\n\n)")
_NUMBERS = {"inf": ".inf", "-inf": "-.inf", "nan": ".nan"}
_SHORT_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


# ── Writing ──────────────────────────────────────────────────────────────────────────────────


def dump_yaml(document: Mapping[str, Plain]) -> str:
    """``document`` as YAML. Its own values are written in blocks; below, short rows in a line."""
    return "".join(
        f"{line}\n" for key, value in document.items() for line in _entry(key, value, "", row=False)
    )


def _entry(key: str, value: Plain, pad: str, *, row: bool = True) -> Iterator[str]:
    """The lines of ``key: value`` at the indentation ``pad``."""
    head = f"{pad}{_scalar(key)}:"
    if isinstance(value, str) and _is_literal(value):
        yield f"{head} {'|' if value.endswith(chr(10)) else '|-'}"
        yield from (f"{pad}  {line}".rstrip() for line in value.removesuffix("\n").split("\n"))
        return
    line = _row(value) if row and not _is_table(value) else None
    if (line is not None and len(head) + 1 + len(line) <= LINE_LENGTH) or not _is_nested(value):
        yield f"{head} {line if line is not None else _scalar(value)}"
        return
    yield head
    yield from _block(value, f"{pad}  ")


def _block(value: dict[str, Plain] | list[Plain], pad: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _entry(key, inner, pad)
        return
    for item in value:
        line = None if isinstance(item, dict) and len(item) == 1 else _row(item)
        if (line is not None and len(pad) + 2 + len(line) <= LINE_LENGTH) or not _is_nested(item):
            yield f"{pad}- {line if line is not None else _scalar(item)}"
            continue
        first, *rest = _block(item, f"{pad}  ")
        yield f"{pad}- {first.lstrip(' ')}"
        yield from rest


def _row(value: Plain, depth: int = 2) -> str | None:
    """``value`` in flow style; None where it nests deeper than ``depth`` or wants a block."""
    if type(value) is str and "\n" not in value:
        return _text(value)
    if not _is_nested(value):
        return None if isinstance(value, str) and _is_literal(value) else _scalar(value)
    if depth == 0:
        return None
    is_mapping = isinstance(value, dict)
    parts = []
    for inner in value.values() if is_mapping else value:
        part = _row(inner, depth - 1)
        if part is None:
            return None
        parts.append(part)
    if is_mapping:
        pairs = zip(map(_text, value), parts, strict=True)
        return "{" + ", ".join(f"{key}: {part}" for key, part in pairs) + "}"
    return "[" + ", ".join(parts) + "]"


def _is_table(value: Plain) -> bool:
    """A list of mappings: one row each, so that a change shows as a changed line."""
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _is_nested(value: Plain) -> bool:
    """A mapping or list with something in it; empty ones are written like scalars."""
    return isinstance(value, (dict, list)) and bool(value)


def _scalar(value: Plain) -> str:
    match value:
        case str():
            return _text(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float():
            return _NUMBERS.get(repr(value), repr(value))
        case int():
            return str(value)
        case dict():
            return "{}"
    return "[]"


@lru_cache(maxsize=65536)
def _text(text: str) -> str:
    """Most texts of a design are there more than once: types, names, reasons."""
    return text if _is_plain(text) else _quoted(text)


def _is_plain(text: str) -> bool:
    return bool(_WORDS.fullmatch(text)) and text.lower() not in _RESERVED


def _is_literal(text: str) -> bool:
    return "\n" in text and "\n" in text.rstrip("\n") and bool(_LITERAL.fullmatch(text))


def _quoted(text: str) -> str:
    is_simple = text.isprintable() and "\\" not in text and '"' not in text
    return f'"{text}"' if is_simple else f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    if character in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


# ── Reading ──────────────────────────────────────────────────────────────────────────────────

MAX_DEPTH = 100
"""A file that nests deeper is refused; a design nests about ten deep."""

MAX_LENGTH, MAX_LENGTH_READ_SLOWLY = 20_000_000, 500_000
"""Characters of a file that is read; 500 tables with all layers have 4 million."""

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where it is there: ten times faster, but it refuses escaped surrogates."""

_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_VALUES: dict[str, Plain] = {
    "true": True,
    "false": False,
    "null": None,
    "~": None,
    "": None,
    ".inf": math.inf,
    "-.inf": -math.inf,
    ".nan": math.nan,
}


def load_yaml(text: str, *, anchors: bool = False) -> Plain:
    """The value of one YAML document. Of the plain words only ``true``, ``false``, ``null`` and
    decimal numbers are not text (so ``no`` and ``2024-01-01`` are). Tags are refused, and so are
    anchors unless ``anchors``, where an alias is the same object as what it stands for, never a
    copy: a value means what stands there.

    Raises ValueError with what is wrong and in which line.
    """
    slowly = bool(_SURROGATE_ESCAPE.search(text))
    longest = MAX_LENGTH_READ_SLOWLY if slowly else MAX_LENGTH
    if len(text) > longest:
        raise ValueError(f"it has {len(text)} characters, and at most {longest} are read")
    parser = (yaml.SafeLoader if slowly else _Parser)(text)
    reader = _Reader({} if anchors else None)
    try:
        for event in iter(parser.get_event, None):
            reader.take(event)
    except yaml.YAMLError as error:
        raise ValueError(_where(error)) from error
    return reader.document


def _where(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return f"{problem} (line {mark.line + 1})" if mark else problem


class _Reader:
    """Puts the parser's events together in one pass. It never calls itself, so that no file can
    nest its way to the end of the stack."""

    def __init__(self, anchors: dict[str, Plain] | None) -> None:
        """``anchors`` takes the values that have one; None: there may be none."""
        self._anchors = anchors
        self._documents: list[Plain] = []
        self._into: Any = self._documents
        self._key: str | None = None
        self._outer: list[tuple[Any, str | None]] = []
        """What is still open around it, each with its anchor."""

    @property
    def document(self) -> Plain:
        """The document that was read; None of an empty file."""
        return self._documents[0] if self._documents else None

    def take(self, event: Any) -> None:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            self._scalar(event)
        elif kind is yaml.MappingStartEvent:
            self._open({}, event)
        elif kind is yaml.SequenceStartEvent:
            self._open([], event)
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            finished = self._into
            self._into, anchor = self._outer.pop()
            self._key = None
            self._remember(anchor, finished)
        elif kind is yaml.AliasEvent:
            self._alias(event)
        elif kind is yaml.DocumentStartEvent and self._documents:
            raise _refused("a second document begins", event)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        self._check(event)
        if self._key is None and type(self._into) is dict:
            if event.value in self._into:
                raise _refused(f"the key {event.value!r} is there twice", event)
            self._key = event.value
        else:
            value = _resolved(event.value) if event.implicit[0] else event.value
            self._put(value)
            self._remember(event.anchor, value)

    def _open(self, value: Plain, event: Any) -> None:
        self._check(event)
        if self._key is None and type(self._into) is dict:
            raise _refused("a key is not a text", event)
        if len(self._outer) == MAX_DEPTH:
            raise _refused(f"this nests deeper than {MAX_DEPTH} levels", event)
        self._outer.append((self._into, event.anchor))
        self._put(value)
        self._into = value

    def _alias(self, event: yaml.AliasEvent) -> None:
        """Only what is read to its end can be stood for: nothing can hold itself."""
        if self._anchors is None:
            raise _refused("an alias is not read: write the value itself", event)
        if event.anchor not in self._anchors:
            raise _refused(f"nothing before it is called &{event.anchor}", event)
        if self._key is None and type(self._into) is dict:
            raise _refused("a key is not a text", event)
        self._put(self._anchors[event.anchor])

    def _remember(self, anchor: str | None, value: Plain) -> None:
        if anchor is not None and self._anchors is not None:
            self._anchors[anchor] = value

    def _check(self, event: Any) -> None:
        if event.anchor is not None and self._anchors is None:
            raise _refused(f"the anchor &{event.anchor} is not read: write the value itself", event)
        if event.tag is not None:
            raise _refused(f"the tag {event.tag} is not read: write the value itself", event)

    def _put(self, value: Plain) -> None:
        if type(self._into) is dict:
            self._into[self._key] = value
            self._key = None
        else:
            self._into.append(value)


def _resolved(text: str) -> Plain:
    """What a plain word means in the core schema of YAML 1.2, decimal numbers only."""
    if text in _VALUES:
        return _VALUES[text]
    if text[0] in "-0123456789":
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
    return text


def _refused(problem: str, event: Any) -> yaml.error.MarkedYAMLError:
    return yaml.error.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)
