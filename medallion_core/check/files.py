"""The Python of a bundle, file by file: what is wrong in a file, and its materialized views.

A file is parsed once, for all that it says by itself. What it gives is kept by its text and by what
others say of the datasets that it names, so that after an edit only what it changed is read again.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from medallion_core.check.calls import Statement, argument, method_of, statements_of
from medallion_core.check.functions import UNPARSABLE, functions_of, parsed
from medallion_core.check.python_code import Violation, violations
from medallion_core.check.views import (
    Definition,
    ViewCode,
    dataset_calls,
    datasets_of,
    definitions,
    views_of,
)
from medallion_core.model import Bundle, Finding, Level

_BETWEEN = "\n\n\n"
"""Stands before what begins at the left margin, where a formatter has been."""

KEPT = 4096
"""Files of which it is kept: those of a design of a thousand tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a file says by itself: what is wrong in it, the names of its datasets as far as they are
    literals, whether it makes a materialized view, the tables that it defines, its temporary views,
    and what its functions read."""

    wrong: tuple[Violation, ...] = ()
    datasets: tuple[str, ...] = ()
    makes_views: bool = False
    defined: tuple[Definition, ...] = ()
    views: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PythonFile:
    """A file with all that its views depend on: the datasets that it names or reads, through
    temporary views, too, and the ``others``, the files of such views."""

    text: str
    defined: tuple[Definition, ...]
    others: tuple[str, ...]

    def views(self) -> list[ViewCode]:
        """Those of this file, in order."""
        own = functions_of(parsed(self.text)) if said_in(self.text).makes_views else []
        beside = [each for text in self.others for each in functions_of(parsed(text))]
        return views_of(own, datasets_of(self.defined, [*own, *beside]))


def python_files(bundle: Bundle) -> Iterator[PythonFile]:
    """In order."""
    texts = [text for path, text in bundle.items() if path.endswith(".py")]
    known = {each.name: each for text in texts for each in said_in(text).defined}
    homes = {name: text for text in texts for name in said_in(text).views}
    return (_file(text, known, homes) for text in texts)


def check_python(path: str, text: str) -> Iterator[Finding]:
    """Findings on one source file; a file that does not parse gives just that one."""
    for line, detail, hint in said_in(text).wrong:
        yield Finding(Level.ERROR, f"{path}:{line}", detail, hint)


def _statements(text: str) -> list[Statement]:
    """Those of a file, functions that others have word for word behind all others: these are read
    once, and are a fifth of what a file of silver has."""
    helpers: list[Statement] = []
    rest: list[str] = []
    for part in text.split(_BETWEEN):
        found = _helper(part) if part.startswith("def ") else ()
        helpers += found
        rest.append("\n" * part.count("\n") if found else part)
    try:
        return [*statements_of(ast.parse(_BETWEEN.join(rest))), *helpers]
    except UNPARSABLE:
        return statements_of(ast.parse(text))


@lru_cache(maxsize=64)
def _helper(text: str) -> tuple[Statement, ...]:
    """The statements of a function; none where something is wrong in it, for which its lines have
    to be those of its file."""
    try:
        found = tuple(statements_of(ast.parse(text)))
    except UNPARSABLE:
        return ()
    return () if any(violations(found)) else found


@lru_cache(maxsize=KEPT)
def said_in(text: str) -> Said:
    try:
        statements = _statements(text)
        wrong = tuple(sorted(violations(statements)))
    except UNPARSABLE as error:
        why = str(error) or "it nests too deep"
        line = getattr(error, "lineno", None) or 1
        return Said(wrong=((line, f"This is not Python: {why}", ""),))
    functions = functions_of(statements)
    decorators = (method_of(each) for function in functions for each in function.decorators())
    return Said(
        wrong=wrong,
        datasets=tuple(filter(None, map(_literal_name, dataset_calls(statements)))),
        makes_views="materialized_view" in decorators,
        defined=tuple(definitions(statements)),
        views=tuple(name for function in functions for name in function.temporary_views),
        reads=tuple(dict.fromkeys(name for function in functions for name in function.reads)),
    )


def _file(text: str, known: Mapping[str, Definition], homes: Mapping[str, str]) -> PythonFile:
    texts = [text]
    for each in texts:
        read = dict.fromkeys(homes[name] for name in said_in(each).reads if name in homes)
        texts += [other for other in read if other not in texts]
    named = [name for each in texts for name in _names(said_in(each))]
    defined = tuple(known[name] for name in dict.fromkeys(named) if name in known)
    return PythonFile(text, defined, tuple(texts[1:]))


def _names(said: Said) -> Iterator[str]:
    yield from (each.name for each in said.defined)
    yield from said.reads


def _literal_name(call: ast.Call) -> str:
    name = argument(call, "name")
    return name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else ""
