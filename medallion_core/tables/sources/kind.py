"""What every kind of source is asked, and what is answered of most."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from medallion_core.model import Column, Rule
from medallion_core.tables.calls import Call

RESCUED = "_rescued_data"
"""The column that keeps what fits no other one."""


@dataclass(frozen=True, slots=True)
class Need:
    """A privilege that reading takes, on an object of Unity Catalog."""

    privilege: str
    securable_type: str
    name: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class AuditColumn:
    """What a source says of where a row came from, and the SQL for it over what was read.
    ``orders``: whether it is a time by which the later of two rows is the newer one."""

    name: str
    type: str
    expression: str
    orders: bool = False


class SourceKind(ABC):
    """A source of one kind, over its location; a class for each kind, in a file of its own.

    What is not said otherwise is that of a source which SQL can read, and whose rows have the
    source's columns and no others.
    """

    @property
    @abstractmethod
    def location_name(self) -> str:
        """The location as a person would write it."""

    @property
    @abstractmethod
    def above(self) -> str:
        """What it lies in, which tells two of one name apart: a schema, a folder; or empty."""

    @property
    @abstractmethod
    def identity(self) -> tuple[object, ...]:
        """What makes it another source to a stream, which would start from the beginning."""

    @property
    @abstractmethod
    def is_streamed(self) -> bool:
        """Whether new rows are read as they come, rather than all rows each time."""

    @property
    @abstractmethod
    def relation(self) -> str:
        """How it stands after FROM in SQL. Raises MedallionError NOT_READABLE where nothing is
        read from it outside of the pipeline."""

    @property
    @abstractmethod
    def calls(self) -> tuple[Call, ...]:
        """What the pipeline calls on Spark's reader to have its rows."""

    why_unread = ""
    """Why nothing is read from it outside of the pipeline; empty where SQL reads it."""

    is_changed_in_place = False
    """Whether its rows are changed and deleted where they are."""

    rescues = False
    """Whether what fits no column is kept beside them, in ``RESCUED``."""

    rescue_rule: Rule | None = None
    """What is proposed to count or to set aside what was rescued."""

    added_columns: tuple[Column, ...] = ()
    """What bronze has of each row besides the source's columns."""

    audit: tuple[AuditColumn, ...] = ()
    """Further columns that say where a row came from."""

    byte_encoding = ""
    """What texts that are read as ISO-8859-1 really are, where Spark cannot be told."""

    has_mixed_encodings = False
    """Whether some texts that are read as ISO-8859-1 are UTF-8."""

    options: Mapping[str, str] = MappingProxyType({})
    """The reader options that were typed."""

    known_options: tuple[str, ...] = ()
    """The options that may be typed: those that only say how rows are read. None that deletes,
    moves or writes files, reads from elsewhere, names a login or loads a class."""

    @property
    def refused_options(self) -> tuple[str, ...]:
        """Those of ``options`` that are not known. Spark compares them without case."""
        known = {name.lower() for name in self.known_options}
        return tuple(name for name in self.options if name.lower() not in known)

    losing_options: Mapping[str, str] = MappingProxyType({})
    """Options, in lower case, with the value by which rows are left out and nobody counts them."""

    @property
    def loses_by(self) -> tuple[str, ...]:
        """Those of ``options`` by which rows are left out."""
        typed = ((name, value.strip().lower()) for name, value in self.options.items())
        return tuple(
            name for name, value in typed if self.losing_options.get(name.lower()) == value
        )

    @property
    def needs(self) -> tuple[Need, ...]:
        """What is granted in Unity Catalog so that it can be read."""
        return ()

    def granted_by_hand(self, principal: str) -> tuple[str, ...]:  # noqa: ARG002
        """What else has to be granted, a sentence each."""
        return ()


def usage(name: tuple[str, ...]) -> tuple[Need, Need]:
    """What it takes to reach anything in a schema."""
    why = "holds a source"
    return (
        Need("USE CATALOG", "CATALOG", name[:1], why),
        Need("USE SCHEMA", "SCHEMA", name[:2], why),
    )
