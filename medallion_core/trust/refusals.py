"""What a person lacks, and how it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from medallion_core.errors import MedallionError


@dataclass(frozen=True, slots=True)
class Refusal:
    """``lacks`` is what is missing on ``subject``, in the platform's words; ``hint`` says who can
    give it."""

    subject: str
    lacks: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.subject}: {self.lacks}"


def require_none(name: str, action: str, refusals: Sequence[Refusal]) -> None:
    """Raises MedallionError NOT_ALLOWED where ``name`` lacks anything for ``action``; every
    refusal is told, not only the first."""
    if not refusals:
        return
    hints = dict.fromkeys(refusal.hint for refusal in refusals if refusal.hint)
    raise MedallionError(
        "NOT_ALLOWED",
        f"{name} may not {action}. {'; '.join(map(str, refusals))}.",
        " ".join(hints),
    )
