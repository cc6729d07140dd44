"""Runs the flows of one table: reads, applies the rules, writes, counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyspark.pipelines.flow import AutoCdcFlow, Flow
from pyspark.sql import DataFrame, Observation

from local_workspace.catalog.metastore import Table
from local_workspace.lakeflow import cdc, planning, snapshots
from local_workspace.lakeflow.columns import conform, generate
from local_workspace.lakeflow.execution import Execution, Report
from local_workspace.lakeflow.expectations import INPUT, OUTPUT
from local_workspace.lakeflow.graph import AnyFlow, Kind, SnapshotFlow
from local_workspace.lakeflow.nodes import Node
from local_workspace.lakeflow.sources import flow_frame
from local_workspace.lakeflow.tally import Tally
from local_workspace.lakeflow.unchanged import fingerprint

Planned = Callable[[str, dict[str, Any]], None]
"""Hears how a materialized view is refreshed: the technique, and the event's details."""


def run_flow(
    execution: Execution, node: Node, flow: AnyFlow, report: Report, planned: Planned
) -> None:
    """Runs one flow to its end. Raises what Spark or Lakeflow would."""
    if isinstance(flow, SnapshotFlow):
        snapshots.run_snapshot(execution, node, flow, report)
    elif isinstance(flow, AutoCdcFlow):
        cdc.run_cdc(execution, node, flow, report)
    elif node.dataset.kind is Kind.MATERIALIZED_VIEW:
        _run_view(execution, node, flow, report, planned)
    elif flow.name.lower() in execution.definitions.once:
        _run_once(execution, node, flow, report)
    else:
        _run_append(execution, node, flow, report)


def _run_append(execution: Execution, node: Node, flow: Flow, report: Report) -> None:
    reads = execution.reads(flow)
    frame = flow_frame(flow, reads)
    tally = Tally(execution.rules(node), reads.views)
    state = execution.state(flow)
    shaped = _shaped(execution, node, flow, frame, tally, None)
    versions = execution.stream(flow, reads, shaped, tally)
    execution.check(flow, tally, lambda: state.read_staged(execution.spark))
    state.commit(Path(execution.tables.get(node.name).location), versions)
    for rows, quality in tally.batches or [({}, None)]:
        report({"num_output_rows": int(rows.get("rows") or 0)}, quality)


def _run_view(
    execution: Execution, node: Node, flow: Flow, report: Report, planned: Planned
) -> None:
    """Computes a materialized view again, unless nothing that it shows can have changed."""
    kept = execution.state(flow).folder / "fingerprint"
    functions, tables = _shown(execution, node)
    found = fingerprint(functions, tables, execution.job.code)
    changed = not (found and kept.exists() and kept.read_text() == found)
    plan = planning.plan_of(node)
    issues = planning.issues(node, plan, tables)
    planning.require_policy(node, issues)
    planned(*planning.planning(plan, tables, issues, first=not kept.exists(), changed=changed))
    if not changed:
        report({"num_output_rows": 0}, None)
        return
    _write_batch(execution, node, flow, report, execution.tables.rewrite_location(node.name))
    kept.write_text(found)


def _shown(execution: Execution, node: Node) -> tuple[list[Callable[..., Any]], list[Table]]:
    """The functions and the tables that a node's rows come from."""
    functions = [flow.func for flow in node.dataset.flows if isinstance(flow, Flow)]
    names = {*execution.graph.external_tables(node), *execution.graph.upstream_tables(node)}
    for name in node.inputs:
        if not execution.graph.nodes[name].is_table:
            functions += _shown(execution, execution.graph.nodes[name])[0]
    return functions, [execution.tables.get(name) for name in sorted(names)]


def _run_once(execution: Execution, node: Node, flow: Flow, report: Report) -> None:
    done = execution.state(flow).folder / "done"
    if done.exists():
        report({"num_output_rows": 0}, None)
        return
    _write_batch(execution, node, flow, report, None)
    done.parent.mkdir(parents=True, exist_ok=True)
    done.touch()


def _write_batch(
    execution: Execution, node: Node, flow: Flow, report: Report, location: Path | None
) -> None:
    """Computes all rows. With a location they replace the table's, without they are added."""
    reads = execution.reads(flow)
    frame = flow_frame(flow, reads)
    tally = Tally(execution.rules(node), reads.views)
    state = execution.state(flow)
    state.prepare()
    observations = {name: Observation(name) for name in (INPUT, OUTPUT)}
    shaped = _shaped(execution, node, flow, frame, tally, observations)
    shaped.write.parquet(str(state.staging))
    tally.add({name: found.get for name, found in {**observations, **reads.observed}.items()})
    execution.check(flow, tally, lambda: state.read_staged(execution.spark))
    state.commit(location or Path(execution.tables.get(node.name).location), {})
    if location is not None:
        execution.tables.switch(node.name, location, in_place=True)
    (rows, quality) = tally.batches[-1]
    report({"num_output_rows": int(rows.get("rows") or 0)}, quality)


def _shaped(
    execution: Execution,
    node: Node,
    flow: AnyFlow,
    frame: DataFrame,
    tally: Tally,
    batch: dict[str, Observation] | None,
) -> DataFrame:
    """Counts, drops, and brings the rows into the table's columns."""
    observed: Any = batch or {INPUT: INPUT, OUTPUT: OUTPUT}
    rules = tally.own
    seen = frame.observe(observed[INPUT], *rules.seen())
    generated = node.schema.generated if node.schema else {}
    kept = rules.keep(generate(seen, generated))
    # As they were analysed: to ask Spark again is to have it analyse the query again.
    given = [*node.flow_schemas[str(flow.name)].names, *generated]
    shaped = conform(kept, execution.columns(node), given)
    return shaped.observe(observed[OUTPUT], *rules.written())
