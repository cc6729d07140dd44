"""What a dataset of a pipeline is, in every layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from medallion_core.model import Column, Location


class Layer(StrEnum):
    BRONZE = "bronze"
    SILVER = "silver"
    QUARANTINE = "quarantine"
    GOLD = "gold"


class DatasetKind(StrEnum):
    """A temporary view is seen inside the pipeline only: a run writes no table for it. What is
    called a table is none of the pipeline's: the job makes it after the update."""

    STREAMING_TABLE = "streaming table"
    MATERIALIZED_VIEW = "materialized view"
    TEMPORARY_VIEW = "temporary view"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """``columns`` refer to ``parent_columns`` of the table ``parent``; nothing enforces it."""

    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Schema:
    """The columns of a dataset in order, and its keys."""

    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()


# Without slots: what is found out of a frozen dataset is kept beside its fields.
@dataclass(frozen=True, kw_only=True)
class Dataset:
    """One dataset of a pipeline. ``file`` is the path in the bundle of the code that defines it.

    ``of`` is what of the design it is of: an entity, a table of the star, or what is made of all
    of them (``Balance``, ``Calendar``, ``Reconciliation``, ``KeyCheck``). Its columns are taken
    from the datasets ``made_of`` and the locations ``sources``; its code also reads ``also_reads``.
    ``flows`` are the flows that write to it, where they are not called as it is.

    ``schema`` raises MedallionError or KeyError where the design contradicts itself.
    """

    name: str
    layer: Layer
    kind: DatasetKind
    file: str
    of: object
    made_of: tuple[str, ...] = ()
    also_reads: tuple[str, ...] = ()
    sources: tuple[Location, ...] = ()
    flows: tuple[str, ...] = ()
    make_schema: Callable[[], Schema] = field(repr=False, compare=False)

    @cached_property
    def schema(self) -> Schema:
        return self.make_schema()

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.schema.columns

    @property
    def reads(self) -> tuple[str, ...]:
        """The datasets of the pipeline that its code reads, each once."""
        return tuple(dict.fromkeys((*self.made_of, *self.also_reads)))

    @property
    def is_table(self) -> bool:
        """Whether a run writes it."""
        return self.kind is not DatasetKind.TEMPORARY_VIEW

    @property
    def by_job(self) -> bool:
        """Whether the job makes it, after the pipeline's update."""
        return self.kind is DatasetKind.TABLE

    @property
    def is_streaming(self) -> bool:
        return self.kind is DatasetKind.STREAMING_TABLE
