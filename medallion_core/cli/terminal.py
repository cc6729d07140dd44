"""What the terminal shows: results on standard output, progress on standard error.

Names and comments come from a catalog that anyone may have written to: what would steer a
terminal or turn its text around is shown as an escape.
"""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, TextIO

from medallion_core.model import Finding
from medallion_core.text.visible import visible

if TYPE_CHECKING:
    from medallion_core.run import RunStatus, Verdict


def show(line: str) -> None:
    """A line of the result."""
    print(_plain(line))


def say(line: str) -> None:
    """A line about what goes on, or what went wrong."""
    print(_plain(line), file=sys.stderr, flush=True)


def show_run(status: RunStatus) -> None:
    """A line a table, then what went wrong."""
    width = max((len(table.name) for table in status.tables), default=0)
    for table in status.tables:
        broken = sum(expectation.failed for expectation in table.expectations)
        seconds = f"{table.seconds:.0f} s" if table.seconds is not None else ""
        note = f"{broken} broken expectations" if broken else ""
        rows = f"{table.rows_written:>10}"
        show(f"{table.name:<{width}}  {table.state:<10} {rows} rows  {seconds:>6}  {note}".rstrip())
    for error in status.errors:
        what = error.causes[-1] if error.causes else error.message
        show(f"{error.dataset or 'pipeline'}: {what}")
    took = f" in {status.seconds:.0f} s" if status.seconds is not None else ""
    show(f"Update {status.update_id} is {status.state}{took}.")


def show_verdict(found: Verdict) -> bool:
    """Each criterion, ticked or crossed, and each note. Returns whether all are met."""
    for criterion in found.criteria:
        show(f"{'✓' if criterion.met else '✗'} {criterion.name}: {criterion.detail}")
    for note in found.notes:
        show(f"! {note}")
    show("All criteria met." if found.met else "Not all criteria are met.")
    return found.met


def finding_line(finding: Finding) -> str:
    return f"{finding.level}: {finding.subject}: {finding.detail} {finding.hint}".rstrip()


def escape_what_cannot_be_written() -> None:
    """For terminals whose encoding lacks a character: an escape in its place, no failure."""
    for stream in (sys.stdout, sys.stderr):
        _escape(stream)


def _escape(stream: TextIO) -> None:
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")


def _plain(text: str) -> str:
    return visible(" ".join(text.split()) if "\n" in text or "\r" in text else text)
