"""The Design page: what a person edits is what the design, the star and the draft then say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from bench.generate import wide_star
from medallion_core.deploy.drafts import Draft
from medallion_core.errors import MedallionError
from medallion_core.model import (
    Answer,
    ChangeFeed,
    ChangeHandling,
    Design,
    FactKind,
    Finding,
    Level,
    PrivacyDecision,
    Question,
    Role,
    asked,
)
from medallion_core.propose.feeds import feed_question
from pages.components.design.star_rows import attribute_rows, key_rows, measure_rows
from pages.components.frame.session import Session
from pages.components.frame.text import plain
from tests.pages.conftest import FakeWorkspace
from tests.pages.designs import HOSTILE, shop_design

OpenPage = Callable[..., AppTest]
SETTINGS = ":material/settings: Settings"


def design_of(at: AppTest) -> Design:
    state: Session = at.session_state["medallion_session"]
    assert state.design is not None
    return state.design


def edit(at: AppTest, key: str, rows: dict[int, dict[str, Any]]) -> None:
    jumps = at.session_state["medallion_session"].jumps
    drawn = f"{key}_{jumps}" if jumps else key
    at.session_state[drawn] = {"edited_rows": rows, "added_rows": [], "deleted_rows": []}
    at.run()


def button(at: AppTest, key: str) -> Any:
    return next(b for b in at.button if (b.key or "").startswith(key))


@pytest.fixture
def draft(shop: FakeWorkspace) -> Design:
    """A draft whose one reference is not certain."""
    design = shop_design()
    unsure = tuple(replace(r, accepted=False, confidence=0.5) for r in design.references)
    shop.drafts["shop"] = replace(design, references=unsure)
    return shop.drafts["shop"]


@pytest.fixture
def at(open_page: OpenPage, draft: Design) -> AppTest:
    return open_page("design", design="shop")


def test_the_url_opens_a_draft(at: AppTest, draft: Design) -> None:
    assert design_of(at) == draft


def test_without_a_design_the_page_says_what_to_do(open_page: OpenPage) -> None:
    at = open_page("design")
    assert any("basket" in markdown.value for markdown in at.markdown)


def test_a_changed_role_redraws_the_star_and_saves_the_draft(
    at: AppTest, shop: FakeWorkspace
) -> None:
    edit(at, "edit_tables", {1: {"role": "other"}})
    assert design_of(at).entity("buyers").role is Role.OTHER
    assert design_of(at).star.dimensions == ()
    assert shop.drafts["shop"] == design_of(at)


def test_evidence_that_a_cell_cuts_is_read_below_its_table(
    open_page: OpenPage, draft: Design
) -> None:
    at = open_page("design", design="shop", edit_tables_in_full=True)
    evidence = plain(draft.entity("buyers").role_evidence)
    assert any(f"**buyers**: {evidence}" in each.value for each in at.markdown)


def test_the_star_is_looked_at_alone(open_page: OpenPage, draft: Design) -> None:
    assert draft.star.facts
    at = open_page("design", design="shop", design_shown="Star")
    assert any("As a list: 3 tables" in each.label for each in at.toggle)
    assert not at.tabs


def test_a_refused_edit_says_why_and_changes_nothing(at: AppTest, draft: Design) -> None:
    edit(at, "edit_tables", {0: {"delete_when": "nothing, at all"}})
    assert "Deletions of orders" in at.error[0].value
    assert design_of(at) == draft


def test_a_key_is_chosen_among_the_columns_of_its_table(at: AppTest, draft: Design) -> None:
    assert at.button(key="set_key").disabled
    order, (first, *_) = at.selectbox(key="order_orders_"), draft.entity("orders").key
    key = at.multiselect(key=f"key_orders_{(first,)}")
    assert key.options == ["order_id", "buyer_id", "amount", "ordered_on"]
    assert order.options == ["Nothing", *key.options]
    key.set_value(["buyer_id", "order_id"])
    assert [each.label for each in at.multiselect if each.label == "Then by"] == []
    order.set_value("ordered_on").run()
    then = at.multiselect(key="then_orders_('ordered_on', ())")
    assert then.options == ["order_id", "buyer_id", "amount"]
    then.set_value(["order_id", "amount"]).run()
    assert design_of(at) == draft, "a key of several columns is set by one click"
    at.button(key="set_key").click().run()
    chosen = design_of(at).entity("orders")
    assert chosen.key == ("buyer_id", "order_id")
    assert chosen.order == ("ordered_on", "order_id", "amount")
    assert (chosen.key_confidence, chosen.key_evidence) == (1.0, "Chosen by a person.")
    at.selectbox(key="order_orders_ordered_on").set_value("").run()
    at.button(key="set_key").click().run()
    assert (design_of(at).entity("orders").order, design_of(at).entity("orders").then_by) == (
        (),
        (),
    )
    at.selectbox(key="key_of").set_value("buyers").run()
    assert at.multiselect(key="key_buyers_('buyer_id',)").options == ["buyer_id", "name", "email"]


def test_a_reference_is_chosen_among_columns_and_deleted_again(
    open_page: OpenPage, shop: FakeWorkspace
) -> None:
    shop.drafts["shop"] = shop_design()
    at = open_page("design", design="shop", design_tab=":material/link: References")
    [before] = design_of(at).references
    assert at.button(key="add_reference").disabled
    at.selectbox(key="reference_to").set_value("buyers").run()
    assert at.multiselect(key="Key it refers to_buyers_1").value == ["buyer_id"]
    columns = at.multiselect(key="Its columns_orders_1")
    assert columns.options == ["order_id", "buyer_id", "amount", "ordered_on"]
    columns.set_value(["order_id"]).run()
    at.button(key="add_reference").click().run()
    _, added = design_of(at).references
    assert (added.columns, added.parent_columns) == (("order_id",), ("buyer_id",))
    assert (added.accepted, added.confidence) == (True, 1.0)
    columns = at.multiselect(key="Its columns_orders_2").set_value(["amount", "ordered_on"])
    columns.run()
    at.button(key="add_reference").click().run()
    assert "pairs 2 columns with 1" in at.error[0].value
    jumps = at.session_state["medallion_session"].jumps
    removed = {"edited_rows": {0: {"use": False}}, "added_rows": [], "deleted_rows": [1]}
    at.session_state[f"edit_references_{jumps}"] = removed
    at.run()
    assert design_of(at).references == (replace(before, accepted=False),)


def test_a_key_that_is_needed_is_not_taken_away_and_the_page_says_why(
    open_page: OpenPage, shop: FakeWorkspace
) -> None:
    design = shop_design()
    latest = replace(design.entity("orders"), change=ChangeHandling.LATEST)
    shop.drafts["shop"] = design.with_entity(latest)
    at = open_page("design", design="shop")
    at.multiselect(key="key_orders_('order_id',)").set_value([]).run()
    at.button(key="set_key").click().run()
    assert "needs a key" in at.error[0].value
    assert design_of(at) == shop.drafts["shop"]


@pytest.mark.parametrize(
    ("tab", "key", "typed"),
    [
        ("table: Tables", "edit_tables", {0: {"confirmed": False}}),
        ("table: Tables", "edit_tables", {0: {"delete_when": None}}),
        ("view_column: Columns", "edit_columns_buyers", {2: {"privacy": None}}),
    ],
)
def test_an_edit_that_changes_nothing_leaves_the_table(
    at: AppTest, tab: str, key: str, typed: dict[int, dict[str, Any]]
) -> None:
    edit(at, "edit_tables", {0: {"confirmed": True}})
    before = design_of(at)
    assert before.entity("orders").key_confidence == 1.0
    at.session_state["design_tab"] = f":material/{tab}"
    at.session_state["columns_of"] = "buyers"
    edit(at, key, typed)
    assert design_of(at) == before
    assert at.session_state[f"{key}_1"]["edited_rows"] == {}, "drawn as the design has it"


def test_what_was_typed_takes_back_nothing_that_was_decided_after_it(at: AppTest) -> None:
    at.session_state["design_tab"] = ":material/view_column: Columns"
    at.session_state["columns_of"] = "buyers"
    for decision in ("keep", "undecided"):
        edit(at, "edit_columns_buyers", {1: {"privacy": decision}})
    button(at, "personal_keep_name").click().run()
    decided = design_of(at).entity("buyers").column("name").privacy
    assert decided is not None
    assert decided.decision is PrivacyDecision.KEEP


def test_what_was_typed_into_one_design_goes_into_no_other(at: AppTest) -> None:
    edit(at, "edit_tables", {1: {"role": "other"}})
    other = replace(shop_design(), settings=replace(shop_design().settings, pipeline_name="b"))
    at.session_state["medallion_session"].open(Draft(other))
    at.run()
    assert design_of(at) == other


def test_a_question_is_answered_with_yes(at: AppTest) -> None:
    button(at, "yes_").click().run()
    assert [r.accepted for r in design_of(at).references] == [True]
    assert len(design_of(at).star.facts[0].links) == 1


def test_a_column_has_one_parent_whichever_it_is_said_to_be(
    open_page: OpenPage, shop: FakeWorkspace
) -> None:
    design = shop_design()
    [first] = design.references
    twin = replace(design.entity("buyers"), name="people")
    other = replace(first, parent="people", accepted=False)
    shop.drafts["shop"] = replace(
        design, entities=(*design.entities, twin), references=(first, other)
    )
    at = open_page("design", design="shop")
    button(at, "yes_").click().run()
    assert [(r.parent, r.accepted) for r in design_of(at).references] == [("people", True)]


def test_a_question_is_answered_with_no(at: AppTest) -> None:
    button(at, "no_").click().run()
    assert design_of(at).references == ()


def _linked(design: Design) -> list[str]:
    return [column for fact in design.star.facts for link in fact.links for column in link.columns]


def _measures(design: Design) -> list[str]:
    return [measure.name for fact in design.star.facts for measure in fact.measures]


ANSWERS = {
    "a key": (
        Answer("Keep every row", "All stay.", change=ChangeHandling.APPEND),
        lambda design: design.entity("orders").change is ChangeHandling.APPEND,
    ),
    "a place in the star": (
        Answer("In silver", "None is in the star.", role=Role.OTHER),
        lambda design: design.star.facts == (),
    ),
    "a type": (
        Answer("Keep the text", "It stays.", column="amount", type="string"),
        lambda design: _measures(design) == [],
    ),
    "a reference": (
        Answer("No", "No row is joined.", columns=("buyer_id",), parent="buyers", accepted=False),
        lambda design: _linked(design) == [],
    ),
    "something to know": (None, lambda design: _linked(design) == ["buyer_id"]),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_each_question_is_answered_by_one_click_and_the_star_follows(
    open_page: OpenPage, shop: FakeWorkspace, name: str
) -> None:
    answer, follows = ANSWERS[name]
    answers = (answer,) if answer else ()
    question = Question(Level.WARNING, "orders", "Which?", table="orders", answers=answers)
    shop.drafts["shop"] = replace(shop_design(), questions=(question,))
    at = open_page("design", design="shop")
    effect = answer.effect if answer else "Nothing changes."
    assert any(caption.value == plain(effect) for caption in at.caption)
    button(at, "answer_0_0").click().run()
    assert design_of(at).questions == ()
    assert follows(design_of(at))
    assert shop.drafts["shop"] == design_of(at)


def test_hostile_words_of_the_catalog_stay_words(
    open_page: OpenPage, shop: FakeWorkspace, draft: Design
) -> None:
    hostile = asked(Finding(Level.WARNING, "t", ":red[x] $a$ **b**"))
    shop.drafts["shop"] = replace(draft, questions=(hostile,))
    shown = " ".join(w.value for w in open_page("design", design="shop").markdown)
    assert ":red[" not in shown
    assert "**b**" not in shown
    assert "$a$" not in shown


def test_rules_columns_and_measures_are_edited_in_their_tabs(at: AppTest) -> None:
    at.session_state["design_tab"] = ":material/view_column: Columns"
    at.run()
    edit(at, "edit_columns_orders", {2: {"name": "total"}})
    assert design_of(at).entity("orders").column("total").source == "amount"

    at.session_state["design_tab"] = ":material/star: Star"
    at.run()
    edit(at, "edit_measures_fact_orders", {0: {"aggregation": "average"}})
    assert design_of(at).star.facts[0].measures[0].aggregation == "average"

    at.session_state["design_tab"] = ":material/rule: Rules"
    at.run()
    rules = len(design_of(at).entity("orders").rules)
    at.session_state["edit_rules_orders"] = {
        "edited_rows": {},
        "added_rows": [{"name": "paid", "condition": "total > 0", "action": "quarantine"}],
        "deleted_rows": [],
    }
    at.run()
    assert len(design_of(at).entity("orders").rules) == rules + 1
    assert design_of(at).entity("orders").rules[-1].action == "quarantine"


LEFT_OUT = {
    "edit_measures_fact_sale_0": lambda of: measure_rows(of, of.star.fact("fact_sale_0")),
    "edit_keys_fact_sale_0": lambda of: key_rows(of, of.star.fact("fact_sale_0")),
    "edit_attributes_dim_customer_0": lambda of: attribute_rows(
        of, of.star.dimension("dim_customer_0")
    ),
}


@pytest.mark.parametrize("key", LEFT_OUT)
def test_what_is_left_out_takes_nothing_with_it(
    open_page: OpenPage, shop: FakeWorkspace, key: str
) -> None:
    wide = wide_star(3)
    shop.drafts["shop"] = replace(wide, settings=replace(wide.settings, pipeline_name="shop"))
    chosen = {"design_tab": ":material/star: Star", "star_table": key.split("_", 2)[2]}
    at = open_page("design", design="shop", **chosen)
    before = LEFT_OUT[key](design_of(at))
    toggled = before[1]["name"]
    edit(at, key, {1: {"include": not before[1]["include"]}})
    after = {row["name"]: row["include"] for row in LEFT_OUT[key](design_of(at))}
    assert after == {row["name"]: row["include"] != (row["name"] == toggled) for row in before}


def widget(widgets: Any, label: str) -> Any:
    return next(w for w in widgets if w.label == label)


def test_the_star_is_changed_table_by_table(at: AppTest, shop: FakeWorkspace) -> None:
    button(at, "yes_").click().run()
    edit(at, "edit_tables", {0: {"table": "purchases"}})
    at.session_state["design_tab"] = ":material/star: Star"
    at.run()
    widget(at.text_input, "Name").set_value("fact_sales").run()
    widget(at.selectbox, "Kind").set_value(FactKind.PERIODIC_SNAPSHOT).run()
    assert "has no date" in at.error[0].value
    widget(at.multiselect, "Grain").set_value(["buyer_id", "ordered_on"]).run()
    (fact,) = design_of(at).star.facts
    assert (fact.name, fact.entity) == ("fact_sales", "purchases")
    assert (fact.kind, fact.grain) == (FactKind.PERIODIC_SNAPSHOT, ("buyer_id", "ordered_on"))

    widget(at.multiselect, "Flags in a junk dimension").set_value(["order_id"]).run()
    widget(at.multiselect, "By").set_value(["buyer_key"])
    widget(at.button, "Add the aggregate").click().run()
    assert [a.name for a in design_of(at).star.aggregates] == ["agg_sales_by_buyer"]
    assert "dim_sales_flags" in [d.name for d in design_of(at).star.dimensions]

    widget(at.selectbox, "Table of the star").set_value("dim_buyers").run()
    widget(at.selectbox, "A changed row").set_value(ChangeHandling.HISTORY).run()
    edit(at, "edit_attributes_dim_buyers", {1: {"name": "full_name"}, 2: {"include": False}})
    buyers = next(d for d in design_of(at).star.dimensions if d.entity == "buyers")
    assert design_of(at).entity("buyers").change is ChangeHandling.HISTORY
    assert [a.name for a in buyers.attributes] == ["buyer_id", "full_name"]
    assert shop.drafts["shop"] == design_of(at)


def test_a_column_that_came_to_a_source_is_taken_over(
    open_page: OpenPage, shop: FakeWorkspace, draft: Design
) -> None:
    orders = draft.entity("orders")
    without = replace(orders, columns=orders.columns[:-1])
    others = tuple(e for e in draft.entities if e.name != "orders")
    shop.drafts["shop"] = replace(draft, entities=(without, *others))
    at = open_page("design", design="shop")
    next(b for b in at.button if b.label == "Check for schema drift").click().run()
    other = replace(draft, settings=replace(draft.settings, pipeline_name="other"))
    state = at.session_state["medallion_session"]
    opened = Draft(state.design, state.revision)
    state.open(Draft(other))
    at.run()
    assert not [b for b in at.button if (b.key or "").startswith("drift_")], "of another design"
    state.open(opened)
    at.run()
    button(at, "drift_0").click().run()
    assert design_of(at).entity("orders").column("ordered_on").source_type == "date"


def test_settings_that_no_workspace_takes_are_not_saved_and_say_why(
    at: AppTest, draft: Design
) -> None:
    at.session_state["design_tab"] = SETTINGS
    at.run()
    at.text_input(key="design_settings_schedule").set_value("every morning")
    at.text_input(key="design_settings_name").set_value("x\ny")
    at.button(key="FormSubmitter:design_settings-Save the settings").click().run()
    said = " ".join(error.value.replace("\\", "") for error in at.error)
    assert "It is not a name for a pipeline" in said
    assert "it has 2 fields" in said
    assert design_of(at) == draft
    at.text_input(key="design_settings_schedule").set_value("0 0 5 * * ?")
    at.text_input(key="design_settings_name").set_value("gold")
    at.selectbox(key="design_settings_schema").set_value("sales")
    at.button(key="FormSubmitter:design_settings-Save the settings").click().run()
    saved = design_of(at).settings
    assert (saved.schedule, saved.pipeline_name, saved.schema) == ("0 0 5 * * ?", "gold", "sales")


def test_a_warehouse_that_was_chosen_can_be_left_to_the_app_again(at: AppTest) -> None:
    at.session_state["design_tab"] = SETTINGS
    at.run()
    for chosen, label in (("Serverless", "Serverless"), ("", "The app's own")):
        warehouse = at.selectbox(key="design_settings_warehouse")
        assert label in warehouse.options
        warehouse.set_value(chosen)
        at.button(key="FormSubmitter:design_settings-Save the settings").click().run()
        assert design_of(at).settings.sql_warehouse == chosen


def test_readers_are_chosen_from_the_groups_or_typed(at: AppTest, shop: FakeWorkspace) -> None:
    at.session_state["design_tab"] = SETTINGS
    at.run()
    readers, unmasked = (f"design_settings_{name}" for name in ("readers", "unmasked"))
    assert at.multiselect(key=readers).options == ["analysts", HOSTILE, "evil\\u202egroup"]
    assert not at.multiselect(key=readers).proto.select_all, "nobody lets all in by one click"
    at.multiselect(key=readers).set_value(["eve@example.com", HOSTILE])
    at.selectbox(key=unmasked).set_value("evil\u202egroup")
    at.button(key="FormSubmitter:design_settings-Save the settings").click().run()
    saved = design_of(at).settings
    assert saved.readers == ("eve@example.com", HOSTILE)
    assert saved.unmasked_group == "evil\u202egroup"
    at.selectbox(key=unmasked).set_value("")
    at.button(key="FormSubmitter:design_settings-Save the settings").click().run()
    assert design_of(at).settings.unmasked_group == ""
    assert shop.asked.count("groups") == 1


def test_a_group_that_nobody_has_is_refused_where_it_is_typed(at: AppTest, draft: Design) -> None:
    at.session_state["design_tab"] = SETTINGS
    at.run()
    at.multiselect(key="design_settings_readers").set_value(["a typo", "typo@example.com"])
    at.button(key="FormSubmitter:design_settings-Save the settings").click().run()
    [said] = [error.value.replace("\\", "") for error in at.error]
    assert "The account has no group a typo." in said
    assert design_of(at) == draft


def test_who_may_not_list_groups_is_told_why_once_and_types_them(
    open_page: OpenPage, draft: Design, shop: FakeWorkspace
) -> None:
    shop.refuse = MedallionError("PERMISSION_DENIED", "Only *admins* list groups.")
    at = open_page("design", design="shop", design_tab=SETTINGS)
    assert any("Only \\*admins\\* list groups" in each.value for each in at.caption)
    at.multiselect(key="design_settings_readers").set_value(["analysts"])
    at.button(key="FormSubmitter:design_settings-Save the settings").click().run()
    assert design_of(at).settings.readers == ("analysts",)
    assert shop.asked.count("groups") == 1


def test_one_answer_applies_what_is_known_of_changes(
    open_page: OpenPage, shop: FakeWorkspace
) -> None:
    design = shop_design()
    entity = next(e for e in design.entities if e.key)
    feed = ChangeFeed("op says d, i", key=entity.key, deleted="`op` = 'd'")
    asked = replace(entity, feed=feed)
    question = feed_question(asked)
    assert question is not None
    shop.drafts["shop"] = replace(design.with_entity(asked), questions=(question,))
    at = open_page("design", design="shop")
    button(at, f"feed_gone_{entity.name}").click().run()
    answered = design_of(at)
    assert answered.entity(entity.name).delete_when == "`op` = 'd'"
    assert answered.questions == ()
    assert shop.drafts["shop"] == answered
