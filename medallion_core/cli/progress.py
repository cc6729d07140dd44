"""How a job goes, said on standard error as it goes."""

from __future__ import annotations

from medallion_core.cli.terminal import say
from medallion_core.job import Told, in_a_line


class Progress:
    """Says each step of a deployment, and of a running update how many tables are done whenever
    that changes."""

    def __init__(self) -> None:
        self._last = ""

    def tell(self, told: Told) -> None:
        line = in_a_line(told)
        if line != self._last:
            say(line)
        self._last = line
