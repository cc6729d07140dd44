"""YAML as this project writes and reads it: one canonical text per value, YAML 1.2 core types.

PyYAML reads; the writer is our own, since PyYAML can't put short rows on one line and keep the
rest in blocks, and since a design with thousands of columns is saved at every edit. It writes
three kinds of text only: plain words, double-quoted strings, and literal blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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


def _block(value: Mapping[str, Plain] | Sequence[Plain], pad: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _entry(key, inner, pad)
        return
    for item in value:
        line = None if isinstance(item, Mapping) and len(item) == 1 else _row(item)
        if (line is not None and len(pad) + 2 + len(line) <= LINE_LENGTH) or not _is_nested(item):
            yield f"{pad}- {line if line is not None else _scalar(item)}"
            continue
        first, *rest = _block(item, f"{pad}  ")
        yield f"{pad}- {first.lstrip(' ')}"
        yield from rest


def _row(value: Plain, depth: int = 2) -> str | None:
    """``value`` in flow style; None where it nests deeper than ``depth`` or wants a block."""
    if not _is_nested(value):
        return None if isinstance(value, str) and _is_literal(value) else _scalar(value)
    if depth == 0:
        return None
    values = value.values() if isinstance(value, Mapping) else value
    parts = [_row(inner, depth - 1) for inner in values]
    texts = [part for part in parts if part is not None]
    if len(texts) < len(parts):
        return None
    if isinstance(value, Mapping):
        keys = map(_scalar, value)
        return (
            "{" + ", ".join(f"{key}: {text}" for key, text in zip(keys, texts, strict=True)) + "}"
        )
    return "[" + ", ".join(texts) + "]"


def _is_table(value: Plain) -> bool:
    """A list of mappings: one row each, so that a change shows as a changed line."""
    return isinstance(value, list) and any(isinstance(item, Mapping) for item in value)


def _is_nested(value: Plain) -> bool:
    """A mapping or list with something in it; empty ones are written like scalars."""
    return isinstance(value, (Mapping, list, tuple)) and bool(value)


def _scalar(value: Plain) -> str:
    match value:
        case str():
            return value if _is_plain(value) else _quoted(value)
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float():
            return _NUMBERS.get(repr(value), repr(value))
        case int():
            return str(value)
        case Mapping():
            return "{}"
    return "[]"


def _is_plain(text: str) -> bool:
    return bool(_WORDS.fullmatch(text)) and text.lower() not in _RESERVED


def _is_literal(text: str) -> bool:
    return "\n" in text.rstrip("\n") and bool(_LITERAL.fullmatch(text))


def _quoted(text: str) -> str:
    return '"' + "".join(map(_escaped, text)) + '"'


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

_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


def load_yaml(text: str) -> Plain:
    """The value of one YAML document. Of the plain words only ``true``, ``false``, ``null`` and
    decimal numbers are not text (so ``no`` and ``2024-01-01`` are).

    Raises ValueError with what is wrong and in which line.
    """
    loader = _PythonLoader if _SURROGATE_ESCAPE.search(text) else _FastLoader
    try:
        return yaml.load(text, Loader=loader)  # noqa: S506 -- both are safe loaders
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(_where(error)) from error


def _where(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error)
    return f"{problem} (line {mark.line + 1})" if mark else problem


def _unique_mapping(loader: Any, node: yaml.MappingNode) -> Iterator[dict[str, Plain]]:
    result: dict[str, Plain] = {}
    yield result
    for key_node, value_node in node.value:
        key = key_node.value
        if not isinstance(key_node, yaml.ScalarNode) or key in result:
            problem = f"the key {key!r} is there twice" if key in result else "a key is no text"
            raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
        result[key] = loader.construct_object(value_node, deep=True)


def _configure(loader: Any) -> Any:
    """Gives a safe loader the types of the YAML 1.2 core schema and unique text keys."""
    loader.yaml_implicit_resolvers = {}
    for tag, pattern in (
        ("bool", r"(?:true|false)$"),
        ("null", r"(?:null|~|)$"),
        ("int", r"-?(?:0|[1-9][0-9]*)$"),
        ("float", r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$|-?\.inf$|\.nan$"),
    ):
        loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), None)
    loader.add_constructor("tag:yaml.org,2002:map", _unique_mapping)
    return loader


_PythonLoader = _configure(type("_PythonLoader", (yaml.SafeLoader,), {}))
_FastLoader = _configure(type("_FastLoader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {}))
"""libyaml where it is there: ten times faster, but it refuses escaped surrogates."""
