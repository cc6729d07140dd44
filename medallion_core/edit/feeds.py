"""The answer to whether rows are changes of rows, and what becomes of deleted ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from medallion_core.edit.refusals import entity_of, invalid
from medallion_core.edit.tables import edit_entities
from medallion_core.model import Design, FeedChoice, Question, QuestionKind
from medallion_core.propose.feeds import choices, may_choose, with_choice


def open_feeds(design: Design) -> list[str]:
    """The entities whose question about changes is still to be answered."""
    asked = {question.table for question in design.questions if _is_of_feed(question)}
    return [entity.name for entity in design.entities if entity.feed and entity.name in asked]


def _is_of_feed(question: Question) -> bool:
    return question.kind is QuestionKind.FEED


def possible_choices(design: Design, entity_name: str) -> tuple[FeedChoice, ...]:
    """How the changes of an entity may be read, by what is known of them."""
    feed = design.entity(entity_name).feed
    return tuple(each for each in choices(feed) if may_choose(feed, each)) if feed else ()


def answer_feeds(design: Design, names: Sequence[str], choice: FeedChoice) -> Design:
    """``design`` with the changes of each of these entities read as ``choice`` says. Raises
    MedallionError as ``answer_feed`` does."""
    for name in names:
        design = answer_feed(design, name, choice)
    return design


def answer_feed(design: Design, entity_name: str, choice: FeedChoice) -> Design:
    """``design`` with the changes of an entity read as ``choice`` says, and without the question.

    Where deleted members go, no fact brings them back: what refers to them refers to the unknown
    member. Raises MedallionError INVALID_EDIT for an entity that is no change feed, for one whose
    key is not known, and for deleted rows where nothing says which they are.
    """
    entity = entity_of(design, entity_name)
    if entity.feed is None:
        raise invalid(f"Nothing says that the rows of {entity_name} are changes.")
    if not may_choose(entity.feed, choice):
        raise invalid(
            f"The key of {entity_name} is not known, so that no row is the newest of its key.",
            "Name its key among the tables.",
        )
    if choice is not FeedChoice.EVERY and choice not in choices(entity.feed):
        raise invalid(
            f"Rows of {entity_name} cannot be {choice}.",
            f"It can be one of {', '.join(choices(entity.feed))}.",
        )
    answered = edit_entities(design, [with_choice(entity, entity.feed, choice)])
    for dimension in answered.star.dimensions:
        if dimension.entity == entity_name and not dimension.junk:
            infers = choice is not FeedChoice.GONE
            answered = answered.with_dimension(replace(dimension, inferred_members=infers))
    left = (q for q in answered.questions if not (_is_of_feed(q) and q.table == entity_name))
    return replace(answered, questions=tuple(left))
