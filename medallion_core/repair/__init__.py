"""From failure to fix: diagnose a run, mend the design, run again."""

from medallion_core.repair.apply import apply_fix
from medallion_core.repair.catalogue import diagnose
from medallion_core.repair.diagnosis import Diagnosis, Evidence, Fix, Risk
from medallion_core.repair.evidence import gather_evidence
from medallion_core.repair.loop import RepairOutcome, Round, repair_loop

__all__ = [
    "Diagnosis",
    "Evidence",
    "Fix",
    "RepairOutcome",
    "Risk",
    "Round",
    "apply_fix",
    "diagnose",
    "gather_evidence",
    "repair_loop",
]
