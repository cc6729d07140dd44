"""What lies in volumes and cloud paths, and how it is to be read.

Everything is asked through SQL (``LIST``, ``read_files``), so that it works with the one scope
that a forwarded token has, for volumes and cloud paths alike.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath

from medallion_core.errors import MedallionError
from medallion_core.model import Column, FileFormat, FilesLocation, Source
from medallion_core.tables.relation import relation
from medallion_core.text.identifiers import quote_literal, quote_name
from medallion_core.workspace import Workspace

HEAD_LINES = 200
"""Lines of a file that are looked at to guess how it is read."""

HEAD_FILES = 5
"""Files whose first lines are looked at."""

LATIN = "ISO-8859-1"

_ENDINGS = {
    ".parquet": FileFormat.PARQUET,
    ".avro": FileFormat.AVRO,
    **dict.fromkeys((".csv", ".tsv", ".psv"), FileFormat.CSV),
    **dict.fromkeys((".json", ".jsonl", ".ndjson"), FileFormat.JSON),
    **dict.fromkeys((".txt", ".log"), FileFormat.TEXT),
}
_PACKED = (".gz", ".bz2", ".zst", ".lz4")
_DELIMITERS = ",;|\t"
_RESCUED = "_rescued_data"


@dataclass(frozen=True, slots=True)
class VolumeSummary:
    """``path`` begins with ``/Volumes``."""

    name: str
    path: str
    comment: str


@dataclass(frozen=True, slots=True)
class FileSummary:
    """``size`` is in bytes, 0 for folders; ``path`` has no slash at its end."""

    name: str
    path: str
    is_directory: bool
    size: int = 0
    modified_at: datetime | None = None


def list_volumes(ws: Workspace, catalog: str, schema: str) -> list[VolumeSummary]:
    rows = ws.query(
        f"SELECT volume_name, comment FROM {quote_name(catalog, 'information_schema', 'volumes')}"
        " WHERE volume_schema = :schema ORDER BY volume_name",
        {"schema": schema.lower()},
    )
    return [
        VolumeSummary(
            row["volume_name"],
            f"/Volumes/{catalog}/{schema}/{row['volume_name']}",
            row["comment"] or "",
        )
        for row in rows.to_pylist()
    ]


def list_files(ws: Workspace, path: str) -> list[FileSummary]:
    """What a folder holds: folders first, then files, by name."""
    rows = ws.query(f"LIST {quote_literal(path.rstrip('/'))}").to_pylist()
    found = [
        FileSummary(
            row["name"].rstrip("/"),
            row["path"].rstrip("/").removeprefix("dbfs:"),
            row["path"].endswith("/"),
            row["size"] or 0,
            row["modification_time"],
        )
        for row in rows
    ]
    return sorted(found, key=lambda file: (not file.is_directory, file.name))


def file_sources(ws: Workspace, path: str) -> list[Source]:
    """What ``path`` holds as sources: its own data files, else a source for each of its folders.

    Folders such as ``day=2024-01-31`` are partitions of one source. The format is guessed from
    the endings, how text is read from the first lines of its first files.
    """
    files = list_files(ws, path)
    folders = [file for file in files if file.is_directory and not _is_hidden(file)]
    if _data_files(files) or all("=" in folder.name for folder in folders):
        return _recognised(ws, path, files)
    return [
        source
        for folder in folders
        for source in _recognised(ws, folder.path, list_files(ws, folder.path))
    ]


def _recognised(ws: Workspace, path: str, files: Sequence[FileSummary]) -> list[Source]:
    """The source at ``path``, which holds ``files``; none where there is no data."""
    data = _data_files(_below_partitions(ws, files))
    if not data:
        return []
    [(file_format, _)] = Counter(_format(file) for file in data).most_common(1)
    alike = [file for file in data if _format(file) is file_format]
    location = FilesLocation(
        path.rstrip("/"),
        file_format or FileFormat.TEXT,
        partition_columns=_partitions(path, alike[0]),
    )
    return [file_source(ws, _guessed(ws, location, alike))]


def file_source(ws: Workspace, location: FilesLocation) -> Source:
    """The files at ``location``, read exactly as it says. Without columns where they cannot be
    read so: one broken folder must not hide the others, and its sample rows tell what is wrong."""
    try:
        rows = ws.query(f"DESCRIBE QUERY SELECT * FROM {relation(location)}").to_pylist()
    except MedallionError as error:
        if error.code != "STATEMENT_FAILED":
            raise
        rows = []
    columns = (Column(row["col_name"], row["data_type"]) for row in rows)
    return Source(location, tuple(column for column in columns if column.name != _RESCUED))


def _below_partitions(ws: Workspace, files: Sequence[FileSummary]) -> Sequence[FileSummary]:
    """``files``, or those of the first partition folder, however deep, where there are none."""
    folders = [file for file in files if file.is_directory and "=" in file.name]
    while not _data_files(files) and folders:
        files = list_files(ws, folders[0].path)
        folders = [file for file in files if file.is_directory and "=" in file.name]
    return files


def _data_files(files: Sequence[FileSummary]) -> list[FileSummary]:
    return [file for file in files if not _is_hidden(file) and _format(file)]


def _is_hidden(file: FileSummary) -> bool:
    """As Spark has it, which doesn't read such files."""
    return file.name.startswith(("_", "."))


def _format(file: FileSummary) -> FileFormat | None:
    name = PurePosixPath(file.name.lower())
    ending = PurePosixPath(name.stem).suffix if name.suffix in _PACKED else name.suffix
    return None if file.is_directory else _ENDINGS.get(ending)


def _partitions(root: str, file: FileSummary) -> tuple[str, ...]:
    folders = PurePosixPath(file.path).parent.relative_to(root.rstrip("/")).parts
    return tuple(folder.partition("=")[0] for folder in folders if "=" in folder)


# ── How text is read ─────────────────────────────────────────────────────────────────────────


def _guessed(ws: Workspace, location: FilesLocation, files: Sequence[FileSummary]) -> FilesLocation:
    """``location`` with the options that its text files seem to be written with."""
    guesses = {FileFormat.CSV: csv_options, FileFormat.JSON: json_options}
    guess = guesses.get(location.format)
    if guess is None:
        return location
    heads = [_head(ws, file.path) for file in files[:HEAD_FILES]]
    encodings = [encoding_of(head) for head in heads]
    options = guess(heads[0].decode(LATIN if encodings[0] == LATIN else "utf-8-sig"))
    if LATIN in encodings:
        options["encoding"] = LATIN
    mixed = len({*encodings} - {""}) > 1
    return replace(location, options=options, mixed_encodings=mixed)


def csv_options(text: str) -> dict[str, str]:
    """Header and delimiter of CSV text, and whether quoted fields hold line breaks."""
    try:
        delimiter = csv.Sniffer().sniff(text, delimiters=_DELIMITERS).delimiter
    except csv.Error:
        delimiter = ","
    options = {"header": "true" if _has_header(text, delimiter) else "false"}
    if delimiter != ",":
        options["delimiter"] = delimiter
    rows = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    if any("\n" in field for row in list(rows)[:-1] for field in row):
        options["multiLine"] = "true"
    return options


def json_options(text: str) -> dict[str, str]:
    """Whether the text is one document rather than one a line."""
    first = text.lstrip().partition("\n")[0]
    try:
        one_a_line = isinstance(json.loads(first), dict)
    except ValueError:
        one_a_line = False
    return {} if one_a_line else {"multiLine": "true"}


def _has_header(text: str, delimiter: str) -> bool:
    """The first line holds names: none is empty, none a number, none comes twice."""
    names = [name.strip() for name in next(csv.reader(text.splitlines(), delimiter=delimiter), [])]
    digits = any(name.lstrip("-").replace(".", "").isdigit() for name in names)
    return bool(names) and all(names) and len(set(names)) == len(names) and not digits


def encoding_of(text: bytes) -> str:
    """UTF-8 or, for whatever is not, ISO-8859-1; empty for plain ASCII, which is both."""
    if text.isascii():
        return ""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return LATIN
    return "UTF-8"


def _head(ws: Workspace, path: str) -> bytes:
    """The first lines, as the bytes that they are."""
    lines = relation(FilesLocation(path, FileFormat.TEXT))
    rows = ws.query(f"SELECT CAST(value AS BINARY) AS line FROM {lines} LIMIT {HEAD_LINES}")
    return b"\n".join(row["line"] for row in rows.to_pylist())
