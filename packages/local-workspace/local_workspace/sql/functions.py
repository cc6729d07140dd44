"""What Databricks has in expressions and Spark does not: ``current_user()`` as the caller,
``is_member(…)``, ``IDENTIFIER(…)`` with a parameter, ``read_files(…)``, and paths of volumes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame

from local_workspace import file_formats
from local_workspace.catalog.errors import SqlError
from local_workspace.catalog.names import literal, quote
from local_workspace.catalog.relations import Token
from local_workspace.file_formats import FileOptions
from local_workspace.principals import is_member
from local_workspace.sql.session import SqlSession
from local_workspace.sql.statements import replace_tokens, split, unescape

RESCUED = "_rescued_data"
_MEMBERSHIP = {"IS_ACCOUNT_GROUP_MEMBER", "IS_MEMBER"}
_USER = {"CURRENT_USER", "SESSION_USER", "USER"}
_PATH_FORMATS = {"PARQUET", "JSON", "CSV", "TEXT", "AVRO", "ORC", "BINARYFILE"}
_SUFFIXES = {".json": "json", ".jsonl": "json", ".ndjson": "json", ".csv": "csv", ".tsv": "csv"}
_SUFFIXES |= {".parquet": "parquet", ".avro": "avro", ".txt": "text", ".orc": "orc"}
_OWN_OPTIONS = {"format", "schema", "schemahints", "inferschema", "infercolumntypes"}
_OWN_OPTIONS |= {"rescueddatacolumn", "schemaevolutionmode"}


def substitute(session: SqlSession, text: str) -> str:
    """``text`` with these replaced by what Spark understands. Raises SqlError."""

    def replacement(tokens: list[Token], index: int) -> tuple[int, str] | None:
        word = tokens[index].word
        if index and tokens[index - 1].word == ".":
            return None
        if _word(tokens, index + 1) == "(":
            return _call(session, text, tokens, index)
        path = tokens[index + 2].name if index + 2 < len(tokens) else None
        if word in _PATH_FORMATS and _word(tokens, index + 1) == "." and path and "/" in path:
            return 3, f"{tokens[index].text}.{quote(_local(session, path))}"
        return None

    return replace_tokens(text, replacement)


def name_identifiers(session: SqlSession, text: str) -> str:
    """``text`` with ``IDENTIFIER(…)`` replaced by the name that it means. Raises SqlError."""

    def replacement(tokens: list[Token], index: int) -> tuple[int, str] | None:
        if tokens[index].word == "IDENTIFIER" and _word(tokens, index + 1) == "(":
            return _call(session, text, tokens, index)
        return None

    return replace_tokens(text, replacement)


def _call(
    session: SqlSession, text: str, tokens: list[Token], index: int
) -> tuple[int, str] | None:
    word, end = tokens[index].word, _closing(tokens, index + 1)
    count, inside = end - index + 1, text[tokens[index + 1].end : tokens[end].start].strip()
    if word in _USER and not inside:
        return count, literal(session.user)
    if word == "CURRENT_CATALOG" and not inside:
        return count, literal(session.catalog)
    if word in ("CURRENT_SCHEMA", "CURRENT_DATABASE") and not inside:
        return count, literal(session.schema)
    if word in _MEMBERSHIP:
        group = _text(session, inside)
        return count, str(is_member(session.workspace.state, session.user, group)).lower()
    if word == "IDENTIFIER":
        return count, _text(session, inside)
    if word == "READ_FILES":
        return count, _read_files(session, split(inside))
    return None


def _read_files(session: SqlSession, arguments: list[str]) -> str:
    """The name of a temporary view over the files."""
    path = _local(session, _text(session, arguments[0]))
    pairs = [re.split(r"\s*=>\s*", argument, maxsplit=1) for argument in arguments[1:]]
    options = {name.strip("`").lower(): _text(session, value) for name, value in pairs}
    view = f"_read_files_{abs(hash((path, *sorted(options.items()))))}"
    _load(session, path, options).createOrReplaceTempView(view)
    session.temporary.add(view)
    return quote(view)


def _load(session: SqlSession, path: str, options: dict[str, str]) -> DataFrame:
    """Types are inferred, and a column for rescued data is there, unless a schema is given."""
    format_ = (options.get("format") or _guess_format(path)).lower()
    own = {name: value for name, value in options.items() if name not in _OWN_OPTIONS}
    if "schema" in options or format_ in ("text", "binaryfile"):
        reader = session.spark.read.format(format_).options(**own)
        return (reader.schema(options["schema"]) if "schema" in options else reader).load(path)
    infers = options.get("infercolumntypes", options.get("inferschema", "true"))
    partitions = _partitions(path)
    found = FileOptions(
        format_,
        infers.lower() == "true",
        options.get("schemahints", ""),
        rescued=RESCUED,
        partitions=partitions,
        reader=own,
    )
    hints = file_formats.parse(session.spark, found.hints)
    files = file_formats.files_at(path)
    schema = file_formats.find_schema(session.spark, path, files, found)
    merged, _ = file_formats.merge(None, schema, found, hints)
    return file_formats.read(session.spark, path, merged, found, streaming=False)


def _partitions(path: str) -> tuple[str, ...]:
    """The names in folders such as ``day=2024-01-31`` below ``path``."""
    file = next(iter(file_formats.files_at(path)), None)
    if file is None or not Path(path).is_dir():
        return ()
    folders = file.relative_to(path).parts[:-1]
    return tuple(folder.partition("=")[0] for folder in folders if "=" in folder)


def _guess_format(path: str) -> str:
    folder = Path(path)
    files = [folder] if folder.is_file() else sorted(folder.rglob("*"))
    found = next((_SUFFIXES[file.suffix] for file in files if file.suffix in _SUFFIXES), "")
    if not found:
        raise SqlError("CF_EMPTY_DIR_FOR_SCHEMA_INFERENCE", f"No files in {path}.", "42000")
    return found


def _local(session: SqlSession, path: str) -> str:
    path = path.removeprefix("dbfs:")
    if not path.startswith("/Volumes/"):
        raise SqlError(
            "UNSUPPORTED_PATH", f"The local workspace reads volumes only, not {path}.", "0A000"
        )
    base = re.split(r"[^/]*[*?\[{\\]", path, maxsplit=1)[0]
    found = session.local_path(base)
    if base != path:
        return f"{found}/{path[len(base) :]}"
    if not found.exists():
        raise SqlError("PATH_NOT_FOUND", f"Path does not exist: {path}.", "42K03")
    return str(found)


def _text(session: SqlSession, argument: str) -> str:
    """The value of a literal or of a named parameter, as text."""
    arguments: Any = session.arguments or {}
    if argument.startswith(":"):
        return str(arguments[argument[1:].strip("`")])
    return unescape(argument) if argument[:1] in ("'", '"', "r", "R") else argument


def _closing(tokens: list[Token], opening: int) -> int:
    depth = 0
    for index in range(opening, len(tokens)):
        depth += (tokens[index].word == "(") - (tokens[index].word == ")")
        if depth == 0:
            return index
    raise SqlError("PARSE_SYNTAX_ERROR", "Syntax error at or near end of input.", "42601")


def _word(tokens: list[Token], index: int) -> str:
    return tokens[index].word if index < len(tokens) else ""
