"""All that a pipeline is made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from medallion_core.model.entities import Entity, Reference
from medallion_core.model.findings import Finding
from medallion_core.model.star import Star


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
