"""What a design leaves to a person, as the page of questions shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias, TypeVar

from medallion_core.check import check_design, personal_data
from medallion_core.edit.feeds import open_feeds, possible_choices
from medallion_core.edit.privacy import undecided_columns
from medallion_core.model import Design, Finding, Level, Question, QuestionKind, Reference

Asked = TypeVar("Asked")
Groups: TypeAlias = tuple[tuple[Asked, ...], ...]

ALIKE = 3
"""Questions with the same answers from which one answer may be given to all of them."""


class Confirmed(StrEnum):
    """What speaks for a reference: that all rows find their value, or that all of a sample do."""

    BY_ALL_ROWS = "all rows confirm"
    BY_A_SAMPLE = "a sample confirms"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestions:
    """``references`` wait for a yes or no; ``confirmed`` are those of them that the data confirms,
    by how much of it does: each kind may be taken in at once. ``feeds`` names the tables whose rows
    may be changes of rows, those that can be answered alike together; ``findings`` are warnings and
    errors of the checks, ``offers`` wait for nothing. All personal data is one question, and so are
    all references of several, and all questions of a group."""

    references: tuple[Reference, ...]
    confirmed: dict[Confirmed, tuple[Reference, ...]]
    feeds: tuple[tuple[str, ...], ...]
    questions: tuple[Question, ...]
    offers: tuple[Question, ...]
    findings: tuple[Finding, ...]
    personal: bool

    def __len__(self) -> int:
        parts = (self.feeds, self.groups, self.findings)
        references = 1 if self.asks_once else len(self.references)
        return sum(map(len, parts)) + references + self.personal

    @property
    def asks_once(self) -> bool:
        """Whether there are so many references that many of them can be answered at once."""
        return len(self.references) >= ALIKE

    @property
    def groups(self) -> tuple[tuple[Question, ...], ...]:
        """The questions in their order, those of one kind with the same answers together where
        they are several."""

        def kind(question: Question) -> Hashable:
            labels = tuple(answer.label for answer in question.answers)
            return (question.kind, labels) if labels else id(question)

        return _together(self.questions, kind)


def _together(asked: Iterable[Asked], kind: Callable[[Asked], Hashable]) -> Groups[Asked]:
    """Those of one kind where they are several, in order; the others one by one."""
    alike: dict[Hashable, list[Asked]] = {}
    for each in asked:
        alike.setdefault(kind(each), []).append(each)
    return tuple(
        group
        for found in alike.values()
        for group in ([tuple(found)] if len(found) >= ALIKE else [(each,) for each in found])
    )


def _confirmed(design: Design) -> dict[Confirmed, tuple[Reference, ...]]:
    """Not those of columns that may refer to several tables: of these a person chooses one."""
    alone = Counter((each.entity, each.columns) for each in design.references)
    found = [
        each
        for each in design.references
        if not each.accepted and each.inclusion == 1 and alone[each.entity, each.columns] == 1
    ]
    kinds = {
        Confirmed.BY_ALL_ROWS: tuple(each for each in found if not each.sampled),
        Confirmed.BY_A_SAMPLE: tuple(each for each in found if each.sampled),
    }
    return {kind: references for kind, references in kinds.items() if references}


def open_questions(design: Design) -> OpenQuestions:
    """Each of them once."""
    personal = {found for entity in design.entities for found in personal_data(entity)}
    findings = [f for f in check_design(design) if f.level is not Level.INFO and f not in personal]
    return OpenQuestions(
        references=tuple(each for each in design.references if not each.accepted),
        confirmed=_confirmed(design),
        feeds=_together(open_feeds(design), lambda name: possible_choices(design, name)),
        questions=tuple(each for each in design.asked if each.kind is not QuestionKind.FEED),
        offers=tuple(each for each in design.questions if each.kind is QuestionKind.OFFER),
        findings=tuple(findings),
        personal=bool(undecided_columns(design)),
    )
