"""The app over a workspace that lives in its own process: every page with something on it, without
Spark. ``python -m tests.browser.shop_app PORT`` serves it until it is stopped."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
from streamlit.web import bootstrap

from medallion_core import proposal, run
from medallion_core.check import sampled
from medallion_core.check.sampled import Sample
from medallion_core.deploy import drafts, pipelines
from medallion_core.deploy.drafts import DesignSummary
from medallion_core.deploy.pipelines import Cost, PipelineStanding, RunCounts
from medallion_core.errors import MedallionError
from medallion_core.model import Design, Finding, Profile, Settings, Source
from medallion_core.model.file import dump_design
from medallion_core.profile import Profiled
from medallion_core.run import ExpectationCount, RunEvent, RunStatus, TableRun
from medallion_core.tables.inventory import expected_tables
from tests.pages.conftest import FakeWorkspace, doors, replace_everywhere
from tests.pages.designs import shop_design
from tests.pages.test_deploy import FakeService, serve

ROOT = Path(__file__).parents[2]
BEGAN = datetime(2026, 1, 2, 4, 0, tzinfo=UTC)
PROPOSING_SECONDS = 3.0
EARLIER = [DesignSummary("shop", BEGAN, draft=True, deployed=True)]
STANDING = PipelineStanding(
    "shop",
    ("ada@example.com",),
    pipeline_id="p1",
    deployments=1,
    deployed_at=BEGAN,
    state="IDLE",
    update_id="u2",
    update_state="COMPLETED",
    began_at=BEGAN + timedelta(hours=2),
)


@dataclass
class RunningShop(FakeService):
    """``shop`` is deployed; its first run failed, its second met all criteria."""

    def read_run(self, ws: object, design: Design, *rest: object) -> RunStatus:
        update_id = str(rest[1])
        failed = update_id == "u1"
        self.state = "FAILED" if failed else "COMPLETED"
        status = super().read_run(ws, design, *rest)
        began = BEGAN + timedelta(hours=int(update_id[1:]))
        tables = tuple(
            TableRun(
                name,
                self.state,
                rows_written=12_345,
                expectations=(ExpectationCount("id_present", 12_000, 345),),
                started_at=began,
            )
            for name in expected_tables(design)
        )
        told = RunEvent(
            id="e1",
            at=began,
            level="ERROR" if failed else "INFO",
            type="flow_progress",
            dataset="silver_orders",
            message=f"Flow 'silver_orders' is {self.state}.",
        )
        return RunStatus(
            "p1",
            update_id,
            self.state,
            tables=tables,
            errors=status.errors,
            events=(told,),
            started_at=began,
            ended_at=began + timedelta(seconds=77),
        )

    def list_runs(self, *_: object) -> list[RunStatus]:
        return [self.read_run(None, self.deployed_design(), "p1", u) for u in ("u2", "u1")]

    def list_pipelines(self, _: object) -> list[PipelineStanding]:
        failed = replace(STANDING, pipeline_name="returns", update_id="u1", update_state="FAILED")
        return [STANDING, failed]

    def run_counts(self, _: object, pipeline_id: str, update_id: str) -> RunCounts:
        run = self.read_run(None, self.deployed_design(), pipeline_id, update_id)
        written = sum(table.rows_written for table in run.tables)
        return RunCounts(written, 12_000, 345, len(run.errors))

    def read_costs(self, *_: object) -> dict[str, Cost]:
        raise MedallionError("PERMISSION_DENIED", "You may not read system.billing.usage.")


def propose(
    _: object,
    sources: Sequence[Source],
    settings: Settings,
    *,
    unread: Sequence[Finding],
    tell: Callable[[str], object],
    progress: Callable[[Profiled], object],
) -> Design:
    """Takes a few seconds, as a warehouse would."""
    for done, source in enumerate(sources, 1):
        time.sleep(PROPOSING_SECONDS / len(sources))
        progress(Profiled(source.name, done, len(sources), Profile(12_345, ())))
    tell("Finding keys, references and roles")
    time.sleep(PROPOSING_SECONDS)
    return replace(shop_design(), settings=settings)


def sample(
    _: object, __: object, table: str, *, tell: Callable[[str], object], **___: object
) -> Sample:
    """Takes a few seconds, too."""
    tell("Reading shop.sales.orders: at most 1,000 rows")
    time.sleep(PROPOSING_SECONDS)
    tell(f"Computing the rows of {table}")
    rows = {"order_id": [1, 2, 3], "buyer": ["Ada", None, ""], "amount": [12.5, None, 7.0]}
    return Sample(pa.table(rows), {"shop.sales.orders": 1_000, "shop.sales.buyers": 3}, 1_000)


def unsure_design() -> Design:
    """With a reference that waits for an answer."""
    design = shop_design()
    settings = replace(design.settings, pipeline_name="unsure")
    references = tuple(replace(each, accepted=False) for each in design.references)
    return replace(design, settings=settings, references=references)


def main(port: int) -> None:
    patch, shop, service = pytest.MonkeyPatch(), FakeWorkspace(), RunningShop()
    for module, name, stand_in in doors(shop):
        replace_everywhere(patch, getattr(module, name), stand_in)
    serve(service, patch)
    replace_everywhere(patch, run.list_runs, service.list_runs)
    for name in ("list_pipelines", "run_counts", "read_costs"):
        replace_everywhere(patch, getattr(pipelines, name), getattr(service, name))
    replace_everywhere(patch, proposal.propose, propose)
    replace_everywhere(patch, sampled.sample_table, sample)
    replace_everywhere(patch, drafts.list_designs, lambda _: EARLIER)
    design = shop_design()
    shop.drafts["shop"], service.latest = design, design
    shop.drafts["unsure"] = unsure_design()
    service.deployed.append(dump_design(design))
    service.updates += ["u1", "u2"]
    options = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": True,
        "server.fileWatcherType": "none",
    }
    flags = {name.replace(".", "_"): value for name, value in options.items()}
    bootstrap.load_config_options(flags)
    bootstrap.run(str(ROOT / "app.py"), False, [], flags)


if __name__ == "__main__":
    main(int(sys.argv[1]))
