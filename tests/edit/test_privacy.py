"""One decision about all personal data that waits for one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core.check import check_design
from medallion_core.edit import decide_personal_data, edit_columns, undecided_columns
from medallion_core.model import (
    Design,
    Level,
    Privacy,
    PrivacyDecision,
    Rule,
    RuleAction,
    Settings,
)
from medallion_core.propose import propose_design
from tests.propose.memory import schema

CLINIC = """
D patient 300: email label | first_name name | last_name name | birth_date date | town word 9
F visit 900: visit_id pk | patient_email fk patient.email | seen_on date | fee money
| first_name name"""


def clinic() -> Design:
    """Rows are joined by what is personal."""
    memory = schema(CLINIC)
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    for table, name in (("patient", "email"), ("visit", "patient_email")):
        columns = [
            replace(c, privacy=Privacy("email")) if c.name == name else c
            for c in design.entity(table).columns
        ]
        design = edit_columns(design, table, columns)
    return design


def waiting(design: Design) -> list[str]:
    return [f"{entity.name}.{column.name}" for entity, column in undecided_columns(design)]


JOINED = ["patient.email", "visit.patient_email"]


def test_what_looks_like_personal_data_waits() -> None:
    names = ["patient.first_name", "patient.last_name", "patient.birth_date", "visit.first_name"]
    assert sorted(waiting(clinic())) == sorted([*names, *JOINED])


def test_all_of_it_is_kept_at_once() -> None:
    assert waiting(decide_personal_data(clinic(), PrivacyDecision.KEEP)) == []


@pytest.mark.parametrize("decision", [PrivacyDecision.MASK, PrivacyDecision.DROP])
def test_what_joins_rows_keeps_its_values_and_waits(decision: PrivacyDecision) -> None:
    design = decide_personal_data(clinic(), decision)
    assert waiting(design) == JOINED
    assert not [f for f in check_design(design) if f.level is Level.ERROR]
    assert [each.accepted for each in design.references] == [True]


def test_a_decision_that_was_made_stands() -> None:
    design = clinic()
    kept = [
        replace(c, privacy=Privacy("name", PrivacyDecision.KEEP)) if c.name == "last_name" else c
        for c in design.entity("patient").columns
    ]
    design = decide_personal_data(edit_columns(design, "patient", kept), PrivacyDecision.MASK)
    found = {c.name: c.privacy.decision for c in design.entity("patient").columns if c.privacy}
    assert found["last_name"] is PrivacyDecision.KEEP
    assert found["first_name"] is PrivacyDecision.MASK


def test_the_star_goes_without_what_is_dropped() -> None:
    def attributes(design: Design) -> set[str]:
        return {a.name for d in design.star.dimensions for a in d.attributes}

    design = clinic()
    dropped = decide_personal_data(design, PrivacyDecision.DROP)
    assert attributes(design) - attributes(dropped) == {"first_name", "last_name", "birth_date"}


def test_one_kind_is_decided_for_by_itself() -> None:
    after = decide_personal_data(clinic(), PrivacyDecision.MASK, "name")
    left = sorted(waiting(after))
    assert left == sorted(["patient.birth_date", *JOINED])


def test_no_rule_asks_a_hash_about_its_value() -> None:
    design = clinic()
    rules = (
        Rule("email_given", "email IS NOT NULL", RuleAction.WARN),
        Rule("email_written", "email RLIKE '@'", RuleAction.QUARANTINE),
        Rule("born_then", "birth_date >= DATE '1900-01-01'", RuleAction.WARN),
    )
    patient = replace(design.entity("patient"), rules=rules)
    hashed = decide_personal_data(design.with_entity(patient), PrivacyDecision.HASH)
    assert hashed.entity("patient").rules == rules[:1]
    by_hand = hashed.with_entity(replace(hashed.entity("patient"), rules=rules))
    refused = [f for f in check_design(by_hand) if "hashes only" in f.detail]
    assert [(f.level, f.subject) for f in refused] == [
        (Level.ERROR, "patient.email"),
        (Level.ERROR, "patient.birth_date"),
    ]


@pytest.mark.parametrize("decision", [PrivacyDecision.MASK, PrivacyDecision.HASH])
def test_no_key_of_a_day_shows_what_is_hidden(decision: PrivacyDecision) -> None:
    memory = schema(f"{CLINIC} | birth_date date")
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    assert {role.column for role in design.star.fact("fact_visit").dates} >= {"birth_date"}
    hidden = decide_personal_data(design, decision)
    fact = hidden.star.fact("fact_visit")
    assert [role.column for role in fact.dates] == ["seen_on"]
    assert "birth_date" in [key.column for key in fact.degenerate]
    assert [f for f in check_design(hidden) if f.level is Level.ERROR] == []
