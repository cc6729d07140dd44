"""Rows that add up others are asked about before they are summed with them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from medallion_core.edit import answer_question
from medallion_core.model import RuleAction, Scalar, Settings
from medallion_core.propose import propose_design
from tests.propose.memory import Memory

CASES: dict[str, tuple[list[str], str]] = {
    "a word": (["North", "South", "Total"], "'Total' in 40"),
    "a word behind a value": (["North", "South", "North Total"], "'North Total' in 40"),
    "a word before a value": (["Nord", "Süd", "Summe Nord"], "'Summe Nord' in 40"),
    "all of them": (["Male", "Female", "All persons"], "'All persons' in 40"),
    "a name that begins so": (["BP", "Shell", "Total Energies"], ""),
    "nothing but the word": (["Total", "Total", "North"], ""),
    "no such word": (["North", "South", "East"], ""),
}


@pytest.mark.parametrize("name", CASES)
def test_rows_that_add_up_others_are_asked_about(name: str) -> None:
    values, told = CASES[name]
    rows: dict[str, list[Scalar | None]] = {
        "region": [values[n % 3] for n in range(120)],
        "sold_on": [date(2024, 1, 1) + timedelta(days=n // 3) for n in range(120)],
        "amount": [n * 1.25 for n in range(120)],
    }
    memory = Memory({"sales": rows})
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    found = [q for q in design.questions if "add up other rows" in q.detail]
    assert len(found) == bool(told)
    assert told in "".join(question.detail for question in found)
    for question in found:
        rules = answer_question(design, question, question.answers[-1]).entity("sales").rules
        word = told.partition("'")[2].partition("'")[0]
        condition = f"coalesce(trim(`region`) NOT IN ('{word}'), true)"
        assert (condition, RuleAction.QUARANTINE) in {(r.condition, r.action) for r in rules}


def test_lines_that_a_rule_sets_aside_are_not_asked_about_again() -> None:
    rows: dict[str, list[Scalar | None]] = {
        "region": ["Total" if n == 119 else f"North {n % 3}" for n in range(120)],
        "sold_on": [date(2024, 1, 1) + timedelta(days=n // 3) for n in range(120)],
        "amount": [n * 1.25 for n in range(120)],
    }
    memory = Memory({"sales": rows})
    [source] = memory.sources()
    for totals in ((), ((("region", "Total"), ("sold_on", "")),)):
        sources = [replace(source, totals=totals)]
        design = propose_design(sources, memory.profiles(), Settings("p", "c", "s"), memory)
        asked = any("add up other rows" in q.detail for q in design.questions)
        assert asked is not bool(totals)
