"""What is agreed to before anything has failed: repairs, by their codes and their tables."""

from __future__ import annotations

from collections.abc import Sequence

from medallion_core.errors import MedallionError
from medallion_core.repair.diagnosis import Diagnosis
from medallion_core.repair.loop import Consent

FULL_REFRESH_NEEDED = "FULL_REFRESH_NEEDED"
"""What deploying asks where a change needs tables read again in full: no failure of a run."""

TABLES_LEFT_BEHIND = "TABLES_LEFT_BEHIND"
"""What deploying asks where the pipeline would make tables no longer."""

MENDED = frozenset(
    {
        *("CAST_FAILS", "CAST_OVERFLOWS", "CLUSTERING_IS_REFUSED", "COLUMN_IS_GONE"),
        *("COLUMN_IS_MISSING", "COLUMN_IS_RENAMED", "DECIMAL_TOO_SMALL", "DIVIDES_BY_ZERO"),
        *("ENCODING_IS_UNKNOWN", "FILE_IS_MISSING", "FILE_WAS_EDITED", "FLOW_HAS_CHANGED"),
        *("KEY_IS_NULL", "KIND_HAS_CHANGED", "MEASURE_IS_UNUSABLE", "NAMES_COLLIDE"),
        "NAME_IS_TAKEN",
        *("OVERFLOWS", "PARENT_IS_NOT_READY", "PUBLISHING_IS_FIXED", "RECORD_IS_MALFORMED"),
        *("RULE_IS_BROKEN", "RULE_IS_UNUSABLE", "SCHEMA_HAS_CHANGED", "SCHEMA_IS_INCOMPATIBLE"),
        *("SEQUENCE_IS_NULL", "SOURCE_IS_MISSING", "SOURCE_IS_NO_STREAM", "SOURCE_IS_RETYPED"),
        *("SOURCE_WAS_REPLACED", "TARGET_IS_UNKNOWN", "TYPES_DO_NOT_MERGE", "VERSIONS_TIE"),
    }
)
"""The diagnoses that there is a fix for. All may ask, be it for a file that was edited by hand."""


def agreed_beforehand(accepted: Sequence[str], who: str, *, rounds: int) -> Consent:
    """Agrees in the name of ``who`` to what ``accepted`` names, each ``CODE`` or ``CODE:TABLE``.

    One with a table covers what is lost of that table and of no other. Raises MedallionError
    UNKNOWN_REPAIR for a code that nothing is mended by, and NOTHING_TO_ACCEPT where ``rounds`` is
    0: nothing is mended then, and whoever believes it would be is told.
    """
    _require_known(accepted)
    named = frozenset((_code(each), each.partition(":")[2]) for each in accepted)
    if named and not rounds:
        raise MedallionError(
            "NOTHING_TO_ACCEPT",
            f"Without repairs nothing is done that {', '.join(accepted)} would agree to.",
            "Say how often to mend, too: --repair N.",
        )

    def consent(diagnosis: Diagnosis) -> str:
        wanted = {(diagnosis.code, table) for table in touched(diagnosis)}
        return who if (diagnosis.code, "") in named or wanted <= named else ""

    return consent


def touched(diagnosis: Diagnosis) -> tuple[str, ...]:
    """The tables that a fix leaves behind or reads again in full, else the one that it mends."""
    fix = diagnosis.fix
    lost = dict.fromkeys((*fix.left, *fix.full_refresh)) if fix else ()
    return tuple(lost) or (diagnosis.subject,)


def ways_to_agree(diagnosis: Diagnosis) -> list[str]:
    """How a person agrees to this fix, and to nothing else."""
    return [f"{diagnosis.code}:{table}" for table in touched(diagnosis)]


def _require_known(accepted: Sequence[str]) -> None:
    """One that ends in a colon names no table, and is not taken for all of them."""
    known = MENDED | {FULL_REFRESH_NEEDED, TABLES_LEFT_BEHIND}
    if unknown := [each for each in accepted if _code(each) not in known or each.endswith(":")]:
        raise MedallionError(
            "UNKNOWN_REPAIR",
            f"{', '.join(map(repr, unknown))} names no repair.",
            f"Codes are {', '.join(sorted(known))}; for one table alone, CODE:TABLE.",
        )


def _code(accepted: str) -> str:
    return accepted.partition(":")[0]
