"""What the terminal shows: results on standard output, progress on standard error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from medallion_core.model import Finding

if TYPE_CHECKING:
    from medallion_core.run import RunStatus, Verdict


def print_run(status: RunStatus) -> None:
    """A line a table, then what went wrong."""
    width = max((len(table.name) for table in status.tables), default=0)
    for table in status.tables:
        broken = sum(expectation.failed for expectation in table.expectations)
        seconds = f"{table.seconds:.0f} s" if table.seconds is not None else ""
        note = f"{broken} broken expectations" if broken else ""
        rows = f"{table.rows_written:>10}"
        print(
            f"{table.name:<{width}}  {table.state:<10} {rows} rows  {seconds:>6}  {note}".rstrip()
        )
    for error in status.errors:
        print(
            f"{error.dataset or 'pipeline'}: {error.causes[-1] if error.causes else error.message}"
        )
    took = f" in {status.seconds:.0f} s" if status.seconds is not None else ""
    print(f"Update {status.update_id} is {status.state}{took}.")


def print_verdict(found: Verdict) -> bool:
    """Each criterion, ticked or crossed. Returns whether all are met."""
    for criterion in found.criteria:
        print(f"{'✓' if criterion.met else '✗'} {criterion.name}: {criterion.detail}")
    print("All criteria met." if found.met else "Not all criteria are met.")
    return found.met


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def say_finding(finding: Finding) -> None:
    say(finding_line(finding))


def finding_line(finding: Finding) -> str:
    return f"{finding.level}: {finding.subject}: {finding.detail} {finding.hint}".rstrip()
