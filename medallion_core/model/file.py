"""``medallion.yml``: a Design as text and back.

Both directions follow the type hints of ``model``, so the file has the vocabulary's own names.
What equals its default is left out; a location is told apart by the field that only its kind has.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from enum import Enum
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from medallion_core.errors import MedallionError
from medallion_core.model import (
    Design,
    Entity,
    Location,
    Reference,
    TableName,
)
from medallion_core.text.yaml import Plain, dump_yaml, load_yaml

DESIGN_FILE = "medallion.yml"
"""Its path in a bundle."""

VERSION = 1

_LOCATION_FIELDS = {fields(kind)[0].name: kind for kind in get_args(Location)}

_LARGEST = 2**53
"""Up to here a float is the same number as the integer."""

_SCALARS: dict[Any, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}

_NOT_READ = {(Reference, "cardinality")}
"""What a file of this version may hold although nothing follows from it."""

Item = TypeVar("Item")

Reader = Callable[[Plain, str], Any]
"""Reads a value; the text says where it stands in the file."""


def dump_design(design: Design) -> str:
    """The design as YAML: the same design gives the same bytes.

    An entity's text is kept beside it: most of a design is its entities, of which an edit changes
    few.
    """
    return design.find_out_once("text", lambda: _written(design))


def _written(design: Design) -> str:
    others = _plain(replace(design, entities=()))
    settings = {"version": VERSION, "settings": others.pop("settings")}
    return dump_yaml(settings) + _entities(design.entities) + dump_yaml(others)


def _entities(entities: Iterable[Entity]) -> str:
    items = "".join(
        each.find_out_once("text", partial(_item, "entities", each)) for each in entities
    )
    return f"entities:\n{items}" if items else ""


def _item(key: str, value: Any) -> str:
    """``value`` as one of the list called ``key``."""
    return dump_yaml({key: [_plain(value)]}).removeprefix(f"{key}:\n")


def load_design(text: str) -> Design:
    """The design that ``text`` describes.

    Raises MedallionError DESIGN_INVALID with the path of what is wrong within the file, such as
    ``entities[3].rules[0].action``, and what is allowed there.
    """
    try:
        document = load_yaml(text)
    except ValueError as error:
        raise _invalid("the file", f"is not YAML: {error}", "") from error
    if not isinstance(document, dict):
        raise _invalid("the file", "is not a mapping", "It starts with `version: 1`.")
    version = document.pop("version", None)
    if version != VERSION:
        raise _invalid("version", f"is {version!r}", f"This release reads version {VERSION}.")
    return _read(Design, document, "")


# ── Design → plain data ──────────────────────────────────────────────────────────────────────


def _plain(value: Any) -> Plain:
    kind = type(value)
    if kind is str:
        return value
    if kind is tuple:
        return [_plain(item) for item in value]
    if kind is TableName:
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if not is_dataclass(kind):
        return value
    return {
        name: _plain(inner)
        for name, default in _defaults(kind)
        if (inner := getattr(value, name)) != default
    }


@cache
def _defaults(kind: type) -> tuple[tuple[str, object], ...]:
    """The fields of a dataclass, each with its default; MISSING where it has none."""
    return tuple((field.name, _default(field)) for field in fields(kind))


def _default(field: Field[Any]) -> object:
    return field.default if field.default_factory is MISSING else field.default_factory()


# ── Plain data → Design ──────────────────────────────────────────────────────────────────────


def _read(kind: type[Item], value: Plain, path: str) -> Item:
    """``value`` as a ``kind``. ``path`` says where it stands in the file."""
    return _read_any(kind, value, path)  # type: ignore[no-any-return]


def _read_any(kind: Any, value: Plain, path: str) -> Any:
    return _reader(kind)(value, path)


@cache
def _reader(kind: Any) -> Reader:
    """What reads a value of that type: chosen once, not for each of a hundred thousand values."""
    origin = get_origin(kind)
    if kind == Location:
        return _read_location
    if origin in (Union, UnionType):
        inner = next(option for option in get_args(kind) if option is not NoneType)
        return partial(_read_optional, inner)
    if origin is tuple:
        return partial(_read_tuple, get_args(kind)[0])
    if origin is dict:
        return _read_texts
    if kind is TableName:
        return _read_table_name
    if kind in _SCALARS:
        return partial(_read_scalar, kind)
    return partial(_read_enum if issubclass(kind, Enum) else _read_dataclass, kind)


def _read_optional(kind: Any, value: Plain, path: str) -> Any:
    return None if value is None else _read_any(kind, value, path)


def _read_scalar(kind: type, value: Plain, path: str) -> Any:
    if kind is float and type(value) is int and abs(value) <= _LARGEST:
        return float(value)
    if type(value) is not kind or (isinstance(value, float) and not math.isfinite(value)):
        hint = "Put it in double quotes." if kind is str else ""
        raise _invalid(path, f"is {_shown(value)}, which is not {_SCALARS[kind]}", hint)
    return value


def _read_enum(kind: type[Enum], value: Plain, path: str) -> Enum:
    for member in kind:
        if member.value == value:
            return member
    allowed = ", ".join(str(member.value) for member in kind)
    raise _invalid(path, f"is {_shown(value)}", f"It is one of: {allowed}.")


def _read_table_name(value: Plain, path: str) -> TableName:
    try:
        return TableName.parse(_read_scalar(str, value, path))
    except ValueError as error:
        raise _invalid(path, f"is {_shown(value)}", "Write catalog.schema.table.") from error


def _read_tuple(kind: Any, value: Plain, path: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise _invalid(path, f"is {_shown(value)}, which is not a list")
    read = _reader(kind)
    return tuple(read(item, f"{path}[{index}]") for index, item in enumerate(value))


def _read_texts(value: Plain, path: str) -> dict[str, str]:
    return {
        key: _read_scalar(str, inner, f"{path}.{key}")
        for key, inner in _mapping(value, path).items()
    }


def _read_location(value: Plain, path: str) -> Location:
    for name, kind in _LOCATION_FIELDS.items():
        if name in _mapping(value, path):
            location: Location = _read_any(kind, value, path)
            return location
    raise _invalid(path, "names no location", "Give it a table, a path, or servers.")


def _read_dataclass(kind: type, value: Plain, path: str) -> Any:
    required, readers = _shape(kind)
    given = _mapping(value, path)
    if unknown := [key for key in given if key not in readers and (kind, key) not in _NOT_READ]:
        raise _invalid(_join(path, unknown[0]), "is unknown", f"Known: {', '.join(readers)}.")
    if missing := [key for key in required if key not in given]:
        raise _invalid(_join(path, missing[0]), "is missing")
    known = (key for key in given if key in readers)
    return kind(**{key: readers[key](given[key], _join(path, key)) for key in known})


@cache
def _shape(kind: type) -> tuple[tuple[str, ...], dict[str, Reader]]:
    """The required field names of a dataclass, and what reads each of its fields."""
    hints = get_type_hints(kind)
    required = tuple(name for name, default in _defaults(kind) if default is MISSING)
    return required, {name: _reader(hints[name]) for name, _ in _defaults(kind)}


def _mapping(value: Plain, path: str) -> Mapping[str, Plain]:
    if not isinstance(value, dict):
        raise _invalid(path, f"is {_shown(value)}, which is not a mapping")
    return value


# ── What is wrong, in words ──────────────────────────────────────────────────────────────────


def _invalid(path: str, problem: str, hint: str = "") -> MedallionError:
    return MedallionError("DESIGN_INVALID", f"In the design, {path} {problem}.", hint)


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _shown(value: Plain) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
