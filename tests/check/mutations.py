"""Designs as a file may hold them that somebody has damaged: one thing or several are changed."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

from medallion_core.text.yaml import dump_yaml, load_yaml
from tests.golden.__main__ import read_tree

Plain = Any
Path = tuple[str | int, ...]

DOCUMENTS = [load_yaml(read_tree(name)["medallion.yml"]) for name in ("tpch", "shop", "landing")]

VALUES: list[Plain] = [
    "", " ", "nothing", "a b", "a.b", "x\u202ey", "é" * 300, "`", "'", "1", "SELECT", "*", "\n",
    "{{ x }}", "(SELECT 1)", "a / b", "/*", "decimal(99,2)", "struct<a:int>", "date", "bigint",
    0, -1, 13, 1.5, 10**30, 10**400, math.nan, math.inf, None, True, False,
    [], {}, [[]], [""], {"a": "b"}, ["a"],
]  # fmt: skip


def paths(value: Plain, path: Path = ()) -> Iterator[Path]:
    """Where something stands below ``value``."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*path, key)
            yield from paths(inner, (*path, key))


def at(value: Plain, path: Path) -> Plain:
    for key in path:
        value = value[key]
    return value


def leave_out(parent: Plain, key: Any, value: Plain) -> None:
    del parent[key]


def put(parent: Plain, key: Any, value: Plain) -> None:
    parent[key] = copy.deepcopy(value)


def repeat(parent: Plain, key: Any, value: Plain) -> None:
    if isinstance(parent, list):
        parent.insert(key, copy.deepcopy(parent[key]))


def rename(parent: Plain, key: Any, value: Plain) -> None:
    if isinstance(parent, dict):
        parent[str(value)[:40]] = parent.pop(key)


Change = Callable[[Plain, Any, Plain], None]
CHANGES: list[Change] = [put, put, put, leave_out, repeat, rename]


@st.composite
def damaged_files(draw: st.DrawFn) -> str:
    """The text of a golden design with one to three changes. What is put somewhere is an odd
    value, or one that stands elsewhere in the same design: another name, a list, a fact."""
    document = copy.deepcopy(draw(st.sampled_from(DOCUMENTS)))
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
        places = list(paths(document))
        if not places:
            break
        *above, key = places[draw(st.integers(0, len(places) - 1))]
        elsewhere = at(document, places[draw(st.integers(0, len(places) - 1))])
        value = draw(st.sampled_from([elsewhere, elsewhere, *VALUES]))
        draw(st.sampled_from(CHANGES))(at(document, tuple(above)), key, value)
    return dump_yaml(document)
