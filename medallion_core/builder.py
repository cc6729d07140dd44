"""Everything that is built in a workspace, for who asks: the one way that the app, the command line
and the notebook go. They differ in what they show.

Sources are read as the person who asks. What changes a workspace asks first whether it may be done
for them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

from medallion_core.browse import read_again
from medallion_core.check.sampled import SAMPLED, SHOWN, Sample, sample_table
from medallion_core.deploy import Plan, deployed_design, deployed_pipeline
from medallion_core.deploy.manifest import Manifest
from medallion_core.deploy.permit import accept_changes, code_changes, permit_look
from medallion_core.edit.drift import Drift, find_drift
from medallion_core.errors import MedallionError
from medallion_core.job import Order, Outcome, Tell, do_job, plan_job, stop_job
from medallion_core.model import Design, Finding, Settings, Source
from medallion_core.proposal import Progress, propose
from medallion_core.proposal import Tell as TellLine
from medallion_core.repair import Consent, Diagnosis, diagnose, gather_evidence, nobody, silent
from medallion_core.run import RunError, RunStatus, Verdict, latest_update, read_run, verdict
from medallion_core.trust import Asker, CodeChange


class Builder:
    """The use cases, for ``asker``. Raises what they raise: each says so."""

    def __init__(self, asker: Asker) -> None:
        self.asker = asker

    # ── What is read, as who asks ────────────────────────────────────────────────────────────

    def propose(
        self,
        sources: Sequence[Source],
        settings: Settings,
        *,
        unread: Sequence[Finding] = (),
        tell: TellLine = silent,
        progress: Progress = silent,
    ) -> Design:
        """A star over the sources: see ``medallion_core.proposal``."""
        person = self.asker.person
        return propose(person, sources, settings, unread=unread, tell=tell, progress=progress)

    def sample(
        self,
        design: Design,
        table: str,
        *,
        sampled: int = SAMPLED,
        shown: int = SHOWN,
        tell: TellLine = silent,
    ) -> Sample:
        """Rows that the generated code gives on samples: see ``check.sampled``."""
        person = self.asker.person
        return sample_table(person, design, table, sampled=sampled, shown=shown, tell=tell)

    def drift(self, design: Design) -> list[Drift]:
        """What has changed at the sources since the design was made. One statement for all tables,
        one more for each folder of files; topics are not asked."""
        reads = [read for entity in design.entities for read in entity.reads]
        now = iter(read_again(self.asker.person, reads))
        found: list[Drift] = []
        for entity in design.entities:
            sources = [source for source in islice(now, len(entity.reads)) if source]
            found += find_drift(entity, sources) if sources else []
        return found

    # ── What changes a workspace ─────────────────────────────────────────────────────────────

    def plan(self, design: Design, order: Order) -> Plan:
        """What the order would do: see ``plan_job``."""
        return plan_job(self.asker, design, order)

    def carry_out(
        self,
        design: Design,
        order: Order,
        *,
        plan: Plan | None = None,
        consent: Consent = nobody,
        tell: Tell = silent,
        keep: Callable[[Design], None] = silent,
    ) -> Outcome:
        """Deploys, runs and mends as the order says: see ``do_job``."""
        return do_job(self.asker, design, order, plan=plan, consent=consent, tell=tell, keep=keep)

    def stop(self, pipeline_name: str) -> None:
        """Stops the update that runs: see ``stop_job``."""
        stop_job(self.asker, pipeline_name)

    # ── Code that was changed by hand ────────────────────────────────────────────────────────

    def code_changes(
        self, pipeline_name: str, paths: Sequence[str] = (), manifest: Manifest | None = None
    ) -> list[CodeChange]:
        """The files of code that no owner deployed or accepted; of ``paths`` each has to be one.
        For owners. ``manifest`` is what was deployed, for who has just read it.

        Raises MedallionError FILE_NOT_CHANGED, and NOT_OWNER.
        """
        changes = code_changes(self.asker, pipeline_name, manifest)
        unknown = set(paths) - {each.path for each in changes}
        if unknown:
            raise MedallionError(
                "FILE_NOT_CHANGED",
                f"{', '.join(sorted(unknown))} is as it was deployed, or is not code of "
                f"{pipeline_name}.",
                "Name files as the refusal names them: src/silver/orders.py.",
            )
        return [each for each in changes if not paths or each.path in paths]

    def accept_code(self, pipeline_name: str, changes: Sequence[CodeChange]) -> None:
        """Lets these files run exactly as they were seen; others still stop it. Raises
        MedallionError NOT_OWNER."""
        accept_changes(self.asker, pipeline_name, changes)

    # ── How it stands ────────────────────────────────────────────────────────────────────────

    def status(self, pipeline_name: str) -> tuple[Design, RunStatus, Verdict]:
        """The design that is deployed, the latest update, and how that is judged by it now. For
        owners.

        Raises MedallionError NOT_DEPLOYED, NEVER_RUN, and NOT_OWNER.
        """
        permit_look(self.asker, pipeline_name)
        ws = self.asker.app
        design = deployed_design(ws, pipeline_name)
        pipeline_id = deployed_pipeline(ws, design)
        latest = latest_update(ws, pipeline_id)
        if latest is None or not latest.update_id:
            raise MedallionError("NEVER_RUN", "The pipeline has not run yet.", "Start it.")
        run = read_run(ws, design, pipeline_id, latest.update_id)
        return design, run, verdict(ws, design, pipeline_id, latest.update_id)

    def diagnose(self, design: Design, errors: Sequence[RunError]) -> list[Diagnosis]:
        """What each error of a run means, and what mends it. The evidence costs a few statements;
        sources are looked at as who asks. For owners: raises MedallionError NOT_OWNER."""
        who = self.asker
        permit_look(who, design.settings.pipeline_name)
        return diagnose(design, errors, gather_evidence(who.app, design, errors, person=who.person))
