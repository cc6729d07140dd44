"""The criteria of success, each looked at. A run is not done until all of them are met: the four
of the platform, and that no row was lost on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.run.events import RunError, Told
from medallion_core.run.log import EventLog, latest_update, read_events, update_state
from medallion_core.run.proofs import missing_proofs, proofs_left_out
from medallion_core.run.unread import unread_columns
from medallion_core.tables.inventory import expected_tables
from medallion_core.tables.losses import Losses, losses
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
    """The criteria of success, each looked at; ``notes`` are sentences that somebody should read
    all the same."""

    criteria: tuple[Criterion, ...]
    notes: tuple[str, ...] = ()

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
    errors = log.told.errors
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
            _accounted(ws, design, log.told),
        ),
        unread_columns(ws, design),
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


def _accounted(ws: Workspace, design: Design, told: Told) -> Criterion:
    """What the update itself has counted, or the job since its end."""
    name = "Every row is accounted for"
    try:
        missing = [*proofs_left_out(design, told.tables), *missing_proofs(ws, design, told.last_at)]
        if missing:
            return Criterion(name, False, "; ".join(missing))
        found = [row for each in losses(design) for row in _found(ws, design, each)]
    except MedallionError as error:
        if error.code in TRANSIENT:
            raise
        return Criterion(name, False, error.message)
    return Criterion(name, not found, "; ".join(found) or "bronze, silver and gold agree")


def _found(ws: Workspace, design: Design, asked: Losses) -> Iterator[str]:
    """Where something is missing, or is too much, and how much."""
    table = quote_name(design.settings.catalog, design.settings.schema, asked.table)
    amounts = ", ".join(f"CAST({amount} AS STRING)" for amount in asked.missing)
    found = ws.query(
        f"SELECT {asked.place} AS place, array({amounts}) AS missing "
        f"FROM {asked.rows(table)} WHERE {asked.condition}"
    )
    for row in found.to_pylist():
        yield f"{row['place']}: {' and '.join(dict.fromkeys(_missing(row['missing'])))}"


def _missing(amounts: Iterable[str | None]) -> Iterator[str]:
    """What is counted in words; what was counted and is 0 is left out."""
    for amount in amounts:
        if amount is None:
            yield "not counted"
        elif number := Decimal(amount):
            yield f"{abs(number).normalize():,f} {'missing' if number > 0 else 'too many'}"


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
