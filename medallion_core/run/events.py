"""The events of one update, read as the state of its tables. Pure: JSON in, data out.

The shape is that of ``GET /api/2.0/pipelines/{id}/events``: the SDK's own event class has no
``details``, so events come here as the dictionaries that the service sends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import datetime
from typing import Any

from medallion_core.run.planning import Planning, read_planning
from medallion_core.text import sql
from medallion_core.workspace.errors import error_class

Json = Mapping[str, Any]

FINAL_FLOW_STATES = frozenset({"COMPLETED", "FAILED", "SKIPPED", "STOPPED", "EXCLUDED"})


@dataclass(frozen=True, slots=True)
class ExpectationCount:
    """Rows that passed and failed one expectation, over all micro-batches of the update."""

    name: str
    passed: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class TableRun:
    """One dataset in one update. Rows are those this update wrote, not those the table holds."""

    name: str
    state: str = "QUEUED"
    _: KW_ONLY
    rows_written: int = 0
    rows_deleted: int = 0
    rows_dropped: int = 0
    expectations: tuple[ExpectationCount, ...] = ()
    inputs: tuple[str, ...] = ()
    started_at: datetime | None = None
    ended_at: datetime | None = None
    planning: Planning | None = None

    @property
    def seconds(self) -> float | None:
        """None until both ends are known."""
        if self.started_at is None or self.ended_at is None:
            return None
        return (self.ended_at - self.started_at).total_seconds()


@dataclass(frozen=True, slots=True)
class RunError:
    """An ERROR event. ``causes`` are the messages of its exceptions, outermost first;
    ``error_class`` is Spark's, empty where no message names one."""

    dataset: str
    message: str
    _: KW_ONLY
    causes: tuple[str, ...]
    error_class: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEvent:
    """A line of the event log, for people."""

    id: str
    at: datetime | None
    level: str
    type: str
    dataset: str
    message: str


@dataclass
class _Flow:
    state: str = "QUEUED"
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass
class _Dataset:
    table: TableRun
    flows: dict[str, _Flow] = field(default_factory=dict)


def dataset_name(name: str) -> str:
    """The table's own name: the last part of what may be a three-level name."""
    return sql.name_parts(name)[-1]


@dataclass
class Told:
    """What the events of one update tell, taken in one by one and not kept: what a look at an
    update costs does not grow with what was told before. ``lines`` are those for people."""

    lines: list[RunEvent] = field(default_factory=list)
    first_at: datetime | None = None
    last_at: datetime | None = None
    _datasets: dict[str, _Dataset] = field(default_factory=dict, init=False)
    _errors: dict[tuple[str, tuple[str, ...]], RunError] = field(default_factory=dict, init=False)

    def add(self, event: Json) -> None:
        line = _line(event)
        self.lines.append(line)
        if line.at is not None:
            self.first_at = min(self.first_at or line.at, line.at)
            self.last_at = max(self.last_at or line.at, line.at)
        if line.level == "ERROR":
            error = _error(event)
            self._errors.setdefault((error.dataset, error.causes or (error.message,)), error)
        _take_in(self._datasets, event)

    @property
    def tables(self) -> dict[str, TableRun]:
        """The datasets of the update by name, in the order in which the events name them."""
        return {name: _summary(dataset) for name, dataset in self._datasets.items()}

    @property
    def errors(self) -> tuple[RunError, ...]:
        """What went wrong, each cause once. The top message says little; the exceptions say why."""
        return tuple(self._errors.values())


def told(events: Iterable[Json]) -> Told:
    """Oldest event first."""
    result = Told()
    for event in events:
        result.add(event)
    return result


def table_runs(events: Iterable[Json]) -> dict[str, TableRun]:
    return told(events).tables


def run_errors(events: Iterable[Json]) -> tuple[RunError, ...]:
    return told(events).errors


def run_events(events: Iterable[Json]) -> tuple[RunEvent, ...]:
    return tuple(told(events).lines)


def _line(event: Json) -> RunEvent:
    return RunEvent(
        id=event.get("id", ""),
        at=event_time(event),
        level=event.get("level", ""),
        type=event.get("event_type", ""),
        dataset=_dataset_of(event),
        message=event.get("message", ""),
    )


def _take_in(datasets: dict[str, _Dataset], event: Json) -> None:
    details = event.get("details") or {}
    if "flow_definition" in details:
        _define(datasets, event, details["flow_definition"] or {})
    elif "planning_information" in details:
        _plan(datasets, event, details["planning_information"] or {})
    elif "flow_progress" in details:
        _progress(datasets, event, details["flow_progress"] or {})


def event_time(event: Json) -> datetime | None:
    """When the event was logged, in UTC; None where it does not say."""
    text = event.get("timestamp")
    return datetime.fromisoformat(text.replace("Z", "+00:00")) if text else None


def _define(datasets: dict[str, _Dataset], event: Json, definition: Json) -> None:
    name = dataset_name(definition.get("output_dataset") or _dataset_of(event))
    if not name:
        return
    dataset = datasets.setdefault(name, _Dataset(TableRun(name)))
    found = (_input_name(item) for item in definition.get("input_datasets") or ())
    known = dict.fromkeys((*dataset.table.inputs, *(item for item in found if item)))
    dataset.table = replace(dataset.table, inputs=tuple(known))


def _input_name(item: object) -> str:
    name = item.get("name", "") if isinstance(item, Mapping) else item
    return dataset_name(str(name))


def _plan(datasets: dict[str, _Dataset], event: Json, details: Json) -> None:
    name, planning = _dataset_of(event), read_planning(details)
    if name and planning:
        dataset = datasets.setdefault(name, _Dataset(TableRun(name)))
        dataset.table = replace(dataset.table, planning=planning)


def _progress(datasets: dict[str, _Dataset], event: Json, progress: Json) -> None:
    name = _dataset_of(event)
    if not name:
        return
    dataset = datasets.setdefault(name, _Dataset(TableRun(name)))
    flow = dataset.flows.setdefault(event.get("origin", {}).get("flow_name", name), _Flow())
    _follow(flow, progress.get("status") or flow.state, event_time(event))
    metrics = progress.get("metrics") or {}
    quality = progress.get("data_quality") or {}
    table = dataset.table
    dataset.table = replace(
        table,
        rows_written=table.rows_written
        + int(metrics.get("num_output_rows") or 0)
        + int(metrics.get("num_upserted_rows") or 0),
        rows_deleted=table.rows_deleted + int(metrics.get("num_deleted_rows") or 0),
        rows_dropped=table.rows_dropped + int(quality.get("dropped_records") or 0),
        expectations=_added(table.expectations, quality.get("expectations") or ()),
    )


def _follow(flow: _Flow, state: str, at: datetime | None) -> None:
    if state in ("STARTING", "RUNNING") and flow.started_at is None:
        flow.started_at = at
    if state in FINAL_FLOW_STATES:
        flow.ended_at = at
    flow.state = state


def _added(
    counts: tuple[ExpectationCount, ...], found: Iterable[Json]
) -> tuple[ExpectationCount, ...]:
    totals = {count.name: count for count in counts}
    for item in found:
        name = item.get("name", "")
        before = totals.get(name, ExpectationCount(name))
        totals[name] = replace(
            before,
            passed=before.passed + int(item.get("passed_records") or 0),
            failed=before.failed + int(item.get("failed_records") or 0),
        )
    return tuple(totals.values())


def _summary(dataset: _Dataset) -> TableRun:
    """A dataset with several flows has ended when all have; one that failed counts for all."""
    flows = list(dataset.flows.values())
    if not flows:
        return dataset.table
    starts = [flow.started_at for flow in flows if flow.started_at]
    ends = [flow.ended_at for flow in flows if flow.ended_at]
    ended = all(flow.state in FINAL_FLOW_STATES for flow in flows)
    return replace(
        dataset.table,
        state=_worst([flow.state for flow in flows]),
        started_at=min(starts, default=None),
        ended_at=max(ends, default=None) if ended else None,
    )


def _worst(states: list[str]) -> str:
    order = ("FAILED", "STOPPED", "SKIPPED", "RUNNING", "STARTING", "QUEUED")
    return next((state for state in order if state in states), states[-1])


def _error(event: Json) -> RunError:
    exceptions = (event.get("error") or {}).get("exceptions") or ()
    causes = tuple(str(item.get("message") or item.get("class_name") or "") for item in exceptions)
    message = event.get("message", "")
    classes = (error_class(text) for text in (*reversed(causes), message))
    return RunError(
        dataset=_dataset_of(event),
        message=message,
        causes=causes,
        error_class=next((name for name in classes if name), ""),
        at=event_time(event),
    )


def _dataset_of(event: Json) -> str:
    origin = event.get("origin") or {}
    return dataset_name(origin.get("dataset_name") or origin.get("flow_name") or "")
