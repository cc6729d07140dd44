"""A deployment as data: what is shown to a person is what is carried out.

One small class for each kind of step. All have what a plan shows of them: ``kind``, ``subject``,
``action``, ``detail`` and ``differences``. The rest of a class is what carrying it out takes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, TypeAlias

from medallion_core.check import Refresh, Refused, refreshes
from medallion_core.deploy.manifest import Manifest
from medallion_core.model import Bundle, Design
from medallion_core.model.named import Whole
from medallion_core.tables.privileges import Privilege, grant_statement
from medallion_core.text.diff import text_diff

PIPELINE_FILE = "pipeline.json"
"""The file of the bundle that stands for the pipeline's settings where somebody agrees to them."""


class Kind(StrEnum):
    CATALOG = "catalog"
    SCHEMA = "schema"
    GRANT = "grant"
    FUNCTION = "function"
    FILE = "file"
    PIPELINE = "pipeline"
    JOB = "job"
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
class Difference(Whole):
    """Two texts of which a line differs, and what each of them is."""

    before: str
    after: str
    before_name: str
    after_name: str

    @property
    def diff(self) -> str:
        """Worked out when it is first asked for: for a file of ten thousands of lines it takes a
        while, and a plan of hundreds of files is looked at one by one."""
        names = self.before_name, self.after_name
        return self.find_out_once("diff", lambda: text_diff(self.before, self.after, *names))


def differences(
    before: str, after: str, before_name: str, after_name: str
) -> tuple[Difference, ...]:
    """One, or none where no line differs."""
    if before.splitlines() == after.splitlines():
        return ()
    return (Difference(before, after, before_name, after_name),)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """What a plan shows of every step."""

    kind: ClassVar[Kind]
    subject: str
    action: Action
    detail: str = ""
    differences: tuple[Difference, ...] = ()

    @property
    def diff(self) -> str:
        """The unified diff of each difference."""
        return "\n".join(each.diff for each in self.differences)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogStep(_Shown):
    """``statement`` makes the catalog where it is not there."""

    kind: ClassVar[Kind] = Kind.CATALOG
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaStep(_Shown):
    """``statement`` makes the schema where it is not there."""

    kind: ClassVar[Kind] = Kind.SCHEMA
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantStep(_Shown):
    """A privilege that is held, or is to be granted. One that is not ``required`` may be refused
    without stopping the rest: nobody could tell whether it is held."""

    kind: ClassVar[Kind] = Kind.GRANT
    privilege: Privilege
    required: bool = True

    @property
    def statement(self) -> str:
        return grant_statement(self.privilege)


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionStep(_Shown):
    """A function that masks a column. ``statement`` makes or replaces it."""

    kind: ClassVar[Kind] = Kind.FUNCTION
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStep(_Shown):
    """A file below the pipeline's folder, ``subject`` its path.

    ``text`` is what the design wants there, None for nothing. ``before`` is the SHA-256 of the
    file that lies there, empty where there is none, and ``version`` what the workspace said of it.
    ``by_hand``: a person changed what was deployed, and nobody agreed to lose that.
    """

    kind: ClassVar[Kind] = Kind.FILE
    text: str | None
    before: str = ""
    version: str = ""
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineStep(_Shown):
    """``spec`` is what the Pipelines API is given. ``by_bundle``: a bundle deploys the pipeline by
    now, and nobody agreed to take it back."""

    kind: ClassVar[Kind] = Kind.PIPELINE
    spec: dict[str, Any]
    by_bundle: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStep(_Shown):
    """The job that runs the pipeline. ``spec`` is what the Jobs API is given, ``job_id`` empty for
    one that is to be made."""

    kind: ClassVar[Kind] = Kind.JOB
    spec: dict[str, Any] = field(default_factory=dict)
    job_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableStep(_Shown):
    """What becomes of a table, by the next run. ``other_kind``: it is there as a streaming table
    and is designed as a materialized view, or the reverse, which no run can do."""

    kind: ClassVar[Kind] = Kind.TABLE
    other_kind: bool = False


StatementStep: TypeAlias = CatalogStep | SchemaStep | GrantStep
"""Carried out by one SQL statement, before anything else."""

Step: TypeAlias = StatementStep | FunctionStep | FileStep | PipelineStep | JobStep | TableStep


@dataclass(frozen=True, slots=True)
class LaterGrant:
    """A privilege that follows the first run whose criteria are met; ``withheld`` says why it is
    not given then, empty where it is."""

    privilege: Privilege
    withheld: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What deploying ``design`` does, in order. Making it changes nothing.

    ``manifest`` is what the last deployment left; applying refuses a plan that is older than
    what lies there. ``by`` is the person who deploys, ``pipeline_id`` is empty
    where there is no pipeline yet. ``full_refresh`` are the tables that may be
    read again in full, ``unconfirmed`` those that would have to be and nobody agreed yet;
    ``deleted`` are those that the pipeline may make no longer, ``left_behind`` those that it
    would make no longer and nobody agreed yet.
    A plan that is ``refused`` has no steps and cannot be applied. ``readers`` are what
    readers and the owner are granted later, ``bundle`` is what the design gives. ``unscheduled``
    says why the design's schedule is left out; empty where it is not.
    """

    design: Design
    root_path: str
    steps: tuple[Step, ...]
    manifest: Manifest
    by: str
    pipeline_id: str = ""
    full_refresh: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    refused: Refused = ()
    readers: tuple[LaterGrant, ...] = ()
    bundle: Bundle = field(default_factory=dict, repr=False)
    unscheduled: str = ""

    @property
    def refreshes(self) -> list[Refresh]:
        """Of each materialized view whether later runs compute it anew."""
        return refreshes(self.bundle)

    @property
    def changes(self) -> tuple[Step, ...]:
        """The steps that change something."""
        return tuple(step for step in self.steps if step.action is not Action.KEEP)

    @property
    def grants(self) -> tuple[GrantStep, ...]:
        """Every privilege that deploying needs, held or not, each with its GRANT."""
        return tuple(step for step in self.steps if isinstance(step, GrantStep))

    @property
    def other_kinds(self) -> tuple[TableStep, ...]:
        """The tables that would have to change their kind: the plan cannot be applied."""
        return tuple(s for s in self.steps if isinstance(s, TableStep) and s.other_kind)

    @property
    def new_schemas(self) -> tuple[str, ...]:
        """The schemas that it makes: ``catalog.schema``."""
        return tuple(step.subject for step in self.changes if isinstance(step, SchemaStep))

    @property
    def gone(self) -> tuple[str, ...]:
        """The tables that the pipeline makes no longer."""
        tables = (step for step in self.steps if isinstance(step, TableStep))
        return tuple(step.subject for step in tables if step.action is Action.DELETE)

    def why(self, table: str) -> str:
        """What becomes of the table, and why; empty where nothing does."""
        tables = (step for step in self.steps if isinstance(step, TableStep))
        return next((step.detail for step in tables if step.subject == table), "")

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """Tables that would have to be read again in full, and nobody agreed yet."""
        tables = (step.subject for step in self.steps if step.action is Action.REFRESH)
        return tuple(table for table in tables if table not in self.full_refresh)

    @property
    def waiting(self) -> tuple[str, ...]:
        """Tables that an earlier deployment left to be read again, and no run has since."""
        tables = (step for step in self.steps if isinstance(step, TableStep))
        return tuple(step.subject for step in tables if step.action is Action.KEEP)

    @property
    def left_behind(self) -> tuple[str, ...]:
        """Tables that the pipeline would make no longer, and nobody agreed yet."""
        return tuple(table for table in self.gone if table not in self.deleted)


@dataclass(frozen=True, slots=True)
class StepResult:
    """``outcome`` is ``done`` or ``refused``, with the service's words in ``message``."""

    step: Step
    outcome: str = "done"
    message: str = ""


Report = Callable[[StepResult], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """``full_refresh`` are the tables that the next run has to read again in full."""

    pipeline_id: str
    root_path: str
    number: int = 0
    deployed_by: str = ""
    deployed_at: str = ""
    full_refresh: tuple[str, ...] = field(default=())
