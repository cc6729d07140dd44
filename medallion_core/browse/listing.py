"""What lies in volumes and cloud paths: folders and files, and which of them hold rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from pathlib import PurePosixPath

from medallion_core.model import FileFormat
from medallion_core.text.identifiers import quote_literal, quote_name
from medallion_core.workspace import Workspace

PACKED = (".gz", ".bz2", ".zst", ".lz4", ".snappy")
"""Endings that Spark unpacks as it reads."""

_ENDINGS = {
    ".parquet": FileFormat.PARQUET,
    ".avro": FileFormat.AVRO,
    **dict.fromkeys((".csv", ".tsv", ".psv", ".tab"), FileFormat.CSV),
    **dict.fromkeys((".json", ".jsonl", ".ndjson", ".geojson"), FileFormat.JSON),
    **dict.fromkeys((".txt", ".log", ".dat"), FileFormat.TEXT),
}
_UNREADABLE = frozenset(
    [
        ".zip",
        ".7z",
        ".rar",
        ".tar",
        ".tgz",
        ".xz",
        ".xlsx",
        ".xls",
        ".xlsb",
        ".ods",
        ".mdb",
        ".xml",
        ".orc",
    ]
)
_OF_A_TIME = re.compile(r"[0-9]+([-_.][0-9]+)*")
_NUMBERED = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<![a-z])[0-9a-f]{12,}(?![a-z])|\d+")


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
    _: KW_ONLY
    is_directory: bool
    size: int = 0
    modified_at: datetime | None = None

    @property
    def packed(self) -> str:
        """``.gz`` of ``a.csv.gz``; empty where nothing has to be unpacked."""
        ending = PurePosixPath(self.name.lower()).suffix
        return ending if ending in PACKED else ""

    @property
    def ending(self) -> str:
        """``.csv`` of ``a.csv.gz``."""
        name = self.name.lower().removesuffix(self.packed)
        return PurePosixPath(name).suffix

    @property
    def format(self) -> FileFormat | None:
        """As its ending has it; None for folders and for what holds no rows."""
        return None if self.is_directory else _ENDINGS.get(self.ending)

    @property
    def is_hidden(self) -> bool:
        """As Spark has it, which doesn't read such files."""
        return self.name.startswith(("_", "."))

    @property
    def is_unreadable(self) -> bool:
        """Whether it may hold rows that Spark does not read: archives and workbooks."""
        return not self.is_directory and PurePosixPath(self.name.lower()).suffix in _UNREADABLE

    @property
    def stem(self) -> str:
        """The name without its ending and without numbers, dates and hashes.

        >>> FileSummary("orders_2024-01.csv", "", is_directory=False).stem
        'orders'
        """
        name = self.name.lower().removesuffix(self.packed).removesuffix(self.ending)
        return _NUMBERED.sub("", name).strip("-_. ()")


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
    """What a folder holds: folders first, then files, by name. A file holds itself."""
    rows = ws.query(f"LIST {quote_literal(path.rstrip('/'))}").to_pylist()
    found = [
        FileSummary(
            row["name"].rstrip("/"),
            row["path"].rstrip("/").removeprefix("dbfs:"),
            is_directory=row["path"].endswith("/"),
            size=row["size"] or 0,
            modified_at=row["modification_time"],
        )
        for row in rows
    ]
    return sorted(found, key=lambda file: (not file.is_directory, file.name))


def data_files(files: Sequence[FileSummary]) -> list[FileSummary]:
    return [file for file in files if not file.is_hidden and file.format]


def is_part(folder: FileSummary) -> bool:
    """Whether a folder holds a part of a table: a partition, or what is of a year, a month, a day.

    >>> [is_part(FileSummary(n, "", is_directory=True)) for n in ("day=1", "2024-01", "2024 old")]
    [True, True, False]
    """
    return is_partition(folder) or (folder.is_directory and bool(_OF_A_TIME.fullmatch(folder.name)))


def is_partition(folder: FileSummary) -> bool:
    return folder.is_directory and "=" in folder.name
