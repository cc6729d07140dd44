"""What a proposal asks a person, with all that may be answered."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass

from medallion_core.model.entities import ChangeHandling, Role
from medallion_core.model.findings import Finding


@dataclass(frozen=True, slots=True)
class Answer:
    """What a button says, and ``effect``: what becomes of the rows. What else is given is decided
    by it: about the table, about its ``column``, whose type and format it sets, or about its
    reference from ``columns`` to ``parent``, which ``accepted`` keeps or takes out.
    ``append_only`` says whether rows of its source tables are only added.
    """

    label: str
    effect: str = ""
    _: KW_ONLY
    change: ChangeHandling | None = None
    role: Role | None = None
    column: str = ""
    type: str = ""
    source_format: str = ""
    columns: tuple[str, ...] = ()
    parent: str = ""
    accepted: bool = True
    append_only: bool | None = None


@dataclass(frozen=True, slots=True)
class Question(Finding):
    """A finding that a person decides on. ``table`` is the entity that it is about; without
    ``answers`` there is nothing to decide but to know it."""

    _: KW_ONLY
    table: str = ""
    answers: tuple[Answer, ...] = ()


def asked(finding: Finding) -> Question:
    """``finding`` as a question without answers."""
    if isinstance(finding, Question):
        return finding
    return Question(finding.level, finding.subject, finding.detail, finding.hint)
