"""What may be answered where a sum over all rows would say something else than one takes it for."""

from __future__ import annotations

from collections.abc import Sequence

from medallion_core.model import Aggregation, Answer, Fact


def sum_answers(fact: Fact, names: Sequence[str], summed: str) -> tuple[Answer, ...]:
    """That nothing adds up the measures of ``fact`` called ``names``, or that a sum does, of which
    ``summed`` tells what comes out."""
    measures = tuple(each.expression for each in fact.measures if each.name in names)
    several = len(names) > 1
    stay, are = ("stay columns", "are") if several else ("stays a column", "is")
    return (
        Answer(
            "Do not sum",
            f"{' and '.join(names)} {stay} of {fact.name}, and {are} not added up.",
            measures=measures,
            aggregation=Aggregation.NONE,
        ),
        Answer("Sum all the same", summed, measures=measures, aggregation=Aggregation.SUM),
    )
