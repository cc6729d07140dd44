"""What can be looked up to understand a failure: sources, rules, files, tables."""

from __future__ import annotations

from collections.abc import Sequence

from medallion_core.model import Design
from medallion_core.repair.diagnosis import Evidence
from medallion_core.run_events import RunError
from medallion_core.workspace import Workspace


def gather_evidence(ws: Workspace, design: Design, errors: Sequence[RunError]) -> Evidence:
    """Looks at no more than the errors call for. What cannot be looked up is left out."""
    return Evidence(principal=ws.user_name) if errors else Evidence()
