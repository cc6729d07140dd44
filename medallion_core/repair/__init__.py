"""From failure to fix: diagnose a run, mend the design, run again."""

from medallion_core.repair.apply import apply_fix
from medallion_core.repair.catalogue import diagnose
from medallion_core.repair.consents import (
    FULL_REFRESH_NEEDED,
    TABLES_LEFT_BEHIND,
    agreed_beforehand,
    ways_to_agree,
)
from medallion_core.repair.diagnosis import Diagnosis, Evidence, Fix, Risk
from medallion_core.repair.evidence import gather_evidence
from medallion_core.repair.loop import (
    Attempt,
    Consent,
    Needs,
    Repaired,
    Round,
    needs_of,
    nobody,
    repair_loop,
    silent,
)

__all__ = [
    "FULL_REFRESH_NEEDED",
    "TABLES_LEFT_BEHIND",
    "Attempt",
    "Consent",
    "Diagnosis",
    "Evidence",
    "Fix",
    "Needs",
    "Repaired",
    "Risk",
    "Round",
    "agreed_beforehand",
    "apply_fix",
    "diagnose",
    "gather_evidence",
    "needs_of",
    "nobody",
    "repair_loop",
    "silent",
    "ways_to_agree",
]
