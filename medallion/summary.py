"""A design at a glance: its star, its tables, and what is open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medallion import html
from medallion.picture import star_picture
from medallion_core.model import Design, Entity, Question

MOST_QUESTIONS = 20
"""Questions that are shown; how many more there are is said."""


def as_html(design: Design) -> str:
    """The star as a picture, each table, each question with its answers."""
    parts = [
        html.paragraph(_headline(design), strong=True),
        star_picture(design),
        html.table(["Table", "Role", "Key", "Changes"], map(_row, design.entities)),
    ]
    if design.questions:
        asked = [_question_row(number, each) for number, each in enumerate(design.questions)]
        parts.append(html.paragraph("Open questions", strong=True))
        parts.append(html.table(["", "Subject", "Question", "Answers"], asked[:MOST_QUESTIONS]))
    more = len(design.questions) - MOST_QUESTIONS
    return "".join([*parts, html.paragraph(f"And {more} more.") if more > 0 else ""])


def as_text(design: Design) -> str:
    """The same without the picture, cut to what a terminal shows."""
    return html.shortened("\n".join(_lines(design)))


def _lines(design: Design) -> Iterator[str]:
    yield _headline(design)
    for entity in design.entities:
        yield "  " + "  ".join(map(str, _row(entity)))
    for number, question in enumerate(design.questions):
        yield f"[{number}] {question.subject}: {question.detail}"


def _headline(design: Design) -> str:
    star = design.star
    return (
        f"{design.settings.pipeline_name}: {len(design.entities)} tables, "
        f"{len(star.facts)} facts, {len(star.dimensions)} dimensions, "
        f"{len(design.asked)} open questions"
    )


def _row(entity: Entity) -> Sequence[object]:
    return entity.name, entity.role.value, ", ".join(entity.key) or "none", entity.change.value


def _question_row(number: int, question: Question) -> Sequence[object]:
    answers = "; ".join(f"{each.label}: {each.effect}" for each in question.answers)
    return number, question.subject, question.detail, answers or question.hint
