"""The criteria of success, each looked at. A run is not done until all of them are met: the four
of the platform, and that no row was lost on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.run.events import RunError, run_errors
from medallion_core.run.log import EventLog, latest_update, read_events, update_state
from medallion_core.tables import names
from medallion_core.tables.balance import UNEXPLAINED
from medallion_core.tables.inventory import expected_tables
from medallion_core.text.identifiers import quote_literal, quote_name
from medallion_core.workspace import Workspace
from medallion_core.workspace.errors import TRANSIENT, patiently, remote_errors

READABLE_A_STATEMENT = 100


@dataclass(frozen=True, slots=True)
class Criterion:
    name: str
    met: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The criteria of success, each looked at."""

    criteria: tuple[Criterion, ...]

    @property
    def met(self) -> bool:
        return all(criterion.met for criterion in self.criteria)


def verdict(ws: Workspace, design: Design, pipeline_id: str, update_id: str) -> Verdict:
    """Looks at the criteria now. A pipeline needs a moment to become idle after its update:
    see ``wait_until_idle``. A service that is out of reach for a while is waited for."""
    return patiently(lambda: _verdict(ws, design, pipeline_id, update_id))


def _verdict(ws: Workspace, design: Design, pipeline_id: str, update_id: str) -> Verdict:
    with remote_errors("Reading the state of the pipeline"):
        pipeline = ws.client.pipelines.get(pipeline_id)
    state = pipeline.state.value if pipeline.state else "UNKNOWN"
    latest = latest_update(ws, pipeline_id)
    latest_state = update_state(latest) if latest else "none"
    log = EventLog(pipeline_id, update_id)
    read_events(ws, log)
    errors = run_errors(log.events)
    return Verdict(
        (
            Criterion("Pipeline is idle", state == "IDLE", f"state {state}"),
            Criterion(
                "Latest update completed",
                latest is not None
                and latest.update_id == update_id
                and latest_state == "COMPLETED",
                f"update {latest.update_id if latest else '-'} is {latest_state}",
            ),
            Criterion("No error event", not errors, _errors_in_words(errors)),
            _readable(ws, design),
            _accounted(ws, design),
        )
    )


def _errors_in_words(errors: Sequence[RunError]) -> str:
    if not errors:
        return "none was logged"
    first = errors[0]
    more = f", and {len(errors) - 1} more" if len(errors) > 1 else ""
    return f"{first.dataset or 'pipeline'}: {first.error_class or first.message}{more}"


def _readable(ws: Workspace, design: Design) -> Criterion:
    tables = expected_tables(design)
    failed = unreadable_tables(ws, design, tables)
    detail = f"{len(tables)} tables"
    if failed:
        detail = "; ".join(f"{name}: {error.message}" for name, error in failed.items())
    return Criterion("Every table exists and can be read", not failed, detail)


def _accounted(ws: Workspace, design: Design) -> Criterion:
    """What the pipeline itself has counted."""
    name = "Every row is accounted for"
    try:
        lost = ws.query(_lost_rows(design)).to_pylist()
    except MedallionError as error:
        if error.code in TRANSIENT:
            raise
        return Criterion(name, False, error.message)
    listed = "; ".join(f"{row['place']}: {_lost(row['lost'])}" for row in lost)
    return Criterion(name, not lost, listed or "bronze, silver and gold agree")


def _lost_rows(design: Design) -> str:
    """Where rows are missing, or are too many, and how many."""
    settings = design.settings
    balance = quote_name(settings.catalog, settings.schema, names.ROW_BALANCE)
    selects = [
        f"SELECT concat({quote_literal(names.silver_of(''))}, entity) AS place, "
        f"CAST({UNEXPLAINED} AS BIGINT) AS lost FROM {balance} "
        f"WHERE {UNEXPLAINED} <> 0 OR {UNEXPLAINED} IS NULL"
    ]
    if design.star.facts:
        proof = quote_name(settings.catalog, settings.schema, names.RECONCILIATION)
        selects.append(
            f"SELECT fact AS place, CAST(-difference AS BIGINT) AS lost FROM {proof} "
            "WHERE metric = 'rows' AND (difference <> 0 OR difference IS NULL)"
        )
    return "\nUNION ALL\n".join(selects)


def _lost(rows: int | None) -> str:
    if rows is None:
        return "its rows were not counted"
    what = "is missing" if rows > 0 else "is there too often"
    if abs(rows) > 1:
        what = "are missing" if rows > 0 else "are there too often"
    return f"{abs(rows):,} row{'s' * (abs(rows) > 1)} {what}"


def unreadable_tables(
    ws: Workspace, design: Design, tables: Sequence[str]
) -> dict[str, MedallionError]:
    """Those that cannot be read, and why: one statement for all where all can be."""
    failed: dict[str, MedallionError] = {}
    for start in range(0, len(tables), READABLE_A_STATEMENT):
        some = tables[start : start + READABLE_A_STATEMENT]
        if _read_error(ws, design, some) is None:
            continue
        for table in some:
            error = _read_error(ws, design, [table])
            if error:
                failed[table] = error
    return failed


def _read_error(ws: Workspace, design: Design, tables: Sequence[str]) -> MedallionError | None:
    settings = design.settings
    reads = (
        f"(SELECT {quote_literal(table)} AS name "
        f"FROM {quote_name(settings.catalog, settings.schema, table)} LIMIT 1)"
        for table in tables
    )
    try:
        ws.execute("\nUNION ALL\n".join(reads))
    except MedallionError as error:
        if error.code in TRANSIENT:
            raise
        return error
    return None
