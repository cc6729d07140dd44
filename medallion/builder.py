"""The way in: sources to a design, a design to a plan, a plan to a running star."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from medallion.code import Code
from medallion.design import Design
from medallion.editors import as_settings
from medallion.progress import Progress, notebook
from medallion.results import Deployed, Plan, Run, run_of
from medallion.sources import Sources
from medallion_core import builder as core
from medallion_core.check.sampled import SAMPLED, SHOWN
from medallion_core.deploy import (
    deployed,
    deployed_design,
    deployed_pipeline,
    past_deployments,
    past_design,
)
from medallion_core.deploy.owners import let_in, take_out
from medallion_core.deploy.permit import folder_of
from medallion_core.edit.drift import Drift
from medallion_core.edit.refusals import entity_of
from medallion_core.errors import MedallionError
from medallion_core.job import Order, Outcome, Wish
from medallion_core.model import Design as Data
from medallion_core.model import Settings, Source
from medallion_core.profile import BrokenRows, count_broken_rows
from medallion_core.repair import Fix, agreed_beforehand, apply_fix
from medallion_core.run import RunStatus, list_runs
from medallion_core.tables.inventory import given_up
from medallion_core.text.diff import text_diff
from medallion_core.text.identifiers import quote_name, snake_case
from medallion_core.trust import AuditEntry, CodeChange, own_asker, read_audit, read_owners
from medallion_core.workspace import Rows, connect
from medallion_core.workspace.spark import Spark, SparkSession


class Builder(Sources):
    """Builds in the workspace that the notebook runs in, or that ``profile`` or the environment
    names, as whoever is signed in there.

    SQL runs in ``spark``, by default the notebook's own, unless a ``warehouse`` is named, by its
    id or its name.
    """

    def __init__(
        self, spark: SparkSession | None = None, *, profile: str = "", warehouse: str = ""
    ) -> None:
        session = spark if spark is not None or warehouse else _notebook_spark()
        engine = Spark(session) if session is not None else None
        self._workspace = connect(profile=profile, warehouse=warehouse, sql=engine)
        self._core = core.Builder(own_asker(self._workspace))
        self._seen: dict[str, list[CodeChange]] = {}

    def __repr__(self) -> str:
        return f"Builder({self._workspace.host!r})"

    # ── From sources to a running star ───────────────────────────────────────────────────────

    def propose(
        self, *sources: str | Source, catalog: str, schema: str, name: str = "", **settings: Any
    ) -> Design:
        """A star over the sources, to be published to ``catalog.schema``.

        ``name`` is the pipeline's, by default made from the schema's. ``settings`` are further
        ones of ``medallion_core.model.Settings``.
        """
        given = self.tables(*(each for each in sources if isinstance(each, str)))
        given += [each for each in sources if isinstance(each, Source)]
        if not given:
            raise MedallionError("NO_SOURCES", "There is no source.", "Name a table or a schema.")
        wanted = Settings(name or snake_case(schema), catalog, schema, **as_settings(settings))
        progress = Progress()
        proposed = self._core.propose(given, wanted, tell=progress.tell, progress=progress.count)
        return self._opened(proposed)

    def preview(
        self, design: Design, table: str, *, sampled: int = SAMPLED, shown: int = SHOWN
    ) -> Code:
        """As ``design.preview``, for a design of whatever origin. Writes nothing.

        Raises MedallionError TABLE_NOT_FOUND.
        """
        return self._opened(design.data).preview(table, sampled=sampled, shown=shown)

    def drift(self, design: Design) -> list[Drift]:
        """What has changed at the sources since the design was made, column by column;
        ``design.follow`` takes it over."""
        return self._core.drift(design.data)

    def broken_rows(self, design: Design, table: str) -> BrokenRows:
        """How many of today's rows of a source's table break each of its rules."""
        return count_broken_rows(self._workspace, entity_of(design.data, table))

    def plan(
        self,
        design: Design,
        *,
        overwrite: Sequence[str] = (),
        full_refresh: Sequence[str] = (),
        deleted: Sequence[str] = (),
    ) -> Plan:
        """What deploying would do. Reads only.

        ``overwrite`` names files that somebody edited and that may be replaced, ``full_refresh``
        tables that may be read again in full, ``deleted`` those that may be made no longer.
        """
        order = Order(
            overwrite=tuple(overwrite), full_refresh=tuple(full_refresh), deleted=tuple(deleted)
        )
        return Plan(self._core.plan(design.data, order))

    def deploy(self, plan: Plan | Design) -> Deployed:
        """Carries out exactly this plan; of a design, the plan that is made now."""
        planned = plan if isinstance(plan, Plan) else self.plan(plan)
        design = planned.data.design
        done = self._core.carry_out(
            design,
            Order(
                run=None,
                full_refresh=planned.data.full_refresh,
                deleted=planned.data.deleted,
            ),
            plan=planned.data,
            tell=Progress().tell,
        )
        return Deployed(self._opened(design), done.deployment, self.run)

    def run(
        self,
        design: Design,
        *,
        repair: int = 0,
        accept: Sequence[str] = (),
        full_refresh: bool = False,
    ) -> Run:
        """Runs what is deployed, to the verdict.

        With ``repair`` what fails is mended, deployed and run again up to so many times; what is
        not safe only where ``accept`` names its code, or ``CODE:TABLE`` for one table alone.
        ``full_refresh`` reads everything again.
        """
        order = Order(deploy=repair > 0, rounds=repair, run=Wish(all_again=full_refresh))
        consent = agreed_beforehand(accept, "agreed beforehand", rounds=repair)
        tell = Progress().tell
        return self._ran(self._core.carry_out(design.data, order, consent=consent, tell=tell))

    def stop(self, design: Design) -> None:
        """Stops the update that runs."""
        self._core.stop(design.name)

    # ── Code that was changed by hand ────────────────────────────────────────────────────────

    def code_changes(self, name: str) -> Code:
        """The files of a deployed pipeline that somebody changed by hand, each as a diff: nothing
        runs or is deployed until an owner has accepted them, or overwrites them."""
        deployed = self.deployed(name).bundle()
        changes = self._seen[name] = self._core.code_changes(name)
        return Code({each.path: _by_hand(deployed, each) for each in changes})

    def accept_code(self, name: str, *paths: str, consent: bool = False) -> Code:
        """Lets the named files run exactly as ``code_changes`` showed them, and gives what was
        accepted.

        Raises MedallionError CONSENT_NEEDED where ``consent`` is not given, FILE_NOT_CHANGED, and
        NOT_OWNER.
        """
        changes = self._core.code_changes(name, paths) if paths else []
        if changes and not consent:
            listed = ", ".join(each.path for each in changes)
            raise MedallionError(
                "CONSENT_NEEDED",
                f"{listed} would run as somebody changed it by hand.",
                f"Look at builder.code_changes({name!r}), then agree: consent=True.",
            )
        unseen = [each.path for each in changes if each not in self._seen.get(name, ())]
        if unseen:
            raise MedallionError(
                "CONSENT_NEEDED",
                f"{', '.join(unseen)} is not as builder.code_changes showed it.",
                f"Look at builder.code_changes({name!r}) again, then agree.",
            )
        if changes:
            self._core.accept_code(name, changes)
        deployed = self.deployed(name).bundle()
        return Code({each.path: _by_hand(deployed, each) for each in changes})

    # ── What is deployed ─────────────────────────────────────────────────────────────────────

    def status(self, design: Design) -> Run:
        """How the latest update stands, judged now by what is deployed, with what failed and what
        mends it: also of a run that somebody else started. Raises MedallionError NOT_DEPLOYED or
        NEVER_RUN."""
        deployed, status, judged = self._core.status(design.name)
        found = tuple(self._core.diagnose(deployed, status.errors))
        return Run(self._opened(deployed), status, judged, found, self._mend)

    def runs(self, design: Design, limit: int = 15) -> list[RunStatus]:
        """The pipeline's past updates, newest first, without their tables."""
        pipeline_id = deployed_pipeline(self._workspace, design.data)
        return list_runs(self._workspace, pipeline_id, limit)

    def owners(self, name: str) -> list[str]:
        """Who may deploy and run the pipeline, by e-mail or application id."""
        return list(read_owners(folder_of(self._core.asker, name)))

    def let_in(self, name: str, person: str) -> None:
        """Makes ``person`` an owner. Raises MedallionError NOT_OWNER or INVALID_NAME."""
        let_in(self._core.asker, name, person)

    def take_out(self, name: str, person: str) -> None:
        """``person`` owns it no longer. Raises MedallionError NOT_OWNER or LAST_OWNER."""
        take_out(self._core.asker, name, person)

    def audit(self, name: str, limit: int = 50) -> list[AuditEntry]:
        """What was done to the pipeline and for whom, newest first."""
        return read_audit(folder_of(self._core.asker, name), limit)

    def deployed(self, name: str) -> Design:
        """The design of the pipeline's latest deployment. Raises MedallionError NOT_DEPLOYED."""
        return self._opened(deployed_design(self._workspace, name))

    def history(self, name: str) -> list[int]:
        """The numbers of the pipeline's deployments, newest first."""
        return [each.number for each in past_deployments(self._workspace, name)]

    def earlier(self, name: str, number: int) -> Design:
        """The design of an earlier deployment, to be deployed again."""
        return self._opened(past_design(self._workspace, name, number))

    def result(self, design: Design, table: str, limit: int = 20) -> Rows:
        """Some rows of a table that the pipeline made."""
        deployed(self._workspace, design.data)
        settings = design.data.settings
        name = quote_name(settings.catalog, settings.schema, table)
        return self._workspace.query(f"SELECT * FROM {name} LIMIT {int(limit)}")

    def _mend(self, design: Design, fix: Fix) -> Run:
        mended = apply_fix(design.data, fix, self._core.asker.name)
        order = Order(after=(fix,), deleted=given_up(design.data, mended))
        return self._ran(self._core.carry_out(mended, order, tell=Progress().tell))

    def _opened(self, data: Data) -> Design:
        """A design that knows where its rows can be computed."""
        return Design(data, self._core.sample)

    def _ran(self, outcome: Outcome) -> Run:
        return run_of(outcome, self._opened(outcome.design), self._mend)


def _by_hand(deployed: Mapping[str, str], change: CodeChange) -> str:
    before = deployed.get(change.path, "")
    return text_diff(before, change.text, "deployed", "there now") or change.how


def _notebook_spark() -> SparkSession | None:
    """The session that a notebook of Databricks has as ``spark``."""
    shell = notebook()
    session: SparkSession | None = shell.user_ns.get("spark") if shell else None
    return session
