"""What went wrong, what it means, and what mends it: as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from enum import StrEnum

from medallion_core.model import Column
from medallion_core.repair.changes import Change


class Risk(StrEnum):
    """SAFE is applied by itself: no row and no number is lost. ASKS is applied on consent.
    HAND_OVER cannot be mended in the design: a person has to do something elsewhere."""

    SAFE = "safe"
    ASKS = "asks"
    HAND_OVER = "hand_over"


@dataclass(frozen=True, slots=True)
class Fix:
    """What mends a failure. Two fixes that are equal are the same fix, which is not tried twice.

    ``change`` says what is done and ``reason`` why, for FIXES.md. Besides its ``changes`` of the
    design a fix may need tables read again in full, or files overwritten that a person edited.
    Without any of these it is to deploy and run again. ``left`` are tables that begin again under
    another name: what they hold stays behind.
    """

    failure: str
    subject: str
    change: str
    reason: str
    _: KW_ONLY
    changes: tuple[Change, ...] = ()
    full_refresh: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    overwrite: tuple[str, ...] = ()

    @property
    def is_retry(self) -> bool:
        return not (self.changes or self.full_refresh or self.overwrite)


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One failure, understood or not. ``subject`` is the table or file that failed.

    ``code`` names the entry of the catalogue, UNKNOWN where none fits: then nothing is mended.
    ``instructions`` say what a person does where there is no fix, or instead of it. ``text`` is
    what the platform said.
    """

    code: str
    subject: str
    sentence: str
    risk: Risk = Risk.HAND_OVER
    _: KW_ONLY
    fix: Fix | None = None
    instructions: str = ""
    error_class: str = ""
    text: str = ""


UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was looked up to understand a failure; everything may be missing.

    ``columns``: an entity's name to its source's columns now. ``rule_errors``: entity and rule
    to what Spark says of the rule. ``edited``: bundle paths that a person changed since the last
    deploy. ``tables``: the tables that the target schema holds, None where nobody looked.
    ``principal``: who runs the pipeline, for grants.
    """

    columns: Mapping[str, tuple[Column, ...]] = field(default_factory=dict)
    rule_errors: Mapping[tuple[str, str], str] = field(default_factory=dict)
    edited: frozenset[str] = frozenset()
    tables: frozenset[str] | None = None
    principal: str = ""

    def may_exist(self, table: str) -> bool:
        return self.tables is None or table in self.tables
