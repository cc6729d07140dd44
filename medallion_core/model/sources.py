"""Where rows come from, and what the catalog says of them."""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass, field
from enum import StrEnum

from medallion_core.model.findings import Finding

_PACKED = re.compile(r"[.](gz|bz2|zst|lz4|snappy)$")
_ENDING = re.compile(r"[.](csv|tsv|psv|tab|txt|dat|log|jsonl?|ndjson|parquet|avro)$", re.IGNORECASE)
_PATTERN_PART = re.compile(r"/[^/]*[*?\[{\\].*$")
_PATTERN = re.compile(r"[-_. ]*[*?\[{\\].*$")


class TableType(StrEnum):
    MANAGED = "MANAGED"
    EXTERNAL = "EXTERNAL"
    FOREIGN = "FOREIGN"
    VIEW = "VIEW"
    MATERIALIZED_VIEW = "MATERIALIZED_VIEW"
    STREAMING_TABLE = "STREAMING_TABLE"


@dataclass(frozen=True, slots=True, order=True)
class TableName:
    """A Unity Catalog table. None of its parts can hold a dot, so ``str`` is unambiguous."""

    catalog: str
    schema: str
    table: str

    def __str__(self) -> str:
        return f"{self.catalog}.{self.schema}.{self.table}"

    @classmethod
    def parse(cls, text: str) -> TableName:
        """Reads ``catalog.schema.table``. Raises ValueError for any other number of parts."""
        parts = text.split(".")
        if len(parts) != 3 or not all(parts):
            raise ValueError(f"{text!r} is not a name of the form catalog.schema.table")
        return cls(*parts)


class FileFormat(StrEnum):
    PARQUET = "parquet"
    CSV = "csv"
    JSON = "json"
    AVRO = "avro"
    TEXT = "text"


class FileRead(StrEnum):
    """INCREMENTAL is Auto Loader, ONCE a batch read of what lies there."""

    INCREMENTAL = "incremental"
    ONCE = "once"


class MessageFormat(StrEnum):
    JSON = "json"
    AVRO = "avro"


class KafkaProtocol(StrEnum):
    """How the brokers are spoken to by who has a login."""

    ENCRYPTED = "SASL_SSL"
    PLAINTEXT = "SASL_PLAINTEXT"


class KafkaMechanism(StrEnum):
    """How the brokers check a user and a password."""

    PLAIN = "PLAIN"
    SCRAM_256 = "SCRAM-SHA-256"
    SCRAM_512 = "SCRAM-SHA-512"


@dataclass(frozen=True, slots=True)
class TableLocation:
    """A table or view. ``append_only`` is false where rows are changed in place or where the
    object cannot be streamed (views): such a source is read as a full snapshot."""

    table: TableName
    table_type: TableType = TableType.MANAGED
    append_only: bool = True

    @property
    def name(self) -> str:
        return self.table.table


@dataclass(frozen=True, slots=True)
class FilesLocation:
    """Files in a volume (``/Volumes/…``) or under a cloud URL. ``options`` are reader options.

    ``texts``: values of CSV and JSON are kept as the texts that they are, and silver types them.
    ``mixed_encodings``: some files are UTF-8 and some are not. All are read as ISO-8859-1, which
    loses no byte, and silver reads again what was UTF-8. ``byte_encoding``: in what they really
    are, where Spark cannot be told; they are read as ISO-8859-1, and silver reads them again.
    """

    path: str
    format: FileFormat
    _: KW_ONLY
    read: FileRead = FileRead.INCREMENTAL
    options: dict[str, str] = field(default_factory=dict)
    schema_hints: str = ""
    partition_columns: tuple[str, ...] = ()
    mixed_encodings: bool = False
    texts: bool = False
    byte_encoding: str = ""

    @property
    def folder(self) -> str:
        """The path, or the folder above its pattern: what can be listed."""
        return _PATTERN_PART.sub("", self.path).rstrip("/")

    @property
    def name(self) -> str:
        return _file_name(self.path.rstrip("/")) or self.path


@dataclass(frozen=True, slots=True)
class KafkaLocation:
    """Kafka topics, by name or by pattern. ``value_schema`` is a DDL string for JSON, a schema
    document for Avro. User and password of a login are two secrets, named by their scope and
    their keys, never held; without a scope there is no login."""

    servers: str
    topics: tuple[str, ...] = ()
    _: KW_ONLY
    pattern: str = ""
    starting_offsets: str = "earliest"
    value_format: MessageFormat = MessageFormat.JSON
    value_schema: str = ""
    secret_scope: str = ""
    user_key: str = ""
    password_key: str = ""
    protocol: KafkaProtocol = KafkaProtocol.ENCRYPTED
    mechanism: KafkaMechanism = KafkaMechanism.PLAIN
    options: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.topics[0] if self.topics else self.pattern


Location = TableLocation | FilesLocation | KafkaLocation
"""Each is told apart in a file by its first field, which no other kind has."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the source has it; ``name`` is the source's own spelling."""

    name: str
    type: str
    nullable: bool = True
    comment: str = ""


@dataclass(frozen=True, slots=True)
class DeclaredForeignKey:
    columns: tuple[str, ...]
    parent: TableName
    parent_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from, and what the catalog says of them. Names are source names.

    ``questions`` are what reading it left open, for a person to answer. ``totals`` are lines below
    the rows of its files that are none, by column, ``headings`` such lines below the names.
    ``history_known``: whether it could be found out if rows were changed in place.
    """

    location: Location
    columns: tuple[Column, ...]
    _: KW_ONLY
    comment: str = ""
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[DeclaredForeignKey, ...] = ()
    questions: tuple[Finding, ...] = ()
    totals: tuple[tuple[tuple[str, str], ...], ...] = ()
    headings: tuple[tuple[tuple[str, str], ...], ...] = ()
    history_known: bool = True
    size_bytes: int | None = None
    """Of its files; None where nothing tells."""

    @property
    def name(self) -> str:
        """The last part of where it lies: table, folder or topic. What the entity is named by."""
        return self.location.name


def _file_name(path: str) -> str:
    """The folder's name, or a file's without its ending, or what comes before a ``*``; the folder
    above where nothing does."""
    folder, _, last = path.rpartition("/")
    bare = _ENDING.sub("", _PACKED.sub("", _PATTERN.sub("", last)))
    return bare or folder.rpartition("/")[2]
