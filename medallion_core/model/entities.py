"""One source in silver: columns, keys, changes, rules, references."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, replace
from enum import StrEnum

from medallion_core.model.named import Whole, with_part
from medallion_core.model.parts import Texts
from medallion_core.model.renaming import Names, column_named, columns_left, each_left, unless_gone
from medallion_core.model.sources import Location


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

    def renamed(self, names: Names, entity: str) -> Rule:
        return replace(self, condition=names.condition(entity, self.condition))


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
    timestamp string is read with; of a boolean, the texts that mean true, with commas between them.
    ``included`` false: the column stays in bronze. ``fallback`` is the source column that the field
    is taken out of where ``source`` is NULL. ``missing``: the source has the column no more; silver
    and gold keep it as NULL.
    """

    name: str
    source: str
    source_type: str
    type: str
    _: KW_ONLY
    comment: str = ""
    trim: bool = False
    empty_to_null: bool = False
    source_format: str = ""
    included: bool = True
    privacy: Privacy | None = None
    path: tuple[str, ...] = ()
    fallback: str = ""
    missing: bool = False


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


class FeedChoice(StrEnum):
    """What becomes of rows that are changes of rows.

    FLAGGED: the newest of each key stays, deleted ones with their mark. GONE: deleted ones go.
    NEWEST: the newest of each key stays, and nothing says which are deleted. EVERY: each row stays
    as it came.
    """

    FLAGGED = "flagged"
    GONE = "gone"
    NEWEST = "newest"
    EVERY = "every"


@dataclass(frozen=True, slots=True)
class ChangeFeed:
    """That the rows of an entity are changes of rows, and how they become its rows.

    ``evidence`` is what tells so. ``then_by`` orders what has the same place by ``sequence_by``;
    ``ties`` where changes of one key may have the same place all the same. ``deleted`` and
    ``skipped`` are SQL over silver columns: for rows whose key is deleted, and for rows that say
    what was before. ``left_out`` are silver columns that are no part of the data. ``marks`` where
    rows stay and are marked, instead of one for each change.
    """

    evidence: str
    _: KW_ONLY
    key: tuple[str, ...] = ()
    sequence_by: str = ""
    then_by: tuple[str, ...] = ()
    ties: bool = False
    deleted: str = ""
    skipped: str = ""
    left_out: tuple[str, ...] = ()
    marks: bool = False
    choice: FeedChoice = FeedChoice.EVERY

    def renamed(self, names: Names, entity: str) -> ChangeFeed:
        return replace(
            self,
            key=names.columns(entity, self.key),
            sequence_by=column_named(names, entity, self.sequence_by),
            then_by=columns_left(names, entity, self.then_by),
            deleted=names.condition(entity, self.deleted),
            skipped=names.condition(entity, self.skipped),
            left_out=columns_left(names, entity, self.left_out),
        )


class Role(StrEnum):
    FACT = "fact"
    DIMENSION = "dimension"
    BRIDGE = "bridge"
    LOOKUP = "lookup"
    """A small dimension that is folded into the dimensions that refer to it."""
    OTHER = "other"
    """Stays in silver."""


@dataclass(frozen=True, slots=True)
class Entity(Whole):
    """One source in silver. ``reads`` has more than one location where several feed one bronze
    table. ``sequence_by`` (silver column) orders the versions of a key, ``then_by`` those that have
    the same place by it; empty: by arrival. ``delete_when`` is an SQL condition over silver columns
    that marks a row as a deletion. ``texts``: its rows are the texts of another table's rows."""

    name: str
    reads: tuple[Location, ...]
    columns: tuple[EntityColumn, ...]
    _: KW_ONLY
    key: tuple[str, ...] = ()
    role: Role = Role.OTHER
    role_confidence: float = 1.0
    role_evidence: str = ""
    key_confidence: float = 1.0
    key_evidence: str = ""
    change: ChangeHandling = ChangeHandling.APPEND
    sequence_by: str = ""
    then_by: tuple[str, ...] = ()
    delete_when: str = ""
    rules: tuple[Rule, ...] = ()
    comment: str = ""
    feed: ChangeFeed | None = None
    texts: Texts | None = None

    @property
    def included_columns(self) -> tuple[EntityColumn, ...]:
        return tuple(column for column in self.columns if column.included)

    @property
    def order(self) -> tuple[str, ...]:
        """The columns that order the versions of a key; none where arrival does."""
        order = (self.sequence_by, *self.then_by) if self.sequence_by else ()
        return tuple(dict.fromkeys(order))

    def column(self, name: str) -> EntityColumn:
        """Raises KeyError for a silver name that the entity does not have."""
        return self._find(self.columns, name)

    def with_column(self, column: EntityColumn) -> Entity:
        """With ``column`` in place of the one of its name. Raises KeyError where there is none."""
        return replace(self, columns=with_part(self.columns, column))

    def renamed(self, names: Names) -> Entity:
        """With what ``names`` says of what it names itself; its columns are named already."""
        own = self.name

        def feed_renamed(feed: ChangeFeed) -> ChangeFeed:
            return feed.renamed(names, own)

        return replace(
            self,
            name=names.entity(own),
            key=unless_gone(lambda: names.columns(own, self.key), ()),
            sequence_by=unless_gone(lambda: column_named(names, own, self.sequence_by), ""),
            then_by=columns_left(names, own, self.then_by),
            delete_when=unless_gone(lambda: names.condition(own, self.delete_when), ""),
            rules=each_left(self.rules, lambda rule: rule.renamed(names, own)),
            feed=next(iter(each_left((self.feed,) if self.feed else (), feed_renamed)), None),
            texts=unless_gone(lambda: self.texts and self.texts.renamed(names, own), None),
        )


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: ``columns`` of ``entity`` hold values of ``parent_columns`` of ``parent``.

    ``inclusion`` is the share of the rows with values that have a parent, None where it was not
    measured; ``sampled``: of a sample of the rows. ``accepted`` false: shown as a question, not
    built on.
    """

    entity: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    _: KW_ONLY
    declared: bool = False
    inclusion: float | None = None
    sampled: bool = False
    confidence: float = 1.0
    evidence: str = ""
    accepted: bool = True

    def renamed(self, names: Names) -> Reference:
        return replace(
            self,
            entity=names.entity(self.entity),
            columns=names.columns(self.entity, self.columns),
            parent=names.entity(self.parent),
            parent_columns=names.columns(self.parent, self.parent_columns),
        )
