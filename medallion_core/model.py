"""The vocabulary. Plain, frozen data; every stage is a function to it or from it.

Types are written as Unity Catalog prints them, in lower case: ``bigint``, ``decimal(12,2)``,
``array<string>``. Column names inside an ``Entity`` or the star are silver names (snake case)
unless a field says that it holds a source name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

# ── Sources ──────────────────────────────────────────────────────────────────────────────────


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


@dataclass(frozen=True, slots=True)
class TableLocation:
    """A table or view. ``append_only`` is false where rows are changed in place or where the
    object cannot be streamed (views): such a source is read as a full snapshot."""

    table: TableName
    table_type: TableType = TableType.MANAGED
    append_only: bool = True


@dataclass(frozen=True, slots=True)
class FilesLocation:
    """Files in a volume (``/Volumes/…``) or under a cloud URL. ``options`` are reader options.

    ``mixed_encodings``: some files are UTF-8 and some are not. All are read as ISO-8859-1, which
    loses no byte, and silver reads again what was UTF-8.
    """

    path: str
    format: FileFormat
    read: FileRead = FileRead.INCREMENTAL
    options: dict[str, str] = field(default_factory=dict)
    schema_hints: str = ""
    partition_columns: tuple[str, ...] = ()
    mixed_encodings: bool = False


@dataclass(frozen=True, slots=True)
class KafkaLocation:
    """Kafka topics, by name or by pattern. ``value_schema`` is a DDL string for JSON, a schema
    document for Avro. The login is a secret, named by scope and key, never held."""

    servers: str
    topics: tuple[str, ...] = ()
    pattern: str = ""
    starting_offsets: str = "earliest"
    value_format: MessageFormat = MessageFormat.JSON
    value_schema: str = ""
    secret_scope: str = ""
    secret_key: str = ""
    options: dict[str, str] = field(default_factory=dict)


Location = TableLocation | FilesLocation | KafkaLocation


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
    """Where rows come from, and what the catalog says of them. Names are source names."""

    location: Location
    columns: tuple[Column, ...]
    comment: str = ""
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[DeclaredForeignKey, ...] = ()

    @property
    def name(self) -> str:
        """The last part of where it lies: table, folder or topic. What the entity is named by."""
        match self.location:
            case TableLocation(table=table):
                return table.table
            case FilesLocation(path=path):
                return path.rstrip("/").rsplit("/", 1)[-1] or path
            case KafkaLocation(topics=topics, pattern=pattern):
                return topics[0] if topics else pattern


# ── Profiles ─────────────────────────────────────────────────────────────────────────────────

Scalar = str | int | float | Decimal | bool | date | datetime


@dataclass(frozen=True, slots=True)
class ValueCount:
    value: Scalar
    count: int


@dataclass(frozen=True, slots=True)
class CastShare:
    """How many of the non-blank strings of a column read as ``type``: ratio 0 to 1."""

    type: str
    share: float


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What one scan tells of a column. Counts are rows, lengths are characters.

    ``distinct_count`` counts non-null values and is approximate unless ``distinct_is_exact``.
    ``blank_count`` counts strings that are empty after trimming, ``untrimmed_count`` those with
    outer blanks. ``minimum`` and ``maximum`` are None for empty columns and for nested types.
    """

    name: str
    null_count: int
    distinct_count: int
    distinct_is_exact: bool = False
    minimum: Scalar | None = None
    maximum: Scalar | None = None
    average: float | None = None
    negative_count: int = 0
    zero_count: int = 0
    blank_count: int = 0
    untrimmed_count: int = 0
    min_length: int | None = None
    max_length: int | None = None
    frequent: tuple[ValueCount, ...] = ()
    casts: tuple[CastShare, ...] = ()
    patterns: dict[str, float] = field(default_factory=dict)
    """Share of the non-blank strings that match a named pattern: ``{"email": 0.98}``."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What one scan tells of a source; ``row_count`` rows were read. ``sampled`` where the
    scan read a part of the table only."""

    row_count: int
    columns: tuple[ColumnProfile, ...]
    sampled: bool = False

    def column(self, name: str) -> ColumnProfile:
        """Raises KeyError for a name that was not profiled."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


# ── Entities: one source in silver ───────────────────────────────────────────────────────────


class RuleAction(StrEnum):
    WARN = "warn"
    DROP = "drop"
    QUARANTINE = "quarantine"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Rule:
    """A row breaks the rule where ``condition`` (SQL over silver columns) is not true; NULL is
    not true. ``reason`` says why it was proposed, for the person who reads the code."""

    name: str
    condition: str
    action: RuleAction = RuleAction.WARN
    reason: str = ""


class PrivacyDecision(StrEnum):
    UNDECIDED = "undecided"
    KEEP = "keep"
    MASK = "mask"
    HASH = "hash"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Privacy:
    """That a column looks like personal data: ``kind`` is what it looks like (``email``)."""

    kind: str
    decision: PrivacyDecision = PrivacyDecision.UNDECIDED
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class EntityColumn:
    """A column on its way from ``source`` (source name) to ``name`` (silver name).

    ``path`` names the nested field that is taken out of ``source``, from the outside in. ``type``
    differs from ``source_type`` where silver casts. ``source_format`` is the pattern a date or
    timestamp string is read with. ``included`` false: the column stays in bronze.
    """

    name: str
    source: str
    source_type: str
    type: str
    comment: str = ""
    trim: bool = False
    empty_to_null: bool = False
    source_format: str = ""
    included: bool = True
    privacy: Privacy | None = None
    path: tuple[str, ...] = ()


class ChangeHandling(StrEnum):
    """What a second row with the same key means.

    APPEND: another row. LATEST: a new version that replaces the old one (SCD1). HISTORY: a new
    version, the old one is kept (SCD2). SNAPSHOT: the source is the whole truth each time;
    SNAPSHOT_HISTORY: the same, and what it was before is kept.
    """

    APPEND = "append"
    LATEST = "latest"
    HISTORY = "history"
    SNAPSHOT = "snapshot"
    SNAPSHOT_HISTORY = "snapshot_history"


class Role(StrEnum):
    FACT = "fact"
    DIMENSION = "dimension"
    BRIDGE = "bridge"
    LOOKUP = "lookup"
    """A small dimension that is folded into the dimensions that refer to it."""
    OTHER = "other"
    """Stays in silver."""


@dataclass(frozen=True, slots=True)
class Entity:
    """One source in silver. ``reads`` has more than one location where several feed one bronze
    table. ``sequence_by`` (silver column) orders the versions of a key; empty: by arrival.
    ``delete_when`` is an SQL condition over silver columns that marks a row as a deletion."""

    name: str
    reads: tuple[Location, ...]
    columns: tuple[EntityColumn, ...]
    key: tuple[str, ...] = ()
    role: Role = Role.OTHER
    role_confidence: float = 1.0
    role_evidence: str = ""
    key_confidence: float = 1.0
    key_evidence: str = ""
    change: ChangeHandling = ChangeHandling.APPEND
    sequence_by: str = ""
    delete_when: str = ""
    rules: tuple[Rule, ...] = ()
    comment: str = ""

    @property
    def included_columns(self) -> tuple[EntityColumn, ...]:
        return tuple(column for column in self.columns if column.included)

    def column(self, name: str) -> EntityColumn:
        """Raises KeyError for a silver name that the entity does not have."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


class Cardinality(StrEnum):
    MANY_TO_ONE = "many_to_one"
    ONE_TO_ONE = "one_to_one"


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: ``columns`` of ``entity`` hold values of ``parent_columns`` of ``parent``.

    ``inclusion`` is the share of the rows with values that have a parent, None where it was not
    measured. ``accepted`` false: shown as a question, not built on.
    """

    entity: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    cardinality: Cardinality = Cardinality.MANY_TO_ONE
    declared: bool = False
    inclusion: float | None = None
    confidence: float = 1.0
    evidence: str = ""
    accepted: bool = True


# ── The star ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Attribute:
    """A dimension's column ``name``, taken from ``column`` of the row it belongs to."""

    name: str
    column: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class FoldedParent:
    """A parent whose attributes are folded into a dimension.

    ``alias`` names the joined row within the dimension. ``child`` is the alias of the row that
    refers to it: the dimension's own entity or the alias of another folded parent.
    """

    alias: str
    entity: str
    child: str
    columns: tuple[str, ...]
    parent_columns: tuple[str, ...]
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class DimensionLink:
    """A foreign key in gold: ``key`` is its column, ``role`` its part (``ship_to``; empty where
    there is only one). ``columns`` hold the business key on the row that refers: the own entity,
    or the header where ``from_header``; or, for an outrigger, the dimension itself."""

    dimension: str
    key: str
    columns: tuple[str, ...]
    role: str = ""
    from_header: bool = False
    parent_columns: tuple[str, ...] = ()
    """The parent's columns that ``columns`` match, where they are not its business key."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """``history`` follows the entity's change handling: versions with ``valid_from``,
    ``valid_to`` and ``is_current``. ``junk`` dimensions are made of a fact's flags."""

    name: str
    entity: str
    business_key: tuple[str, ...]
    surrogate_key: str
    attributes: tuple[Attribute, ...]
    folded: tuple[FoldedParent, ...] = ()
    outriggers: tuple[DimensionLink, ...] = ()
    inferred_members: bool = True
    """Keys that only facts know yet get a row that holds the key and is completed later."""
    junk: bool = False
    comment: str = ""


class Aggregation(StrEnum):
    SUM = "sum"
    AVERAGE = "average"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    LAST = "last"
    """Semi-additive: adds over everything but time (balances, stock levels)."""
    NONE = "none"
    """Non-additive: prices, rates, percentages."""


class HeaderAmount(StrEnum):
    """How a header's amount is spread over its lines; without either it stays at header grain."""

    EQUAL = "equal"
    WEIGHTED = "weighted"


@dataclass(frozen=True, slots=True)
class Measure:
    """``expression`` is SQL over the fact's row (``line``) and, for a header, ``header``; a
    plain measure is the quoted column itself. ``weight`` is the line column that a WEIGHTED
    header amount is spread by."""

    name: str
    expression: str
    type: str
    aggregation: Aggregation = Aggregation.SUM
    unit: str = ""
    comment: str = ""
    from_header: bool = False
    allocation: HeaderAmount | None = None
    weight: str = ""


@dataclass(frozen=True, slots=True)
class DateRole:
    """``key`` is the fact's column that refers to ``dim_date``; ``column`` the date it is of."""

    key: str
    column: str
    role: str
    from_header: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """The parent whose columns a line fact takes over: ``columns`` of the line are
    ``parent_columns`` of the header."""

    entity: str
    columns: tuple[str, ...]
    parent_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DegenerateKey:
    """A key or text that stays on the fact, without a dimension of its own."""

    name: str
    column: str
    from_header: bool = False
    comment: str = ""


class FactKind(StrEnum):
    TRANSACTION = "transaction"
    FACTLESS = "factless"
    PERIODIC_SNAPSHOT = "periodic_snapshot"
    ACCUMULATING_SNAPSHOT = "accumulating_snapshot"


@dataclass(frozen=True, slots=True)
class Fact:
    """``grain`` are the entity's columns that tell its rows apart; empty where nothing does."""

    name: str
    entity: str
    grain: tuple[str, ...] = ()
    kind: FactKind = FactKind.TRANSACTION
    header: Header | None = None
    links: tuple[DimensionLink, ...] = ()
    dates: tuple[DateRole, ...] = ()
    degenerate: tuple[DegenerateKey, ...] = ()
    measures: tuple[Measure, ...] = ()
    cluster_by: tuple[str, ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Bridge:
    """Many-to-many: one row per pair. ``weight`` names a column that shares one whole equally
    over the pairs of the first link; empty: no weight."""

    name: str
    entity: str
    links: tuple[DimensionLink, ...]
    weight: str = ""
    attributes: tuple[Attribute, ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A fact summed to the given links' and dates' key columns."""

    name: str
    fact: str
    keys: tuple[str, ...]
    measures: tuple[str, ...]
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Star:
    dimensions: tuple[Dimension, ...] = ()
    facts: tuple[Fact, ...] = ()
    bridges: tuple[Bridge, ...] = ()
    aggregates: tuple[Aggregate, ...] = ()


# ── The design ───────────────────────────────────────────────────────────────────────────────


class Publishing(StrEnum):
    """Which field of the pipeline names the schema. See the design's note on ``LIVE.``."""

    TARGET = "target"
    SCHEMA = "schema"


@dataclass(frozen=True, slots=True)
class Settings:
    """``sql_warehouse`` is an id or a name. ``readers`` are granted SELECT on gold, ``owner`` is
    the e-mail of the person whom the permissions script grants to."""

    pipeline_name: str
    catalog: str
    schema: str
    databricks_cli_profile: str = "DEFAULT"
    sql_warehouse: str = ""
    publishing: Publishing = Publishing.TARGET
    fiscal_year_start_month: int = 1
    owner: str = ""
    readers: tuple[str, ...] = ("account users",)
    schedule: str = ""
    """Quartz cron expression of a job that runs the pipeline; empty: no job."""
    notify: tuple[str, ...] = ()
    """E-mails that hear of a failed scheduled run."""
    service_principal: str = ""
    """Application id of the service principal that the permissions script grants to."""
    unmasked_group: str = ""
    """Account group that sees masked columns as they are; empty: nobody does."""


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a person should look at. ``subject`` is the table, file or rule it is about."""

    level: Level
    subject: str
    detail: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class AppliedFix:
    """What was mended in this design: when (ISO 8601, UTC), why, and by whose consent."""

    failure: str
    subject: str
    change: str
    reason: str
    applied_at: str
    consent: str


@dataclass(frozen=True, slots=True)
class Design:
    """All that a pipeline is made from. ``questions`` are what the proposal is unsure of."""

    settings: Settings
    entities: tuple[Entity, ...] = ()
    references: tuple[Reference, ...] = ()
    star: Star = field(default_factory=Star)
    questions: tuple[Finding, ...] = ()
    fixes: tuple[AppliedFix, ...] = ()

    def entity(self, name: str) -> Entity:
        """Raises KeyError for a name that the design does not have."""
        for entity in self.entities:
            if entity.name == name:
                return entity
        raise KeyError(name)


Bundle = dict[str, str]
"""Relative path to text. The same Design gives the same bytes."""
