"""Runs a command that ends when its parent does, however the parent ends.

``python guard.py FD COMMAND …``: when the pipe whose reading end is FD closes, because the parent
closed it, ended or was killed, the command is stopped. Standard library only.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Guarded:
    """A command under guard, as its parent has it. ``process`` is the guard, which ends with the
    command's exit code."""

    process: subprocess.Popen[bytes]
    pipe: int

    def stop(self) -> int:
        """Stops the command and returns its exit code."""
        os.close(self.pipe)
        return self.process.wait()


def start(command: list[str], **options: Any) -> Guarded:
    """Starts ``command``; ``options`` are those of Popen."""
    reading, writing = os.pipe()
    guard = [sys.executable, "-S", "-E", __file__, str(reading), *command]
    process = subprocess.Popen(guard, pass_fds=(reading,), **options)
    os.close(reading)
    return Guarded(process, writing)


def main(pipe: int, command: list[str]) -> int:
    process = subprocess.Popen(command)

    def stop_with_parent() -> None:
        while os.read(pipe, 1):
            pass
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()

    threading.Thread(target=stop_with_parent, daemon=True).start()
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


if __name__ == "__main__":
    code = main(int(sys.argv[1]), sys.argv[2:])
    sys.exit(code if code >= 0 else 128 - code)
