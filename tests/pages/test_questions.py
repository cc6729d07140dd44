"""The page of questions over a whole proposal: few, each answered by one click."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from medallion_core.edit import open_questions
from medallion_core.model import Design, PrivacyDecision, Settings
from medallion_core.propose import propose_design
from pages.components.frame.session import Session
from pages.components.frame.text import plain
from tests.pages.conftest import FakeWorkspace
from tests.propose.memory import schema

OpenPage = Callable[..., AppTest]
CLINIC = """
D patient 400: patient_id pk | first_name name | last_name name | birth_date date | town word 30
D ward 30: ward_id pk | title label
F visit 900: visit_id pk | patient_id fk patient | ward_id fk ward | seen_on date | fee money
F observation 600: seen_at ts | patient_id fk patient | code word 90 | result float 0 300"""


def clinic() -> Design:
    """A key by chance, patients that nobody knows, a day that reads in two ways, and names."""
    memory = schema(CLINIC)
    memory.tables["visit"]["patient_id"][:90] = range(9001, 9091)
    memory.tables["visit"]["booked"] = ["01/02/2024"] * 450 + ["03/04/2024"] * 450
    return propose_design(memory.sources(), memory.profiles(), Settings("shop", "c", "s"), memory)


@pytest.fixture
def at(open_page: OpenPage, shop: FakeWorkspace) -> AppTest:
    shop.drafts["shop"] = clinic()
    return open_page("design", design="shop")


def design_of(at: AppTest) -> Design:
    state: Session = at.session_state["medallion_session"]
    assert state.design is not None
    return state.design


def answers(at: AppTest) -> list[Any]:
    """The first answer of each question."""
    keys = ("answer_", "personal_mask", "personal_keep", "yes_", "feed_")
    found = [button for button in at.button if (button.key or "").startswith(keys)]
    return [b for b in found if not (b.key or "").startswith("answer_") or b.key.endswith("_0")]


def test_a_proposal_asks_at_most_eight_questions_in_one_place(at: AppTest) -> None:
    left = open_questions(design_of(at))
    assert 4 <= len(left) <= 8
    assert left.findings == ()
    assert f"{len(left)} open questions" in [each.label for each in at.expander]
    shown = " ".join(each.value for each in at.markdown)
    assert "**3 columns** look like personal data" in shown
    assert plain("patient.first_name (name)") in shown


def test_each_is_gone_with_one_click(at: AppTest) -> None:
    for left in range(len(open_questions(design_of(at))), 0, -1):
        assert len(open_questions(design_of(at))) == left
        answers(at)[0].click().run()
        assert not at.error
    assert "No open questions." in [each.value for each in at.success]


DECISIONS = {
    PrivacyDecision.MASK: set(),
    PrivacyDecision.KEEP: set(),
    PrivacyDecision.DROP: {"first_name", "last_name", "birth_date"},
}


@pytest.mark.parametrize("decision", DECISIONS)
def test_the_star_follows_what_is_decided_on_personal_data(
    at: AppTest, shop: FakeWorkspace, decision: PrivacyDecision
) -> None:
    before = attributes(design_of(at))
    next(b for b in at.button if b.key == f"personal_{decision.value}").click().run()
    assert before - attributes(design_of(at)) == DECISIONS[decision]
    decided = {c.privacy.decision for c in design_of(at).entity("patient").columns if c.privacy}
    assert decided == {decision}
    assert shop.drafts["shop"] == design_of(at)


def attributes(design: Design) -> set[str]:
    return {each.name for d in design.star.dimensions for each in d.attributes}
