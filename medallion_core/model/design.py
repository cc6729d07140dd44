"""All that a pipeline is made from."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field, replace
from enum import StrEnum
from typing import Any

from medallion_core.model.entities import Entity, Reference
from medallion_core.model.named import Whole, with_part
from medallion_core.model.questions import Question, QuestionKind
from medallion_core.model.renaming import Names, each_left
from medallion_core.model.star import Bridge, Dimension, Fact, Star


class Publishing(StrEnum):
    """Which field of the pipeline names the schema. See the design's note on ``LIVE.``."""

    TARGET = "target"
    SCHEMA = "schema"


class Proofs(StrEnum):
    """What makes the tables that prove the others: each update of the pipeline, or the job by SQL
    after it."""

    PIPELINE = "pipeline"
    JOB = "job"


class Ci(StrEnum):
    """The service that deploys the bundle from its repository."""

    GITHUB = "github"
    AZURE = "azure"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Settings:
    """``sql_warehouse`` is an id or a name. ``readers`` are granted SELECT on gold, ``owner`` is
    the e-mail of the person whom the permissions script grants to."""

    pipeline_name: str
    catalog: str
    schema: str
    _: KW_ONLY
    databricks_cli_profile: str = "DEFAULT"
    sql_warehouse: str = ""
    publishing: Publishing = Publishing.TARGET
    proofs: Proofs = Proofs.PIPELINE
    ci: Ci = Ci.GITHUB
    fiscal_year_start_month: int = 1
    owner: str = ""
    readers: tuple[str, ...] = ()
    schedule: str = ""
    """Quartz cron expression of a job that runs the pipeline; empty: no job."""
    notify: tuple[str, ...] = ()
    """E-mails that hear of a failed scheduled run."""
    service_principal: str = ""
    """Application id of the service principal that the permissions script grants to."""
    unmasked_group: str = ""
    """Account group that sees masked columns as they are; empty: nobody does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedFix:
    """What was mended in this design: when (ISO 8601, UTC), why, and by whose consent."""

    failure: str
    subject: str
    change: str
    reason: str
    applied_at: str
    consent: str


@dataclass(frozen=True, slots=True)
class Design(Whole):
    """All that a pipeline is made from. ``questions`` are what the proposal is unsure of."""

    settings: Settings
    entities: tuple[Entity, ...] = ()
    references: tuple[Reference, ...] = ()
    star: Star = field(default_factory=Star)
    _: KW_ONLY
    questions: tuple[Question, ...] = ()
    fixes: tuple[AppliedFix, ...] = ()

    def entity(self, name: str) -> Entity:
        """Raises KeyError for a name that the design does not have."""
        return self._find(self.entities, name)

    @property
    def asked(self) -> tuple[Question, ...]:
        """The questions without what is only offered."""
        return tuple(each for each in self.questions if each.kind is not QuestionKind.OFFER)

    # Each of these gives the design with one part in place of the one of its name, and raises
    # KeyError where there is none.

    def with_entity(self, entity: Entity) -> Design:
        return replace(self, entities=with_part(self.entities, entity))

    def with_dimension(self, dimension: Dimension) -> Design:
        return self._with_star(dimensions=with_part(self.star.dimensions, dimension))

    def with_fact(self, fact: Fact) -> Design:
        return self._with_star(facts=with_part(self.star.facts, fact))

    def with_bridge(self, bridge: Bridge) -> Design:
        return self._with_star(bridges=with_part(self.star.bridges, bridge))

    def renamed(self, names: Names) -> Design:
        """With what ``names`` says in place of every name, and without what needs one that is
        gone."""
        return replace(
            self,
            entities=each_left(self.entities, lambda entity: entity.renamed(names)),
            references=each_left(self.references, lambda reference: reference.renamed(names)),
            star=self.star.renamed(names),
            questions=each_left(self.questions, lambda question: question.renamed(names)),
        )

    def _with_star(self, **parts: Any) -> Design:
        return replace(self, star=replace(self.star, **parts))


Bundle = dict[str, str]
"""Relative path to text. The same Design gives the same bytes."""
