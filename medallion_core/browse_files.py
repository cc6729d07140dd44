"""Files and topics as sources: what lies in a volume, and how it is to be read."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from medallion_core.errors import MedallionError
from medallion_core.identifiers import quote_identifier, quote_literal, quote_name
from medallion_core.model import (
    Column,
    FileFormat,
    FileRead,
    FilesLocation,
    KafkaLocation,
    Source,
)
from medallion_core.remote_errors import remote_errors
from medallion_core.workspace import Workspace

HEAD_BYTES = 65_536
"""How much of a file is looked at to guess how it is read."""

_ENDINGS = {
    ".parquet": FileFormat.PARQUET,
    ".csv": FileFormat.CSV,
    ".tsv": FileFormat.CSV,
    ".json": FileFormat.JSON,
    ".jsonl": FileFormat.JSON,
    ".ndjson": FileFormat.JSON,
    ".avro": FileFormat.AVRO,
    ".txt": FileFormat.TEXT,
}
_PACKED = (".gz", ".bz2", ".zst")
_RESCUED = "_rescued_data"


@dataclass(frozen=True, slots=True)
class VolumeSummary:
    name: str
    path: str
    comment: str


@dataclass(frozen=True, slots=True)
class FileSummary:
    """``size`` is in bytes, 0 for folders."""

    name: str
    path: str
    is_directory: bool
    size: int = 0
    modified_at: datetime | None = None


def list_volumes(ws: Workspace, catalog: str, schema: str) -> list[VolumeSummary]:
    rows = ws.query(
        f"SELECT volume_name, comment FROM {quote_name(catalog, 'information_schema', 'volumes')} "
        "WHERE volume_schema = :schema ORDER BY volume_name",
        {"schema": schema},
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
    """What a folder of a volume holds: folders first, then files, by name."""
    with remote_errors():
        entries = list(ws.client.files.list_directory_contents(path.rstrip("/")))
    found = [
        FileSummary(
            entry.name or "",
            entry.path or "",
            bool(entry.is_directory),
            entry.file_size or 0,
            _moment(entry.last_modified),
        )
        for entry in entries
    ]
    return sorted(found, key=lambda file: (not file.is_directory, file.name))


def file_sources(ws: Workspace, path: str) -> list[Source]:
    """What ``path`` holds as sources: its own data files, else each of its folders that has some.

    The format is guessed by the endings, how it is read by the first bytes of the first file.
    """
    files = list_files(ws, path)
    if _data_files(files):
        return [_recognised(ws, path, files)]
    folders = [file.path for file in files if file.is_directory and not _is_hidden(file.name)]
    if folders and all("=" in folder.rsplit("/", 1)[-1] for folder in folders):
        return [_recognised(ws, path, _first_files(ws, path))]
    listed = [(folder, _first_files(ws, folder)) for folder in folders]
    return [_recognised(ws, folder, inside) for folder, inside in listed if _data_files(inside)]


def kafka_source(location: KafkaLocation) -> Source:
    """A topic as a source, with the columns that its value schema declares. Reads nothing."""
    columns = tuple(Column(name, kind) for name, kind in _declared(location.value_schema))
    return Source(location, columns)


def read_files_call(location: FilesLocation) -> str:
    """``read_files(…)`` for SQL: the same options as the pipeline will use."""
    options = {"format": location.format.value, **location.options}
    if location.schema_hints:
        options["schemaHints"] = location.schema_hints
    written = "".join(
        f", {quote_identifier(name)} => {quote_literal(value)}" for name, value in options.items()
    )
    return f"read_files({quote_literal(location.path)}{written})"


def _recognised(ws: Workspace, path: str, files: Sequence[FileSummary]) -> Source:
    data = _data_files(files)
    file_format = Counter(map(_format, data)).most_common(1)[0][0] or FileFormat.TEXT
    first = next(file for file in data if _format(file) is file_format)
    location = FilesLocation(
        path.rstrip("/"),
        file_format,
        FileRead.INCREMENTAL,
        _options(ws, first, file_format),
        partition_columns=_partitions(path, first.path),
    )
    return Source(location, _columns(ws, location))


def _columns(ws: Workspace, location: FilesLocation) -> tuple[Column, ...]:
    rows = ws.query(f"DESCRIBE QUERY SELECT * FROM {read_files_call(location)}")
    return tuple(
        Column(row["col_name"], row["data_type"].lower())
        for row in rows.to_pylist()
        if row["col_name"] != _RESCUED
    )


def _first_files(ws: Workspace, folder: str) -> list[FileSummary]:
    """The files of ``folder``, or of the first folder below it that has any."""
    files = list_files(ws, folder)
    inner = [file for file in files if file.is_directory and "=" in file.name]
    if _data_files(files) or not inner:
        return files
    return _first_files(ws, inner[0].path)


def _data_files(files: Sequence[FileSummary]) -> list[FileSummary]:
    return [
        file
        for file in files
        if not file.is_directory and not _is_hidden(file.name) and _format(file)
    ]


def _is_hidden(name: str) -> bool:
    """As Spark has it: it does not read such files."""
    return name.startswith(("_", "."))


def _format(file: FileSummary) -> FileFormat | None:
    name = file.name.lower()
    for packed in _PACKED:
        name = name.removesuffix(packed)
    return next((known for ending, known in _ENDINGS.items() if name.endswith(ending)), None)


def _partitions(root: str, file: str) -> tuple[str, ...]:
    folders = file.removeprefix(root.rstrip("/")).strip("/").split("/")[:-1]
    return tuple(folder.partition("=")[0] for folder in folders if "=" in folder)


def _options(ws: Workspace, file: FileSummary, file_format: FileFormat) -> dict[str, str]:
    if file_format not in (FileFormat.CSV, FileFormat.JSON) or file.name.endswith(_PACKED):
        return {}
    head = _head(ws, file.path)
    try:
        text, encoding = head.decode("utf-8-sig"), {}
    except UnicodeDecodeError as error:
        cut = error.start >= len(head) - 4
        text = head.decode("utf-8", "ignore") if cut else head.decode("latin-1")
        encoding = {} if cut else {"encoding": "ISO-8859-1"}
    guess = csv_options if file_format is FileFormat.CSV else json_options
    return guess(text) | encoding


def csv_options(text: str) -> dict[str, str]:
    """Delimiter and header of CSV text, and whether quoted fields hold line breaks."""
    try:
        delimiter = csv.Sniffer().sniff(text, delimiters=",;|\t").delimiter
    except csv.Error:
        delimiter = ","
    options = {"header": str(_has_header(text, delimiter)).lower()}
    if delimiter != ",":
        options["delimiter"] = delimiter
    if any("\n" in field for row in csv.reader([text], delimiter=delimiter) for field in row[:-1]):
        options["multiLine"] = "true"
    return options


def json_options(text: str) -> dict[str, str]:
    """Whether the text is one JSON document rather than one a line."""
    first = text.lstrip().partition("\n")[0]
    try:
        json.loads(first)
    except ValueError:
        return {"multiLine": "true"}
    return {"multiLine": "true"} if first.startswith("[") else {}


def _has_header(text: str, delimiter: str) -> bool:
    """A first line of names: none is empty, none a number, none comes twice."""
    first = next(csv.reader(text.splitlines(), delimiter=delimiter), [])
    names = [name.strip() for name in first]
    numbers = any(name.replace(".", "", 1).replace("-", "", 1).isdigit() for name in names)
    return bool(names) and all(names) and len(set(names)) == len(names) and not numbers


def _head(ws: Workspace, path: str) -> bytes:
    with remote_errors():
        contents = ws.client.files.download(path).contents
        if contents is None:
            return b""
        with contents:
            return bytes(contents.read(HEAD_BYTES))


def _declared(schema: str) -> list[tuple[str, str]]:
    """Names and types of a DDL text: ``a BIGINT, b STRUCT<c: INT>``.

    Raises MedallionError SCHEMA_INVALID for a part that has no type.
    """
    found = []
    for part in _split(schema):
        name, _, kind = part.strip().partition(" ")
        if not kind.strip():
            raise MedallionError(
                "SCHEMA_INVALID",
                f"{part.strip()!r} is no column.",
                "Write each as NAME TYPE: order_id BIGINT, amount DECIMAL(12,2).",
            )
        found.append((name.strip("`:"), kind.strip().lower()))
    return found


def _split(schema: str) -> list[str]:
    """At the commas that stand outside of brackets."""
    depth, parts = 0, [""]
    for character in schema:
        depth += (character in "<(") - (character in ">)")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part for part in parts if part.strip()]


def _moment(milliseconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if milliseconds else None
