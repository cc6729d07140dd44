"""The page of questions over a whole proposal: few, each answered by one click."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from medallion_core.edit import open_questions
from medallion_core.model import (
    Answer,
    ChangeFeed,
    Design,
    Level,
    PrivacyDecision,
    Question,
    RuleAction,
    Settings,
)
from medallion_core.propose import propose_design
from medallion_core.propose.feeds import feed_question
from pages.components.deploy.still_open import still_open
from pages.components.design.entity_rows import table_rows, with_tables
from pages.components.frame.session import Session
from pages.components.frame.text import plain
from tests.pages.conftest import FakeWorkspace
from tests.pages.designs import shop_design
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


def test_an_offer_is_taken_by_one_click_and_asks_nothing(
    open_page: OpenPage, shop: FakeWorkspace
) -> None:
    flags = "open bool | kind word 3 | channel word 3"
    memory = schema(f"{CLINIC.splitlines()[2]}\nF call 900: call_id pk | ward_id fk ward | {flags}")
    shop.drafts["shop"] = propose_design(
        memory.sources(), memory.profiles(), Settings("shop", "c", "s"), memory
    )
    at = open_page("design", design="shop")
    assert at.success[0].value == "No open questions."
    [gather] = [button for button in at.button if button.label == "Gather them"]
    gather.click().run()
    assert not at.exception
    assert "dim_call_flags" in [d.name for d in design_of(at).star.dimensions]
    assert design_of(at).questions == ()


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


def test_references_that_the_data_confirms_are_taken_in_by_one_click(
    open_page: OpenPage, shop: FakeWorkspace
) -> None:
    design = clinic()
    whole, *others = (replace(each, accepted=False, inclusion=1.0) for each in design.references)
    sampled = tuple(replace(each, sampled=True) for each in others)
    shop.drafts["shop"] = replace(design, references=(whole, *sampled))
    at = open_page("design", design="shop")
    labels = [button.label for button in at.button]
    assert f"Yes ({len(sampled)} that a sample confirms)" in labels
    said = " ".join(caption.value.replace("\\", "") for caption in at.caption)
    assert f"Each row gets its member: {whole.entity}({whole.columns[0]})" in said
    next(b for b in at.button if b.label == "Yes (1 that all rows confirm)").click().run()
    assert not at.error
    assert [each.accepted for each in design_of(at).references] == [True, *[False] * len(sampled)]


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


WARDS = """
D patient 400: patient_id pk | first_name name | town word 30
D ward 30: ward_id pk | title label
D doctor 60: doctor_id pk | doctor_name name
F visit 900: visit_id pk | patient_id fk patient | ward_id fk ward | doctor_id fk doctor
    | seen_on date | fee money"""
REFERRING = ("patient_id", "ward_id", "doctor_id")


def wards() -> Design:
    """Patients, wards and doctors that nobody knows: three questions of one kind."""
    memory = schema(WARDS)
    for column in REFERRING:
        memory.tables["visit"][column][:90] = range(9001, 9091)
    return propose_design(memory.sources(), memory.profiles(), Settings("shop", "c", "s"), memory)


def referring(design: Design) -> dict[str, float]:
    return {r.columns[0]: r.confidence for r in design.references if r.entity == "visit"}


@pytest.mark.parametrize(("place", "left"), [(0, set(REFERRING)), (1, set())])
def test_one_click_answers_all_questions_of_a_kind(
    open_page: OpenPage, shop: FakeWorkspace, place: int, left: set[str]
) -> None:
    shop.drafts["shop"] = wards()
    at = open_page("design", design="shop")
    told = "\n".join(each.value for each in at.markdown)
    assert all(f"values of {column}".replace("_", "\\_") in told for column in REFERRING)
    before = open_questions(design_of(at))
    captions = [each.value for each in at.caption]
    (group,) = (group for group in before.groups if len(group) > 1)
    assert any(
        all(plain(question.answers[place].effect) in caption for question in group)
        for caption in captions
    ), "beside the button stands what it does to the rows"
    at.button(key=f"answers_0_{place}").click().run()
    assert not at.error
    assert len(open_questions(design_of(at))) == len(before) - 1
    assert referring(design_of(at)) == dict.fromkeys(left, 1.0)


def test_each_of_a_kind_can_be_answered_by_itself(open_page: OpenPage, shop: FakeWorkspace) -> None:
    shop.drafts["shop"] = wards()
    at = open_page("design", design="shop")
    (group,) = open_questions(design_of(at)).groups
    number = [question.answers[1].columns for question in group].index(("ward_id",)) + 1
    at.button(key=f"answer_{number}_1").click().run()
    assert not at.error
    assert set(referring(design_of(at))) == {"patient_id", "doctor_id"}
    assert len(open_questions(design_of(at)).groups) == 2


def marked(*names: str, key: tuple[str, ...] = ("buyer_id",)) -> Design:
    """Tables whose rows say that they are deleted."""
    shop = shop_design()
    feed = ChangeFeed("name says so", key=key, deleted="`name` = 'gone'", marks=True)
    found = [replace(shop.entity("buyers"), name=name, feed=feed) for name in names]
    asked = [question for entity in found if (question := feed_question(entity))]
    return replace(shop, entities=(*shop.entities, *found), questions=tuple(asked))


def test_one_click_answers_for_all_tables_that_are_changes_of_the_same_kind(
    open_page: OpenPage, shop: FakeWorkspace
) -> None:
    names = ("clients", "guests", "visitors")
    shop.drafts["shop"] = marked(*names)
    at = open_page("design", design="shop")
    assert open_questions(design_of(at)).feeds == (names,)
    told = plain("The newest of each stays, and deleted ones go.")
    assert told in [caption.value for caption in at.caption]
    next(b for b in at.button if b.label == "Let deleted rows go (all 3)").click().run()
    assert not at.error
    assert open_questions(design_of(at)).feeds == ()
    conditions = {design_of(at).entity(name).delete_when for name in names}
    assert conditions == {"`name` = 'gone'"}


def test_marked_rows_without_a_key_are_answered_for_too(
    open_page: OpenPage, shop: FakeWorkspace
) -> None:
    shop.drafts["shop"] = marked("clients", key=())
    at = open_page("design", design="shop")
    at.button(key="feed_gone_clients").click().run()
    assert not at.error
    assert open_questions(design_of(at)).feeds == ()
    assert any(
        rule.action is RuleAction.QUARANTINE for rule in design_of(at).entity("clients").rules
    )


def test_references_that_are_unsure_can_be_left_out_at_once(
    open_page: OpenPage, shop: FakeWorkspace
) -> None:
    design = wards()
    unsure = [replace(each, accepted=False) for each in design.references]
    shop.drafts["shop"] = replace(design, references=tuple(unsure), questions=())
    at = open_page("design", design="shop")
    left = len(open_questions(design_of(at)))
    assert {f"yes_visit({c})_{c[:-3]}({c})" for c in REFERRING} <= {b.key for b in at.button}
    at.button(key="no_all").click().run()
    assert design_of(at).references == ()
    assert len(open_questions(design_of(at))) == left - 1


def test_a_confirmed_role_is_not_asked_about_any_more(at: AppTest) -> None:
    design = design_of(at)
    entity = replace(design.entities[0], role_confidence=0.4)
    answers = (Answer("It is", role=entity.role),)
    question = Question(Level.WARNING, entity.name, "?", table=entity.name, answers=answers)
    before = replace(design.with_entity(entity), questions=(question,))
    rows = table_rows(before)
    assert with_tables(before, rows).questions == (question,)
    after = with_tables(before, [{**rows[0], "confirmed": True}, *rows[1:]])
    assert after.questions == ()
    assert table_rows(after)[0]["confidence"] == 1.0


def test_every_column_of_a_kind_is_decided_for_at_once(at: AppTest) -> None:
    next(b for b in at.button if b.label == "Mask every name").click().run()
    decided = {
        column.name: column.privacy.decision
        for column in design_of(at).entity("patient").columns
        if column.privacy
    }
    assert decided == {
        "first_name": PrivacyDecision.MASK,
        "last_name": PrivacyDecision.MASK,
        "birth_date": PrivacyDecision.UNDECIDED,
    }


def test_what_is_still_open_is_said_with_what_follows(at: AppTest) -> None:
    told = " ".join(still_open(design_of(at)))
    assert "3 columns that may be personal data: readers are not granted" in told
    assert "nobody has confirmed: built as proposed" in told
    assert list(still_open(Design(Settings("shop", "c", "s")))) == []
