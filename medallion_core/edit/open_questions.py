"""What a design leaves to a person, as the page of questions shows it."""

from __future__ import annotations

from dataclasses import dataclass

from medallion_core.check import check_design, personal_data
from medallion_core.edit.feeds import open_feeds
from medallion_core.edit.privacy import undecided_columns
from medallion_core.model import Design, Finding, Level, Question, QuestionKind, Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestions:
    """``references`` wait for a yes or no, ``feeds`` names the tables whose rows may be changes of
    rows; ``findings`` are warnings and errors of the checks. All personal data is one question."""

    references: tuple[Reference, ...]
    feeds: tuple[str, ...]
    questions: tuple[Question, ...]
    findings: tuple[Finding, ...]
    personal: bool

    def __len__(self) -> int:
        parts = (self.references, self.feeds, self.questions, self.findings)
        return sum(map(len, parts)) + self.personal


def open_questions(design: Design) -> OpenQuestions:
    """Each of them once."""
    personal = {found for entity in design.entities for found in personal_data(entity)}
    findings = [f for f in check_design(design) if f.level is not Level.INFO and f not in personal]
    return OpenQuestions(
        references=tuple(each for each in design.references if not each.accepted),
        feeds=tuple(open_feeds(design)),
        questions=tuple(each for each in design.questions if each.kind is not QuestionKind.FEED),
        findings=tuple(findings),
        personal=bool(undecided_columns(design)),
    )
