"""One watcher for each run, whoever looks at it: its events are read once for all browsers."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from threading import Lock

import streamlit as st

from medallion_core.model import Design
from medallion_core.run import EventLog, RunStatus, read_run
from pages.components.frame.connection import as_app

POLL_SECONDS = 2
"""How often a run is asked for at most, by however many browsers."""


MOST_SECONDS = 15


def pause(status: RunStatus, now: datetime) -> float:
    """Seconds until a run is asked for again: one that has lasted for long less often."""
    started = now if status.started_at is None or status.ended else status.started_at
    return min(MOST_SECONDS, max(POLL_SECONDS / 2, (now - started).total_seconds() / 60))


class Watcher:
    """Reads what is new of one update. Threads of several browsers may look at once."""

    def __init__(self, pipeline_id: str, update_id: str) -> None:
        self._log = EventLog(pipeline_id, update_id)
        self._lock = Lock()
        self._seen: RunStatus | None = None
        self._again_at = 0.0

    def look(self, design: Design) -> RunStatus:
        """What is known of the run; ``design`` is the one that was deployed when it ran. Raises
        MedallionError where the service does not answer."""
        with self._lock:
            if self._seen is None or time.monotonic() >= self._again_at:
                log = self._log
                self._seen = read_run(as_app(), design, log.pipeline_id, log.update_id, log)
                self._again_at = time.monotonic() + pause(self._seen, datetime.now(UTC))
            return self._seen


@st.cache_resource(max_entries=16, show_spinner=False)
def watcher(host: str, pipeline_id: str, update_id: str) -> Watcher:
    """Everybody's: whoever is shown something of it is permitted to look before."""
    del host
    return Watcher(pipeline_id, update_id)
