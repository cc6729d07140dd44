"""The three ways to answer a failure: mend it, hand it over, or say that it is not known."""

from __future__ import annotations

import re
from collections.abc import Sequence

from medallion_core.repair.case import Case
from medallion_core.repair.changes import Change
from medallion_core.repair.diagnosis import UNKNOWN, Diagnosis, Fix, Risk

_SQLSTATE = re.compile(r"\s*SQLSTATE: \w{5}\s*$")


def mend(
    case: Case,
    code: str,
    sentence: str,
    change: str,
    changes: Sequence[Change] = (),
    *,
    risk: Risk = Risk.SAFE,
    full_refresh: Sequence[str] = (),
    left: Sequence[str] = (),
    overwrite: Sequence[str] = (),
    instructions: str = "",
) -> Diagnosis:
    """A diagnosis with a fix. ``change`` says what the fix does, as FIXES.md will."""
    fix = Fix(
        code,
        case.subject,
        change,
        sentence,
        changes=tuple(changes),
        full_refresh=tuple(full_refresh),
        left=tuple(left),
        overwrite=tuple(overwrite),
    )
    return _diagnosis(case, code, sentence, risk, fix, instructions)


def hand_over(case: Case, code: str, sentence: str, instructions: str) -> Diagnosis:
    """A diagnosis that only a person can act on."""
    return _diagnosis(case, code, sentence, Risk.HAND_OVER, None, instructions)


def unknown(case: Case) -> Diagnosis:
    """Everything known about a failure that no entry of the catalogue recognises."""
    said, name = first_line(case.text), case.error.error_class
    named = f" with {name}" if name not in said else ""
    return _diagnosis(
        case,
        UNKNOWN,
        f"{case.subject} failed{named}: {said}",
        Risk.HAND_OVER,
        None,
        "This failure is not known here, so nothing was changed. The event log has the rest.",
    )


def first_line(text: str, length: int = 300) -> str:
    lines = (_SQLSTATE.sub("", line).strip() for line in text.splitlines())
    line = next(filter(None, lines), "no reason was given")
    return line if len(line) <= length else f"{line[:length]}…"


def _diagnosis(
    case: Case, code: str, sentence: str, risk: Risk, fix: Fix | None, instructions: str
) -> Diagnosis:
    return Diagnosis(
        code,
        case.subject,
        sentence,
        risk,
        fix=fix,
        instructions=instructions,
        error_class=case.error.error_class,
        text=case.text,
    )
