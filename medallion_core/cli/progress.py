"""How a job goes, said on standard error as it goes."""

from __future__ import annotations

from medallion_core.cli.terminal import say
from medallion_core.deploy import StepResult
from medallion_core.job import Told
from medallion_core.run import RunStatus


class Progress:
    """Says each step of a deployment, and of a running update how many tables are done whenever
    that changes."""

    def __init__(self) -> None:
        self._last = ""

    def tell(self, told: Told) -> None:
        line = _line(told)
        if line != self._last:
            say(line)
        self._last = line


def _line(told: Told) -> str:
    match told:
        case StepResult(step=step, outcome=outcome, message=why):
            return f"{step.action:<10} {step.kind:<12} {step.subject}  {outcome} {why}".rstrip()
        case RunStatus(state=state, tables=tables):
            done = sum(table.state == "COMPLETED" for table in tables)
            return f"{state}: {done} of {len(tables)} tables"
    return told
