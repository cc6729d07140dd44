"""Rows that add up others of their table, as reports and open data have them: a sum over all rows
counts what they hold a second time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from medallion_core.model import Answer, Design, Entity, Fact, Level, Question, Rule, RuleAction
from medallion_core.propose.fields import Field
from medallion_core.propose.measures import is_sum
from medallion_core.propose.sums import sum_answers
from medallion_core.propose.tables import Table
from medallion_core.text.identifiers import quote_identifier, quote_literal

MOST_SHARE = 0.5
"""Share of the rows that add up others at most; a word in more of them says something else."""

_TOTAL = re.compile(
    r"(.*\W)?(sub|grand)?\W?(totals?|overall|totaal|totale|totaux)\W?|"
    r"(zwischen|end|gesamt)?summe|gesamt|insgesamt|suma|razem|celkem|итого|всего|合計|合计|总计|"
    r"(all|alle|tous|toutes|todos|todas|both)( .+)?",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?:(?:sub|grand )?total|summe|gesamt|suma) (?:of |for )?(.+)", re.IGNORECASE)


def with_subtotals(design: Design, tables: Sequence[Table]) -> Design:
    """``design``, whose entities are ``tables`` in order, with a question for each column that says
    of some rows that they add up others."""
    views = dict(zip((entity.name for entity in design.entities), tables, strict=True))
    asked = [
        question
        for fact in design.star.facts
        for question in _questions(fact, views[fact.entity], design.entity(fact.entity))
    ]
    return replace(design, questions=(*design.questions, *asked))


def _questions(fact: Fact, table: Table, entity: Entity) -> Iterator[Question]:
    silver = {c.source: c.name for c in entity.columns if c.included and c.type == "string"}
    summed = [m.name for m in fact.measures if is_sum(m) and not m.from_header]
    texts = [f for f in table.fields.values() if f.name in silver and not f.is_constant and summed]
    values = {value for field in texts for value in _counts(field)}
    for field in texts:
        known = {value.strip() for row in table.source.totals for _, value in row}
        found = {v: n for v, n in _counts(field).items() if v not in known and _adds_up(v, values)}
        if 0 < sum(found.values()) <= MOST_SHARE * table.row_count:
            aside = _set_aside(silver[field.name], found)
            yield _question(fact, table, field, found, summed, aside)


def _counts(field: Field) -> dict[str, int]:
    frequent = field.profile.frequent if field.profile else ()
    return {str(value.value).strip(): value.count for value in frequent}


def _adds_up(value: str, values: set[str]) -> bool:
    """Whether it says so, be it of another value that is there."""
    before = _BEFORE.fullmatch(value)
    return bool(_TOTAL.fullmatch(value)) or (before is not None and before[1] in values)


def _question(
    fact: Fact,
    table: Table,
    field: Field,
    found: Mapping[str, int],
    summed: Sequence[str],
    aside: Answer,
) -> Question:
    words, rows = ", ".join(map(repr, sorted(found)[:3])), sum(found.values())
    return Question(
        Level.WARNING,
        fact.entity,
        f"{field.name} says {words} in {rows:,} of {table.rows_in_words}. If these add up other "
        f"rows, sums of {' and '.join(summed)} over all rows count them twice.",
        "Take such rows out in a view over the source, or add a rule that sets them aside.",
        table=fact.entity,
        answers=(
            *sum_answers(fact, summed, "What these rows hold is in a sum over all rows twice."),
            aside,
        ),
    )


def _set_aside(name: str, found: Mapping[str, int]) -> Answer:
    listed = ", ".join(quote_literal(value) for value in sorted(found))
    condition = f"coalesce(trim({quote_identifier(name)}) NOT IN ({listed}), true)"
    return Answer(
        "Set such rows aside",
        f"{sum(found.values()):,} of today's rows go to quarantine, and no fact has them.",
        rule=Rule(f"{name}_is_no_total", condition, RuleAction.QUARANTINE, "They add up others."),
    )
