"""The answer to whether rows are changes of rows, and what becomes of deleted ones."""

from __future__ import annotations

from dataclasses import replace

from medallion_core.edit.refusals import entity_of, invalid
from medallion_core.edit.tables import edit_entities
from medallion_core.model import Design, FeedChoice
from medallion_core.propose.feeds import feed_question, with_choice


def open_feeds(design: Design) -> list[str]:
    """The entities whose question about changes is still to be answered."""
    return [e.name for e in design.entities if feed_question(e) in design.questions]


def answer_feed(design: Design, entity_name: str, choice: FeedChoice) -> Design:
    """``design`` with the changes of an entity read as ``choice`` says, and without the question.

    Where deleted members go, no fact brings them back: what refers to them refers to the unknown
    member. Raises MedallionError INVALID_EDIT for an entity that is no change feed, or one whose
    key is not known.
    """
    entity = entity_of(design, entity_name)
    if entity.feed is None:
        raise invalid(f"Nothing says that the rows of {entity_name} are changes.")
    if choice is not FeedChoice.EVERY and not entity.feed.key:
        raise invalid(
            f"The key of {entity_name} is not known, so that no row is the newest of its key.",
            "Name its key among the tables.",
        )
    asked = feed_question(entity)
    answered = edit_entities(design, [with_choice(entity, entity.feed, choice)])
    for dimension in answered.star.dimensions:
        if dimension.entity == entity_name and not dimension.junk:
            infers = choice is not FeedChoice.GONE
            answered = answered.with_dimension(replace(dimension, inferred_members=infers))
    return replace(answered, questions=tuple(q for q in design.questions if q != asked))
