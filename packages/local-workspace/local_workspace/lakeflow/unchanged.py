"""Whether a materialized view has anything new to show, as a serverless refresh finds out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any

from local_workspace.catalog.metastore import Table
from local_workspace.catalog.relations import tokens

_VOLATILE = frozenset(
    {
        *("current_timestamp", "current_date", "now", "localtimestamp", "unix_timestamp"),
        *("rand", "randn", "random", "uuid", "shuffle", "current_user", "load", "today", "utcnow"),
        *(
            "read_files",
            "json",
            "csv",
            "parquet",
            "text",
            "input_file_name",
            "monotonically_increasing_id",
        ),
    }
)
"""What makes a function's result depend on more than the tables that it reads: time, chance,
files."""


def fingerprint(functions: Iterable[Callable[..., Any]], tables: Iterable[Table], code: str) -> str:
    """Of everything that the rows depend on; empty where that cannot be told.

    ``code`` stands for all files and settings of the pipeline, ``tables`` are all that is read.
    """
    if any(_words(function) & _VOLATILE for function in functions):
        return ""
    digest = hashlib.sha256(code.encode())
    for table in sorted(tables, key=lambda table: table.key):
        if table.view_definition or not table.location:
            return ""
        digest.update(table.key.encode())
        for file in sorted(Path(table.location).rglob("*.parquet")):
            digest.update(f"{file} {file.stat().st_size} {file.stat().st_mtime_ns}".encode())
    return digest.hexdigest()


def _words(function: Callable[..., Any]) -> set[str]:
    text: str | None = getattr(function, "sql_text", None)
    if text is not None:
        return {token.text.lower() for token in tokens(text) if token.kind == "word"}
    return _names(function.__code__)


def _names(code: CodeType) -> set[str]:
    """Every name and every word of every text in a function and in those inside it, but for the
    text that it begins with."""
    found = set(code.co_names)
    for constant in _constants(code.co_consts[1:]):
        if isinstance(constant, CodeType):
            found |= _names(constant)
        elif isinstance(constant, str):
            found |= set(constant.replace("(", " ").replace(")", " ").split())
    return found


def _constants(constants: Iterable[Any]) -> Iterator[Any]:
    for constant in constants:
        if isinstance(constant, tuple | frozenset):
            yield from _constants(constant)
        else:
            yield constant
