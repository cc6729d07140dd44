"""Deployments and runs of the pipelines of ``scenes``, each by its own; a name is its id."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from databricks.sdk.service.pipelines import UpdateInfo, UpdateInfoState

from medallion_core.deploy import Deployment, Plan, StepResult
from medallion_core.deploy.drafts import DesignSummary
from medallion_core.deploy.manifest import Manifest, PastDeployment
from medallion_core.deploy.pipelines import Cost, PipelineStanding, RunCounts
from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.run import Criterion, RunStatus, Verdict
from medallion_core.trust import Asker
from medallion_core.workspace.folder import WorkspaceFolder
from tests.browser.scenes import BEGAN, Scene, first_steps, update_name
from tests.pages.designs import shop_design
from tests.pages.test_deploy import NAMES, FakeService, plan_of

STEP_SECONDS = 0.1
NEWCOMER = "new@example.com"
"""Who has nothing yet."""


class RunningShop(FakeService):
    """One that is not among the scenes is a shop that was never deployed."""

    def __init__(self, known: Mapping[str, Scene]) -> None:
        super().__init__()
        self.known = dict(known)

    def scene(self, name: str) -> Scene:
        return self.known.setdefault(name, Scene(shop_design()))

    # ── Deployments ──────────────────────────────────────────────────────────────────────────

    def plan_deploy(self, _: object, design: Design, **order: Any) -> Plan:
        name = design.settings.pipeline_name
        scene = self.scene(name)
        steps = scene.steps or (() if scene.updates is not None else first_steps(design))
        agreed = order.get("full_refresh", ())
        return replace(plan_of(design, *steps), full_refresh=tuple(agreed))

    def apply_plan(self, _: object, plan: Plan, report: Callable[[Any], None]) -> Deployment:
        for step in plan.changes:
            time.sleep(STEP_SECONDS)
            report(StepResult(step))
        name = plan.design.settings.pipeline_name
        self.known[name] = Scene(plan.design, self.scene(name).updates or [])
        return Deployment(pipeline_id=name, root_path=plan.root_path)

    def find_deployment(self, _: object, name: str) -> Deployment | None:
        there = self.scene(name).updates is not None
        return Deployment(pipeline_id=name, root_path="/Workspace/x") if there else None

    def find(self, *asked: object) -> Deployment:
        _, design = asked
        assert isinstance(design, Design)
        name = design.settings.pipeline_name
        return Deployment(pipeline_id=name, root_path="/Workspace/x")

    def find_manifest(self, _: object, name: str) -> Manifest | None:
        if self.scene(name).updates is None:
            return None
        history = tuple(reversed(self.past_deployments(_, name)))
        return Manifest(name, pipeline_id=name, number=len(history), history=history)

    def deployed_design(self, _: object, name: str) -> Design:
        return self.scene(name).design

    def past_deployments(self, _: object, name: str) -> list[PastDeployment]:
        del name
        at = [(BEGAN - timedelta(days=days)).isoformat() for days in (0, 3)]
        return [PastDeployment(2, "ada@example.com", at[0]), PastDeployment(1, "ben", at[1])]

    def past_design(self, _: object, name: str, number: int) -> Design:
        design = self.scene(name).design
        return design if number == 2 else replace(design, references=())

    # ── Runs ─────────────────────────────────────────────────────────────────────────────────

    def start_run(self, _: object, name: str, **__: object) -> str:
        updates = self.scene(name).updates
        assert updates is not None
        updates.append("RUNNING")
        return update_name(len(updates), name)

    def read_run(self, _: object, design: Design, *rest: object) -> RunStatus:
        name, update_id = map(str, rest[:2])
        return self.scene(name).status(update_id, design)

    def watch_run(self, *asked: Any, **_: object) -> Iterator[RunStatus]:
        """It goes on as long as the app does."""
        while True:
            yield self.read_run(*asked)
            time.sleep(1)

    def latest_update(self, *asked: object) -> UpdateInfo | None:
        _, name = asked
        updates = self.scene(str(name)).updates
        if not updates:
            return None
        began = BEGAN + timedelta(hours=len(updates))
        moment = int(began.timestamp() * 1000)
        state = UpdateInfoState(updates[-1])
        return UpdateInfo(
            update_id=update_name(len(updates), str(name)), state=state, creation_time=moment
        )

    def active_update(self, *asked: object) -> str | None:
        latest = self.latest_update(*asked)
        goes_on = latest is not None and latest.state is UpdateInfoState.RUNNING
        return latest.update_id if goes_on and latest else None

    def verdict(self, *asked: object) -> Verdict:
        _, design, name, update_id = asked
        assert isinstance(design, Design)
        failed = self.scene(str(name)).status(str(update_id), design).errors
        kept = (NAMES[0], NAMES[4])
        return Verdict(tuple(Criterion(n, not failed or n in kept, _seen(n)) for n in NAMES))

    def list_runs(self, _: object, name: str, *__: object) -> list[RunStatus]:
        scene = self.scene(name)
        numbers = range(len(scene.updates or ()), 0, -1)
        return [scene.status(update_name(number, name), scene.design) for number in numbers]

    # ── All pipelines ────────────────────────────────────────────────────────────────────────

    def list_pipelines(self, who: Asker) -> list[PipelineStanding]:
        if who.name == NEWCOMER:
            return []
        mine = {name: scene for name, scene in self.known.items() if not scene.whose}
        return [_standing(name, each) for name, each in mine.items() if each.updates is not None]

    def run_counts(self, _: object, name: str, update_id: str) -> RunCounts:
        status = self.scene(name).status(update_id, self.scene(name).design)
        written = sum(table.rows_written for table in status.tables)
        return RunCounts(written, 12_000, 345, len(status.errors))

    def read_costs(self, *_: object) -> dict[str, Cost]:
        raise MedallionError("PERMISSION_DENIED", "You may not read system.billing.usage.")

    def list_designs(self, who: Asker) -> list[DesignSummary]:
        if who.name == NEWCOMER:
            return []
        return [
            DesignSummary(name, BEGAN, draft=True, deployed=scene.updates is not None)
            for name, scene in self.known.items()
            if not scene.whose
        ]

    def owners(self, folder: WorkspaceFolder) -> tuple[str, ...]:
        name = folder.path.rsplit("/", 1)[-1]
        scene = self.scene(name)
        return (scene.whose or "ada@example.com",) if scene.updates is not None else ()

    def permit(self, who: Asker, name: str, *_: object) -> None:
        """In the words of the trust room."""
        if whose := self.scene(name).whose:
            raise MedallionError(
                "NOT_OWNER",
                f"{who.name} may not see {name}: the pipeline belongs to {whose}.",
                "Ask an owner to add you on the Deploy page.",
            )


def _seen(name: str) -> str:
    return f"{name}, as the service says."


def _standing(name: str, scene: Scene) -> PipelineStanding:
    updates = scene.updates or []
    state = updates[-1] if updates else ""
    return PipelineStanding(
        name,
        ("ada@example.com",),
        pipeline_id=name,
        deployments=2,
        deployed_at=BEGAN,
        state="RUNNING" if state == "RUNNING" else "IDLE",
        update_id=update_name(len(updates), name) if updates else "",
        update_state=state,
        began_at=BEGAN + timedelta(hours=len(updates)) if updates else None,
    )
