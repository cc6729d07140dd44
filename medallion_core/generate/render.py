"""Templates to text. Filters quote; the templates decide nothing."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import fields
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, ClassVar, Protocol

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from medallion_core.generate.formatter import LINE_LENGTH
from medallion_core.generate.python import (
    block,
    chain,
    escape,
    formatted_block,
    listed,
    sql_literal,
)

_PLACES = [Path(__file__).parents[above] / "bundle_templates" for above in (1, 2)]
"""Within the package where it is installed, beside it in a checkout."""
TEMPLATES = next(filter(Path.is_dir, _PLACES), _PLACES[-1])


class Template(Protocol):
    """What is written into one template, decided: a frozen dataclass whose fields are the names
    that the template uses. ``template`` is its path below ``bundle_templates``, without ``.j2``."""

    __dataclass_fields__: ClassVar[dict[str, Any]]
    template: ClassVar[str]


def render(model: Template) -> str:
    """The text of the model's template."""
    context = {field.name: getattr(model, field.name) for field in fields(model)}
    return _environment().get_template(f"{model.template}.j2").render(context)


@cache
def _environment() -> Environment:
    # Not HTML: every value passes through the filter of the language it enters.
    environment = Environment(  # noqa: S701
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters.update(_FILTERS)
    return environment


def py(value: object) -> str:
    """A Python literal; ``repr`` escapes whatever could end it."""
    return repr(value)


def text(value: str, indent: int = 4) -> str:
    """A Python literal, in pieces where it does not fit on a line, ``indent`` characters in."""
    literal = repr(value)
    room = LINE_LENGTH - indent - len("comment=,")
    if len(literal) <= room:
        return literal
    # As long as itself where nothing of it is escaped: so most comments are.
    length = len if literal[1:-1] == value else _escaped_length
    words = re.findall(r"\s*\S+|\s+$", value)
    pieces = [""]
    for word in words:
        if pieces[-1] and length(pieces[-1] + word) + 2 > room:
            pieces.append("")
        pieces[-1] += word
    return f"({' '.join(map(repr, pieces))})"


def _escaped_length(text: str) -> int:
    return len(repr(text)) - 2


def doc(text: str, indent: int = 0) -> str:
    """A docstring, wrapped, ``indent`` characters in."""
    room, line = LINE_LENGTH - 4 - indent, escape(" ".join(text.split()))
    lines = [line]
    if len(line) > room:
        lines = textwrap.wrap(line, room, break_long_words=False, break_on_hyphens=False)
    return '"""' + ("\n" + " " * indent).join(lines) + '"""'


def note(text: str, indent: int = 4) -> str:
    """A Python comment, wrapped; nothing where there is no text."""
    margin, line = " " * indent + "# ", escape(" ".join(text.split()))
    if len(margin) + len(line) <= LINE_LENGTH:
        return margin + line if line else ""
    return "\n".join(
        textwrap.wrap(line, LINE_LENGTH, initial_indent=margin, subsequent_indent=margin)
    )


def yaml_value(value: Any) -> str:
    """One YAML flow value on one line."""
    text: str = yaml.safe_dump(value, default_flow_style=True, width=10**9, sort_keys=False)
    return text.removesuffix("...\n").rstrip("\n")


_MARKDOWN_SPECIAL = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]<>#|$~"})


@lru_cache(maxsize=16384)
def md(text: str) -> str:
    """One line of Markdown text that means itself, in and outside of tables."""
    return " ".join(text.split()).translate(_MARKDOWN_SPECIAL)


def md_list(texts: Iterable[str]) -> str:
    """Each of them as Markdown text, with commas between."""
    return ", ".join(map(md, texts))


_FILTERS = {
    "py": py,
    "text": text,
    "sql": sql_literal,
    "block": block,
    "formatted_block": formatted_block,
    "listed": listed,
    "chain": chain,
    "doc": doc,
    "note": note,
    "yaml": yaml_value,
    "md": md,
    "md_list": md_list,
}
