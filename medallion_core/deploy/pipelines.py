"""All deployed pipelines that a person owns: how each stands, what its latest run did, and what it
has cost."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import KW_ONLY, dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from medallion_core.deploy.manifest import Manifest, read_manifest
from medallion_core.errors import MedallionError
from medallion_core.run import EventLog, read_events
from medallion_core.text.identifiers import quote_literal
from medallion_core.trust import Asker, owned
from medallion_core.workspace import Workspace
from medallion_core.workspace.errors import remote_errors
from medallion_core.workspace.folder import WorkspaceFolder
from medallion_core.workspace.folders import pipelines_folder, subfolders

if TYPE_CHECKING:
    from databricks.sdk.service.pipelines import PipelineStateInfo

COST_DAYS = 30
_AT_ONCE = 8
_A_PAGE = 100
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PipelineStanding:
    """``state`` is the pipeline's, ``update_state`` that of its latest update, both in the words
    of the service; empty where it tells none. ``problem``: why the pipeline cannot be read."""

    pipeline_name: str
    owners: tuple[str, ...] = ()
    _: KW_ONLY
    pipeline_id: str = ""
    deployments: int = 0
    deployed_at: datetime | None = None
    state: str = ""
    update_id: str = ""
    update_state: str = ""
    began_at: datetime | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RunCounts:
    """What an update wrote: rows of all its tables, values of rules that passed and that failed,
    and errors that were logged."""

    rows: int
    passed: int
    failed: int
    errors: int

    @property
    def share_passed(self) -> float | None:
        """None where no rule was evaluated."""
        checked = self.passed + self.failed
        return self.passed / checked if checked else None


@dataclass(frozen=True, slots=True)
class Cost:
    """``dbus`` used, and what they cost by the published price; None where a price is unknown."""

    dbus: Decimal
    price: Decimal | None
    currency: str


def list_pipelines(asker: Asker) -> list[PipelineStanding]:
    """Those that the person owns, the one that ran last first. Their states come by one call for
    all; who owns what is read from each one's folder. One that cannot be read says so."""
    folders = [
        WorkspaceFolder(asker.app, item.path or "")
        for item in subfolders(asker.app, pipelines_folder(asker.app))
    ]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        owned = [*filter(None, pool.map(lambda folder: _standing(asker, folder), folders))]
    states = _states(asker.app) if owned else {}
    known = [_with_state(each, states.get(each.pipeline_id)) for each in owned]
    return sorted(known, key=lambda each: each.began_at or _LONG_AGO, reverse=True)


def run_counts(ws: Workspace, pipeline_id: str, update_id: str) -> RunCounts:
    """What the events of an update tell: a call for each 250 of them."""
    log = EventLog(pipeline_id, update_id)
    read_events(ws, log)
    tables = log.told.tables.values()
    rules = [rule for table in tables for rule in table.expectations]
    return RunCounts(
        sum(table.rows_written for table in tables),
        sum(rule.passed for rule in rules),
        sum(rule.failed for rule in rules),
        len(log.told.errors),
    )


def read_costs(ws: Workspace, pipeline_ids: Collection[str]) -> dict[str, Cost]:
    """What the pipelines used in the last 30 days, by one statement; one that used nothing is left
    out. Billing is told some hours late.

    https://docs.databricks.com/admin/system-tables/billing and .../pricing
    Raises MedallionError where the system tables cannot be read.
    """
    if not pipeline_ids:
        return {}
    return {
        row["pipeline_id"]: Cost(row["dbus"], row["price"], row["currency"] or "")
        for row in ws.query(_costs_statement(pipeline_ids)).to_pylist()
    }


def _costs_statement(pipeline_ids: Iterable[str]) -> str:
    """A price that is not known for all of the usage is none: a part of it would be too little.
    Prices may be published in several currencies, each of which would count the usage once more:
    those in one are taken, in dollars where there are any."""
    listed = ", ".join(quote_literal(each) for each in sorted(pipeline_ids))
    known = "count(price.currency_code) = count(*)"
    cost = "sum(used.usage_quantity * price.pricing.effective_list.default)"
    currency = (
        "coalesce(max(currency_code) FILTER (WHERE currency_code = 'USD'), max(currency_code))"
    )
    return f"""
SELECT used.usage_metadata.dlt_pipeline_id AS pipeline_id, sum(used.usage_quantity) AS dbus,
  CASE WHEN {known} THEN {cost} END AS price, max(price.currency_code) AS currency
FROM system.billing.usage AS used LEFT JOIN (
  SELECT * FROM system.billing.list_prices
  WHERE currency_code = (SELECT {currency} FROM system.billing.list_prices)
) AS price
  ON price.sku_name = used.sku_name AND price.cloud = used.cloud
  AND price.usage_unit = used.usage_unit AND used.usage_start_time >= price.price_start_time
  AND (price.price_end_time IS NULL OR used.usage_start_time < price.price_end_time)
WHERE used.usage_unit = 'DBU' AND used.usage_date >= current_date() - INTERVAL {COST_DAYS} DAYS
  AND used.usage_metadata.dlt_pipeline_id IN ({listed})
GROUP BY used.usage_metadata.dlt_pipeline_id"""


def _standing(asker: Asker, folder: WorkspaceFolder) -> PipelineStanding | None:
    """None for what was never deployed, and for what belongs to others."""
    owners = owned(asker, folder)
    if owners is None:
        return None
    try:
        manifest = read_manifest(folder)
    except MedallionError as error:
        return PipelineStanding(folder.path.rpartition("/")[2], problem=error.message)
    return _deployed(manifest, owners) if manifest is not None else None


def _deployed(manifest: Manifest, owners: tuple[str, ...]) -> PipelineStanding:
    last = manifest.history[-1] if manifest.history else None
    return PipelineStanding(
        manifest.pipeline_name,
        owners,
        pipeline_id=manifest.pipeline_id,
        deployments=manifest.number,
        deployed_at=datetime.fromisoformat(last.at) if last else None,
    )


def _states(ws: Workspace) -> dict[str, PipelineStateInfo]:
    with remote_errors("Listing the pipelines"):
        found = list(ws.client.pipelines.list_pipelines(max_results=_A_PAGE))
    return {each.pipeline_id or "": each for each in found}


def _with_state(standing: PipelineStanding, now: PipelineStateInfo | None) -> PipelineStanding:
    if now is None:
        gone = "The workspace has no such pipeline any more." if standing.pipeline_id else ""
        return replace(standing, problem=standing.problem or gone)
    standing = replace(standing, state=now.state.value if now.state else "")
    if not now.latest_updates:
        return standing
    latest = now.latest_updates[0]
    return replace(
        standing,
        update_id=latest.update_id or "",
        update_state=latest.state.value if latest.state else "",
        began_at=_moment(latest.creation_time),
    )


def _moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
