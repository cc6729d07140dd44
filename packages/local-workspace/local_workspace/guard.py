"""Runs a command that ends when its parent does, however the parent ends.

``python guard.py COMMAND …`` with a pipe as standard input: when the pipe closes, because the
parent closed it, ended or was killed, the command is stopped. Standard library only.
"""

from __future__ import annotations

import subprocess
import sys
import threading


def main(command: list[str]) -> int:
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    def stop_with_parent() -> None:
        sys.stdin.buffer.read()
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()

    threading.Thread(target=stop_with_parent, daemon=True).start()
    return process.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
