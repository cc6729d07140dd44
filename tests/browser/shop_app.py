"""The app over a workspace that lives in its own process: every page in every state, without Spark.
``python -m tests.browser.shop_app PORT`` serves it until it is stopped.

The header of an e-mail says who comes: here everybody is believed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from streamlit.web import bootstrap

from medallion_core import browse, profile, proposal, run, trust
from medallion_core.browse import TableSummary
from medallion_core.check import sampled
from medallion_core.check.sampled import Sample
from medallion_core.deploy import drafts, permit, pipelines
from medallion_core.errors import MedallionError
from medallion_core.model import (
    ColumnProfile,
    Design,
    Entity,
    Finding,
    Profile,
    Settings,
    Source,
    TableName,
    TableType,
    ValueCount,
)
from medallion_core.profile import BrokenRows, Profiled
from medallion_core.trust import Asker, Mode, asker_in_app
from pages.components.sources import catalog
from tests.browser.scenes import scenes
from tests.browser.shop_service import NEWCOMER, RunningShop
from tests.pages.conftest import FakeWorkspace, doors, replace_everywhere
from tests.pages.designs import TABLES, shop_design
from tests.pages.test_deploy import serve

ROOT = Path(__file__).parents[2]
PROPOSING_SECONDS = 3.0
UNKNOWN, OFFLINE = "nobody@example.com", "offline@example.com"
"""Who comes without a token, and who comes where no workspace is connected."""

WIDE, MANY = "wide", 300
"""A schema, and how many tables it has."""


# ── What a person sees ───────────────────────────────────────────────────────────────────────


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


def count_broken_rows(_: object, entity: Entity, tell: Callable[[str], object]) -> BrokenRows:
    """It does as well."""
    tell(f"Counting the rows of {entity.name}")
    time.sleep(PROPOSING_SECONDS)
    return BrokenRows(12_345, {rule.name: 345 for rule in entity.rules}, 345)


def profile_sources(_: object, sources: Sequence[Source]) -> list[Profile]:
    return [
        Profile(12_345, tuple(_column_profile(each.name) for each in source.columns))
        for source in sources
    ]


def _column_profile(name: str) -> ColumnProfile:
    frequent = tuple(ValueCount(f"value {n}", 900 - 250 * n) for n in range(3))
    return ColumnProfile(name, 345, 1_204, minimum="1", maximum="9,999", frequent=frequent)


def list_tables(_: object, schema_catalog: str, schema: str) -> list[TableSummary]:
    wide = [f"erp_table_of_the_department_{number:03}" for number in range(MANY)]
    names = {"sales": list(TABLES), WIDE: wide}.get(schema, [])
    return [
        TableSummary(
            TableName(schema_catalog, schema, name),
            TableType.MANAGED,
            "DELTA",
            "Loaded each night from the shop system; one row for each order line.",
            column_count=24,
        )
        for name in names
    ]


def asker_of(shop: FakeWorkspace) -> Callable[..., Asker]:
    """Who a header names, and what is said to those whom nobody can name."""

    def found(token: str | None, *, said_to_be: str = "") -> Asker:
        if said_to_be == UNKNOWN:
            return asker_in_app(token, environment={"DATABRICKS_APP_NAME": "medallion"})
        if said_to_be == OFFLINE:
            raise MedallionError(
                "NOT_CONNECTED",
                "No Databricks workspace is connected.",
                "Set DATABRICKS_HOST and credentials, run `databricks auth login`, "
                "or start a local one: python -m local_workspace.",
            )
        person: Any = replace(shop, user_name=said_to_be or shop.user_name)
        return Asker(person, person, person.user_name, Mode.SELF)

    return found


def open_doors(patch: pytest.MonkeyPatch, shop: FakeWorkspace, service: RunningShop) -> None:
    for module, name, stand_in in doors(shop):
        replace_everywhere(patch, getattr(module, name), stand_in)
    serve(service, patch)
    others: dict[Any, Callable[..., Any]] = {
        run.list_runs: service.list_runs,
        run.watch_run: service.watch_run,
        run.active_update: service.active_update,
        pipelines.list_pipelines: service.list_pipelines,
        pipelines.run_counts: service.run_counts,
        pipelines.read_costs: service.read_costs,
        proposal.propose: propose,
        sampled.sample_table: sample,
        profile.count_broken_rows: count_broken_rows,
        drafts.list_designs: service.list_designs,
        permit.permit_look: service.permit,
        permit.permit: lambda who, design, *_, **__: service.permit(
            who, design.settings.pipeline_name
        ),
        browse.list_catalogs: lambda ws: [] if ws.user_name == NEWCOMER else ["attic", "shop"],
        browse.list_schemas: lambda *_: ["empty", "sales", WIDE],
        browse.list_tables: list_tables,
        browse.sample_rows: lambda *_: pa.table({"id": [1, 2, None], "amount": [9.5, None, 3]}),
        catalog.profile_sources: profile_sources,
        trust.read_owners: service.owners,
        asker_in_app: asker_of(shop),
    }
    for original, stand_in in others.items():
        replace_everywhere(patch, original, stand_in)


def main(port: int) -> None:
    known = scenes()
    shop, service = FakeWorkspace(), RunningShop(known)
    shop.drafts |= {name: scene.design for name, scene in known.items()}
    open_doors(pytest.MonkeyPatch(), shop, service)
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
