"""What a proposal asks a person, with all that may be answered."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, replace
from enum import StrEnum

from medallion_core.model.entities import ChangeHandling, Role, Rule
from medallion_core.model.findings import Finding
from medallion_core.model.parts import Aggregation, FactKind
from medallion_core.model.renaming import Gone, Names, column_named, each_left


class QuestionKind(StrEnum):
    """FEED asks what becomes of rows that are changes of rows; ``Entity.feed`` has what is known
    of them. LANGUAGE asks in which language texts are read. An OFFER is no question: what it leads
    to may be had, and nothing is wrong without it."""

    FEED = "feed"
    LANGUAGE = "language"
    OFFER = "offer"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a button says, and ``effect``: what becomes of the rows. What else is given is decided
    by it: about the table, about its ``column``, whose type and format it sets, or about its
    reference from ``columns`` to ``parent``, which ``accepted`` keeps or takes out.
    ``append_only`` says whether rows of its source tables are only added, and leaves what becomes
    of rows with the same key as it is by then. ``language`` is that of its texts which are read.
    ``kind`` is that of its fact: of one whose rows go on, with its dates in order in ``columns``.
    ``flags`` are columns of its fact that go into a small dimension, ``merges`` names the tables
    that become one with it. ``aggregation`` is how the measures of its fact that have one of the
    expressions ``measures`` add up, and ``rule`` one that it gets.
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
    language: str = ""
    kind: FactKind | None = None
    flags: tuple[str, ...] = ()
    merges: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    aggregation: Aggregation | None = None
    rule: Rule | None = None

    def renamed(self, names: Names, entity: str) -> Answer:
        """Raises Gone where nothing is left of what it is about."""
        measures = each_left(self.measures, lambda each: names.expression(entity, each, {}))
        if self.measures and not measures:
            raise Gone
        return replace(
            self,
            column=column_named(names, entity, self.column),
            columns=names.columns(entity, self.columns),
            flags=names.columns(entity, self.flags),
            merges=tuple(map(names.entity, self.merges)),
            parent=names.entity(self.parent) if self.parent else "",
            measures=measures,
            rule=self.rule.renamed(names, entity) if self.rule else None,
        )


@dataclass(frozen=True, slots=True)
class Question(Finding):
    """A finding that a person decides on. ``table`` is the entity that it is about; without
    ``answers`` there is nothing to decide but to know it."""

    _: KW_ONLY
    table: str = ""
    answers: tuple[Answer, ...] = ()
    kind: QuestionKind = QuestionKind.OTHER

    def renamed(self, names: Names) -> Question:
        """Its sentences stay as they were written. Raises Gone where no answer is left."""
        if not self.table:
            return self
        answers = each_left(self.answers, lambda answer: answer.renamed(names, self.table))
        table, dot, column = self.subject.partition(".")
        if table == self.table:
            table = names.entity(table)
            column = column_named(names, self.table, column)
        if self.answers and not answers:
            raise Gone
        subject = f"{table}{dot}{column}"
        return replace(self, subject=subject, table=names.entity(self.table), answers=answers)


def asked(finding: Finding) -> Question:
    """``finding`` as a question without answers."""
    if isinstance(finding, Question):
        return finding
    return Question(finding.level, finding.subject, finding.detail, finding.hint)
