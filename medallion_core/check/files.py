"""The materialized views of a bundle, file by file.

What a file gives is kept by its text and by what others say of the datasets that it names, so that
after an edit only what it changed is read again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from medallion_core.check.calls import method_of
from medallion_core.check.views import (
    Definition,
    ViewCode,
    datasets_of,
    definitions,
    functions_of,
    parsed,
    views_of,
)
from medallion_core.model import Bundle

KEPT = 4096
"""Files of which it is kept: those of a design of a thousand tables."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a file says by itself: whether it makes a materialized view, the datasets that it
    defines, its temporary views, and what its functions read."""

    makes_views: bool
    defined: tuple[Definition, ...]
    views: tuple[str, ...]
    reads: tuple[str, ...]


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


@lru_cache(maxsize=KEPT)
def said_in(text: str) -> Said:
    module = parsed(text)
    functions = functions_of(module)
    decorators = (method_of(each) for function in functions for each in function.decorators())
    return Said(
        "materialized_view" in decorators,
        tuple(definitions(module, functions)),
        tuple(name for function in functions for name in function.temporary_views),
        tuple(dict.fromkeys(name for function in functions for name in function.reads)),
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
