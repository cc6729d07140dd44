"""What a job tells, in one line each."""

from __future__ import annotations

from medallion_core.deploy import StepResult
from medallion_core.job.order import Told
from medallion_core.run import RunStatus


def in_a_line(told: Told) -> str:
    """A step of a deployment, of a run how many tables are done, or the line that it is."""
    match told:
        case StepResult(step=step, outcome=outcome, message=why):
            return f"{step.action:<10} {step.kind:<12} {step.subject}  {outcome} {why}".rstrip()
        case RunStatus(state=state, tables=tables):
            done = sum(table.state == "COMPLETED" for table in tables)
            return f"{state}: {done} of {len(tables)} tables"
    return told
