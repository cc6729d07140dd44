"""One deployment of a pipeline at a time: a lock file that its holder keeps alive.

The holder rewrites the file while it works. Whoever finds it waits; a file that does not change
for LEASE_SECONDS belongs to somebody who was killed, and is taken over. Only the file's
content is compared, so clocks that differ don't matter.
"""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from medallion_core.deploy.manifest import STATE
from medallion_core.errors import MedallionError
from medallion_core.workspace.folder import WorkspaceFolder

LOCK = f"{STATE}/lock.json"
LEASE_SECONDS = 15.0
_BEATS_A_LEASE = 5
_LOOKS_A_LEASE = 10


class Lock:
    """A lock that is held. ``require`` raises where somebody took it over in the meantime."""

    def __init__(self, folder: WorkspaceFolder, holder: str, token: str) -> None:
        self._folder = folder
        self._holder = holder
        self._since = datetime.now(UTC).isoformat(timespec="seconds")
        self._token = token
        self._beats = 0
        self._lost = False

    def text(self) -> str:
        record = {
            "holder": self._holder,
            "since": self._since,
            "token": self._token,
            "beats": self._beats,
        }
        return json.dumps(record) + "\n"

    def beat(self) -> None:
        """Shows that the holder is alive, unless the lock is somebody else's by now."""
        if self.is_ours():
            self._beats += 1
            self._folder.write(LOCK, self.text())
        else:
            self._lost = True

    def is_ours(self) -> bool:
        return _field(self._folder.read(LOCK), "token") == self._token

    def require(self) -> None:
        """Raises MedallionError DEPLOY_LOCKED where the lock was lost."""
        if self._lost:
            raise _locked(self._folder, self._folder.read(LOCK))

    def release(self) -> None:
        if self.is_ours():
            self._folder.delete(LOCK)


@contextmanager
def deploy_lock(folder: WorkspaceFolder, holder: str) -> Iterator[Lock]:
    """Holds the folder's lock. Raises MedallionError DEPLOY_LOCKED where somebody works on."""
    lease = LEASE_SECONDS
    lock = Lock(folder, holder, uuid.uuid4().hex)
    _take(folder, lock, lease)
    done = threading.Event()
    beating = threading.Thread(target=_keep_alive, args=(lock, done, lease), daemon=True)
    beating.start()
    try:
        yield lock
    finally:
        done.set()
        beating.join()
        lock.release()


def _take(folder: WorkspaceFolder, lock: Lock, lease: float) -> None:
    """Waits for at most two leases: one to see whether the holder lives, one for it to end."""
    deadline = time.monotonic() + 2 * lease
    seen, seen_since = "", time.monotonic()
    # A call that was cut off and sent again finds the file that it made itself.
    while not folder.create(LOCK, lock.text()) and not lock.is_ours():
        now, text = time.monotonic(), folder.read(LOCK) or ""
        if text != seen:
            seen, seen_since = text, now
        elif now - seen_since >= lease:
            folder.delete(LOCK)
            continue
        if now >= deadline:
            raise _locked(folder, text)
        time.sleep(lease / _LOOKS_A_LEASE)


def _keep_alive(lock: Lock, done: threading.Event, lease: float) -> None:
    """A beat that fails is followed by others before the lease is over."""
    while not done.wait(lease / _BEATS_A_LEASE):
        try:
            lock.beat()
        except MedallionError:
            continue


def _locked(folder: WorkspaceFolder, text: str | None) -> MedallionError:
    holder = _field(text, "holder") or "somebody else"
    since = _field(text, "since")
    return MedallionError(
        "DEPLOY_LOCKED",
        f"{holder} is deploying to {folder.path}{_for_how_long(since)}.",
        "Wait until they are done, then plan again.",
    )


def _for_how_long(since: str) -> str:
    """In minutes, which are the same in every zone; empty where nobody knows."""
    try:
        lasted = datetime.now(UTC) - datetime.fromisoformat(since)
    except (ValueError, TypeError):
        return ""
    return f" for {max(0, int(lasted.total_seconds() // 60))} min"


def _field(text: str | None, name: str) -> str:
    """Empty where the file is gone or no lock of ours."""
    try:
        record = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return ""
    return str(record.get(name, "")) if isinstance(record, dict) else ""
