"""Updates of a pipeline: started, watched, stopped, judged."""

from medallion_core.run.events import (
    ExpectationCount,
    RunError,
    RunEvent,
    TableRun,
    run_errors,
    run_events,
    table_runs,
)
from medallion_core.run.log import (
    ENDED,
    EventLog,
    active_update,
    begun_at,
    latest_update,
    read_events,
    recent_updates,
    update_state,
)
from medallion_core.run.proofs import make_proofs
from medallion_core.run.updates import (
    STUCK_AFTER,
    RunStatus,
    list_runs,
    read_run,
    run_all,
    run_status,
    start_run,
    stop_run,
    validate_run,
    wait_until_idle,
    watch_run,
)
from medallion_core.run.verdict import Criterion, Verdict, verdict

__all__ = [
    "ENDED",
    "STUCK_AFTER",
    "Criterion",
    "EventLog",
    "ExpectationCount",
    "RunError",
    "RunEvent",
    "RunStatus",
    "TableRun",
    "Verdict",
    "active_update",
    "begun_at",
    "latest_update",
    "list_runs",
    "make_proofs",
    "read_events",
    "read_run",
    "recent_updates",
    "run_all",
    "run_errors",
    "run_events",
    "run_status",
    "start_run",
    "stop_run",
    "table_runs",
    "update_state",
    "validate_run",
    "verdict",
    "wait_until_idle",
    "watch_run",
]
