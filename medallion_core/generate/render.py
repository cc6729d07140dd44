"""Templates to text. Filters quote; the templates decide nothing."""

from __future__ import annotations

import subprocess
import textwrap
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from ruff import find_ruff_bin  # type: ignore[import-untyped]

from medallion_core.errors import MedallionError
from medallion_core.model import Bundle

TEMPLATES = Path(__file__).parents[2] / "bundle_templates"
LINE_LENGTH = 100


def render(template: str, **context: object) -> str:
    """The text of ``bundle_templates/<template>.j2``. Raises UndefinedError for a missing name."""
    return _environment().get_template(f"{template}.j2").render(**context)


@cache
def _environment() -> Environment:
    # Not HTML: every value passes through the filter of the language it enters.
    environment = Environment(  # noqa: S701
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(py=py, doc=doc, note=note, block=block, yaml=yaml_value, md=md)
    return environment


def py(value: object) -> str:
    """A Python literal; ``repr`` escapes whatever could end it."""
    return repr(value)


def doc(text: str, indent: int = 0) -> str:
    """A docstring, wrapped, ``indent`` characters in."""
    lines = textwrap.wrap(
        _escape(" ".join(text.split())),
        LINE_LENGTH - 4 - indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return '"""' + ("\n" + " " * indent).join(lines) + '"""'


def note(text: str, indent: int = 4) -> str:
    """A Python comment, wrapped; nothing where there is no text."""
    margin = " " * indent + "# "
    return "\n".join(
        textwrap.wrap(
            _escape(" ".join(text.split())),
            LINE_LENGTH,
            initial_indent=margin,
            subsequent_indent=margin,
        )
    )


def block(lines: list[str], indent: int) -> str:
    """A triple-quoted string with one line each, indented below its opening quotes."""
    margin = " " * indent
    body = "".join(f"{margin}    {_escape(line)}\n" for line in lines)
    return f'"""\n{body}{margin}"""'


def _escape(text: str) -> str:
    """What means ``text`` between double quotes."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode("ascii")
        for character in text.replace("\\", r"\\").replace('"', r"\"")
    )


def yaml_value(value: Any) -> str:
    """One YAML flow value on one line."""
    text: str = yaml.safe_dump(value, default_flow_style=True, width=10**9, sort_keys=False)
    return text.removesuffix("...\n").rstrip("\n")


_MARKDOWN_SPECIAL = str.maketrans({character: f"\\{character}" for character in "\\`*_{}[]<>#|$~"})


def md(text: str) -> str:
    """One line of Markdown text that means itself, in and outside of tables."""
    return " ".join(text.split()).translate(_MARKDOWN_SPECIAL)


def format_python(bundle: Bundle) -> Bundle:
    """The same files, Python formatted by the project's own formatter, in one call.

    Raises MedallionError GENERATED_CODE_INVALID where the formatter cannot read a file.
    """
    with TemporaryDirectory() as folder:
        paths = {path: Path(folder, path) for path in bundle if path.endswith(".py")}
        for path, file in paths.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(bundle[path], encoding="utf-8")
        _ruff_format(folder)
        return bundle | {path: file.read_text(encoding="utf-8") for path, file in paths.items()}


def _ruff_format(folder: str) -> None:
    command = [find_ruff_bin(), "format", "--isolated", "--no-cache", "--quiet"]
    result = subprocess.run(
        [*command, f"--line-length={LINE_LENGTH}", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise MedallionError(
            "GENERATED_CODE_INVALID",
            f"Generated Python could not be formatted: {result.stderr.strip()}",
            "This is a defect of the generator: report the design that it happened with.",
        )
