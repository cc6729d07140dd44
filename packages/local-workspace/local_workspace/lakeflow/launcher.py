"""Starts the processes of updates. To load Spark's client takes longer than a small update, so one
process does it once and forks itself for each.

``python -m local_workspace.lakeflow.launcher FD HOME``: FD is its end of a socket on which it is
told the path of a job, with the descriptors of its input, its output, its log and of a pipe that
gets its exit code. It ends when the other end closes. HOME is for who looks at the list of
processes.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from local_workspace.lakeflow import runner

_PATH_BYTES = 65_536
_DESCRIPTORS = 4


@dataclass(frozen=True, slots=True)
class Running:
    """The process of an update: it stops when ``stdin`` closes; ``stdout`` are its events."""

    stdin: IO[bytes]
    stdout: IO[bytes]
    _code: IO[bytes]

    def wait(self) -> int | None:
        """Its exit code, once it has ended; None where nobody could tell. Closes the pipes."""
        written = self._code.read()
        for pipe in (self.stdin, self.stdout, self._code):
            pipe.close()
        return int(written) if written else None


class Launcher:
    """Begins at the first update. Threads may share it."""

    def __init__(self, home: Path, environment: dict[str, str]) -> None:
        self._home = home
        self._environment = environment
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None

    def start(self, job: Path, log: Path) -> Running:
        """Raises RuntimeError where it could not be started."""
        errors = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        (inner_in, stdin), (stdout, inner_out), (code, inner_code) = (os.pipe() for _ in "iox")
        running = Running(os.fdopen(stdin, "wb"), os.fdopen(stdout, "rb"), os.fdopen(code, "rb"))
        given = [inner_in, inner_out, errors, inner_code]
        try:
            with self._lock:
                if not self._started(os.fsencode(job), given):
                    raise RuntimeError(f"No process could be started for {job}.")
        finally:
            for descriptor in given:
                os.close(descriptor)
        return running

    def _started(self, job: bytes, given: list[int]) -> bool:
        """A launcher that was killed since, and so has not taken the job, is replaced."""
        known = self._socket is not None
        requests = self._socket = self._socket or self._begin()
        try:
            socket.send_fds(requests, [job], given)
            if requests.recv(1):
                return True
        except ConnectionError:
            self._forget()
            return known and self._started(job, given)
        self._forget()
        return False

    def close(self) -> None:
        with self._lock:
            self._forget()

    def _forget(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _begin(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-W", "ignore", "-m", "local_workspace.lakeflow.launcher"]
        with theirs:
            subprocess.Popen(
                [*command, str(theirs.fileno()), str(self._home)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env={
                    **os.environ,
                    **self._environment,
                    "PYTHONPATH": str(Path(__file__).parents[2]),
                },
                start_new_session=True,
            )
        return ours


class _Forks:
    """The launcher's own side: its children, and the pipe that waits for each one's exit code."""

    def __init__(self, requests: socket.socket) -> None:
        self._requests = requests
        self._codes: dict[int, int] = {}

    def serve(self) -> None:
        signal.signal(signal.SIGCHLD, self._reap)
        while True:
            path, given, _, _ = socket.recv_fds(self._requests, _PATH_BYTES, _DESCRIPTORS)
            if not path:
                return
            *standard, code = given
            child = os.fork()
            if not child:
                self._become(os.fsdecode(path), standard, code)
            for descriptor in standard:
                os.close(descriptor)
            self._codes[child] = code
            self._reap()
            self._requests.send(b"1")

    def _reap(self, *_signal: object) -> None:
        for child in list(self._codes):
            # A signal may have come in between; or nobody waits for the code any more.
            with suppress(ChildProcessError, BrokenPipeError):
                ended, status = os.waitpid(child, os.WNOHANG)
                if ended:
                    with os.fdopen(self._codes.pop(child), "wb") as code:
                        code.write(str(os.waitstatus_to_exitcode(status)).encode())

    def _become(self, path: str, standard: list[int], code: int) -> None:
        """The update itself. It holds nothing of the launcher or of other updates."""
        ended = 1
        try:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            self._requests.close()
            for descriptor in (code, *self._codes.values()):
                os.close(descriptor)
            for target, descriptor in enumerate(standard):
                os.dup2(descriptor, target)
                os.close(descriptor)
            ended = runner.main(path)
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        os._exit(ended)


if __name__ == "__main__":
    _Forks(socket.socket(fileno=int(sys.argv[1]))).serve()
