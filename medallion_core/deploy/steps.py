"""A deployment as data: what is shown to a person is what is carried out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from medallion_core.deploy.manifest import Manifest
from medallion_core.model import Design
from medallion_core.tables.privileges import Privilege


class Kind(StrEnum):
    CATALOG = "catalog"
    SCHEMA = "schema"
    GRANT = "grant"
    FUNCTION = "function"
    FILE = "file"
    PIPELINE = "pipeline"
    TABLE = "table"


class Action(StrEnum):
    """KEEP changes nothing. REFRESH reads a table again in full, in the next run."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    GRANT = "grant"
    REFRESH = "refresh"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do, or to leave as it is.

    ``content`` is what is written or executed: a file's text, a statement, the pipeline's
    specification as JSON. ``before`` is the SHA-256 of the file that it replaces, empty where
    there is none. A step that is not ``required`` may be refused without stopping the rest: a
    grant of which nobody could tell whether it is held. A grant that is held is kept.
    """

    kind: Kind
    subject: str
    action: Action
    detail: str = ""
    diff: str = ""
    content: str = ""
    before: str = ""
    required: bool = True
    privilege: Privilege | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What deploying ``design`` does, in order. Making it changes nothing.

    ``manifest`` is what the last deployment left; applying refuses a plan that is older than
    what lies there. ``by`` is the person who deploys, ``pipeline_id`` is empty
    where there is no pipeline yet. ``full_refresh`` are the tables that may be
    read again in full, ``unconfirmed`` those that would have to be and nobody agreed yet.
    """

    design: Design
    root_path: str
    steps: tuple[Step, ...]
    manifest: Manifest
    by: str
    pipeline_id: str = ""
    full_refresh: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[Step, ...]:
        """The steps that change something."""
        return tuple(step for step in self.steps if step.action is not Action.KEEP)

    @property
    def grants(self) -> tuple[Step, ...]:
        """Every privilege that deploying needs, held or not, each with its GRANT."""
        return tuple(step for step in self.steps if step.kind is Kind.GRANT)

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """Tables that would have to be read again in full, and nobody agreed yet."""
        tables = (step.subject for step in self.steps if step.action is Action.REFRESH)
        return tuple(table for table in tables if table not in self.full_refresh)


@dataclass(frozen=True, slots=True)
class StepResult:
    """``outcome`` is ``done`` or ``refused``, with the service's words in ``message``."""

    step: Step
    outcome: str = "done"
    message: str = ""


Report = Callable[[StepResult], None]


@dataclass(frozen=True, slots=True)
class Deployment:
    """``full_refresh`` are the tables that the next run has to read again in full."""

    pipeline_id: str
    root_path: str
    number: int = 0
    deployed_by: str = ""
    deployed_at: str = ""
    full_refresh: tuple[str, ...] = field(default=())
