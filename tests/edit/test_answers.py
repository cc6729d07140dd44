"""Each answer is the edit that it says, and takes its question with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from medallion_core.edit import (
    Confirmed,
    accept_references,
    answer_question,
    edit_aggregates,
    edit_columns,
    edit_measures,
    leave_out_unsure,
    open_questions,
    take_out_reference,
    without_answered,
)
from medallion_core.errors import MedallionError
from medallion_core.model import (
    Aggregate,
    Aggregation,
    Answer,
    ChangeHandling,
    Design,
    FileFormat,
    FilesLocation,
    Level,
    Question,
    QuestionKind,
    Role,
    Rule,
    RuleAction,
    TableLocation,
    TableName,
    Texts,
)
from medallion_core.model.file import dump_design, load_design
from tests.generate.designs import entity, tpch

TABLE = "orders"


def asked(*answers: Answer, table: str = TABLE) -> tuple[Design, Question]:
    question = Question(Level.WARNING, table, "What is it?", table=table, answers=answers)
    other = Question(Level.INFO, "x", "Another one.")
    return replace(tpch(), questions=(question, other)), question


def answered(answer: Answer) -> Design:
    design, question = asked(answer)
    after = answer_question(design, question, answer)
    assert [each.subject for each in after.questions] == ["x"]
    return after


def test_a_question_is_in_the_file_with_its_answers() -> None:
    design, _ = asked(Answer("A", "Nothing.", change=ChangeHandling.LATEST, role=Role.FACT))
    assert load_design(dump_design(design)) == design


def test_to_know_it_changes_nothing() -> None:
    assert replace(answered(Answer("Noted")), questions=()) == tpch()


def test_a_key_is_merged_by_and_rows_without_it_are_set_aside() -> None:
    entity = answered(Answer("It is the key", change=ChangeHandling.LATEST)).entity(TABLE)
    assert (entity.change, entity.key_confidence) == (ChangeHandling.LATEST, 1.0)
    present = [rule for rule in entity.rules if rule.name == f"{entity.key[0]}_present"]
    assert [rule.action for rule in present] == [RuleAction.QUARANTINE]


def test_every_row_is_kept() -> None:
    entity = answered(Answer("Keep", change=ChangeHandling.APPEND)).entity(TABLE)
    assert (entity.change, entity.rules) == (ChangeHandling.APPEND, tpch().entity(TABLE).rules)


def test_a_table_moves_in_the_star() -> None:
    after = answered(Answer("In silver", role=Role.OTHER))
    entity = after.entity(TABLE)
    assert (entity.role, entity.role_confidence) == (Role.OTHER, 1.0)
    assert TABLE not in [fact.entity for fact in after.star.facts]


def test_a_column_is_read_as_it_is_told() -> None:
    column = tpch().entity(TABLE).columns[1].name
    after = answered(Answer("Read", column=column, type="date", source_format="dd.MM.yyyy"))
    read = after.entity(TABLE).column(column)
    assert (read.type, read.source_format) == ("date", "dd.MM.yyyy")


NOT_SUMMED = Answer("No", measures=("`o_totalprice`", "`gone`"), aggregation=Aggregation.NONE)


def test_a_measure_is_summed_no_more_and_no_aggregate_sums_it() -> None:
    by_customer = Aggregate("by", "fact_orders", keys=("customer_key",), measures=("o_totalprice",))
    design, question = asked(NOT_SUMMED)
    after = answer_question(edit_aggregates(design, [by_customer]), question, NOT_SUMMED)
    before = {m.name: m.aggregation for m in design.star.fact("fact_orders").measures}
    found = {m.name: m.aggregation for m in after.star.fact("fact_orders").measures}
    assert before["o_totalprice"] is Aggregation.SUM
    assert found == before | {"o_totalprice": Aggregation.NONE}
    assert after.star.aggregates == (replace(by_customer, measures=()),)
    without = replace(design, star=replace(design.star, facts=()))
    assert answer_question(without, question, NOT_SUMMED).star.facts == ()


def test_rows_are_set_aside_by_a_rule() -> None:
    rule = Rule("known", "`o_totalprice` <> -1", RuleAction.QUARANTINE)
    after = answered(Answer("Set aside", rule=rule))
    assert after.entity(TABLE).rules == (*tpch().entity(TABLE).rules, rule)


@pytest.mark.parametrize(
    ("answer", "renamed"),
    [
        (Answer("Read", column="o_totalprice", type="bigint"), {"column": "total"}),
        (NOT_SUMMED, {"measures": ("`total`", "`gone`")}),
        (Answer("", rule=Rule("r", "`o_totalprice` > 0")), {"rule": Rule("r", "`total` > 0")}),
    ],
)
def test_a_question_is_asked_of_its_column_by_its_new_name(
    answer: Answer, renamed: dict[str, Any]
) -> None:
    design, _ = asked(answer)
    columns = [
        replace(each, name="total") if each.name == "o_totalprice" else each
        for each in design.entity(TABLE).columns
    ]
    after = without_answered(design, edit_columns(design, TABLE, columns))
    assert [each.answers for each in after.questions] == [(replace(answer, **renamed),), ()]


@pytest.mark.parametrize("accepted", [True, False])
def test_a_reference_is_kept_for_sure_or_taken_out(accepted: bool) -> None:
    before = next(each for each in tpch().references if each.entity == TABLE)
    answer = Answer("Yes", columns=before.columns, parent=before.parent, accepted=accepted)
    found = [
        r for r in answered(answer).references if (r.entity, r.parent) == (TABLE, before.parent)
    ]
    assert [each.confidence for each in found] == [1.0] * accepted
    linked = [fact.links for fact in answered(answer).star.facts if fact.entity == TABLE]
    names = {name for links in linked for link in links for name in link.columns}
    assert (before.columns[0] in names) is accepted


def test_a_table_that_is_gone_is_told() -> None:
    design, question = asked(Answer("A", role=Role.FACT), table="gone")
    with pytest.raises(MedallionError) as refused:
        answer_question(design, question, question.answers[0])
    assert refused.value.code == "INVALID_EDIT"


ASKED = [Question(Level.INFO, n, "?", answers=(Answer("a"), Answer("b"))) for n in "xyz"]
NOTED = [Question(Level.INFO, n, "!") for n in "xyz"]


@pytest.mark.parametrize(
    ("questions", "sizes"),
    [
        (ASKED, [3]),
        (ASKED[:2], [1, 1]),
        (NOTED, [1, 1, 1]),
        ([*ASKED[:2], NOTED[0], ASKED[2]], [3, 1]),
        ([*ASKED[:2], replace(ASKED[2], kind=QuestionKind.LANGUAGE)], [1, 1, 1]),
        ([*ASKED[:2], replace(ASKED[2], answers=(Answer("a"),))], [1, 1, 1]),
    ],
)
def test_three_questions_with_the_same_answers_are_one(
    questions: list[Question], sizes: list[int]
) -> None:
    before = len(open_questions(replace(tpch(), questions=())))
    left = open_questions(replace(tpch(), questions=tuple(questions)))
    assert [len(group) for group in left.groups] == sizes
    assert len(left) == before + len(sizes)


def test_what_is_only_to_be_known_is_no_open_question() -> None:
    design = tpch()
    unsure = [replace(each, accepted=False) for each in design.references]
    found = open_questions(replace(design, references=tuple(unsure)))
    assert len(found.references) == len(unsure)
    assert {each.level for each in found.findings} == {Level.WARNING}


def test_an_offer_is_open_among_the_offers() -> None:
    offer = Question(Level.INFO, "x", "?", answers=(Answer("a"),), kind=QuestionKind.OFFER)
    assert open_questions(replace(tpch(), questions=(offer, *ASKED))).offers == (offer,)


def test_what_is_sure_stays_where_the_rest_is_left_out() -> None:
    first, *others = tpch().references
    unsure = tuple(replace(each, accepted=False) for each in others)
    left = leave_out_unsure(replace(tpch(), references=(first, *unsure)))
    assert left.references == (first,)
    assert take_out_reference(tpch(), first).references == tuple(others)


def test_what_the_data_confirms_is_taken_in_at_once_by_how_much_of_it_does() -> None:
    first, second, third, *_ = (replace(each, accepted=False) for each in tpch().references)
    of_all, of_a_sample = (
        replace(first, inclusion=1.0),
        replace(second, inclusion=1.0, sampled=True),
    )
    partly, nobody_asked = replace(third, inclusion=0.9), replace(third, parent="region")
    twin = replace(of_all, columns=("two",))
    twins = (twin, replace(twin, parent="part"))
    unsure = (of_all, of_a_sample, partly, nobody_asked, *twins)
    design = replace(tpch(), references=unsure)
    found = open_questions(design).confirmed
    assert found == {Confirmed.BY_ALL_ROWS: (of_all,), Confirmed.BY_A_SAMPLE: (of_a_sample,)}


def test_references_are_taken_in_at_once_but_no_column_twice() -> None:
    unsure = tuple(replace(each, accepted=False) for each in tpch().references)
    design = replace(tpch(), references=unsure)
    after = accept_references(design, [*unsure[:2], replace(unsure[2], parent="gone")])
    assert [each.accepted for each in after.references] == [
        True,
        True,
        *[False] * (len(unsure) - 2),
    ]
    assert {each.confidence for each in after.references[:2]} == {1.0}
    both = replace(tpch(), references=(*tpch().references, replace(unsure[0], parent="part")))
    with pytest.raises(MedallionError, match="would refer to two tables"):
        accept_references(both, [both.references[-1]])


@pytest.mark.parametrize(("table", "gathered"), [("orders", ["channel"]), ("customers", [])])
def test_flags_are_gathered_as_far_as_they_are_there(
    retail: Design, table: str, gathered: list[str]
) -> None:
    answer = Answer("One dimension", flags=("channel", "gone"))
    question = Question(Level.INFO, "x", "?", table=table, answers=(answer,))
    after = answer_question(replace(retail, questions=(question,)), question, answer)
    junk = [d.business_key for d in after.star.dimensions if d.junk and d.entity == table]
    assert [column for key in junk for column in key] == gathered


def test_only_a_table_has_a_history_to_read_by() -> None:
    entity = tpch().entity(TABLE)
    files = FilesLocation("/Volumes/main/s/t", FileFormat.CSV)
    design, question = asked(Answer("In full", append_only=False))
    design = design.with_entity(replace(entity, reads=(*entity.reads, files)))
    read = answer_question(design, question, question.answers[0]).entity(TABLE).reads
    assert read == (TableLocation(TableName("samples", "tpch", TABLE), append_only=False), files)


@pytest.mark.parametrize("texts", [None, Texts("o_orderstatus", "en")])
def test_only_texts_have_a_language(texts: Texts | None) -> None:
    design, question = asked(Answer("In German", language="de"))
    design = design.with_entity(replace(design.entity(TABLE), texts=texts))
    after = answer_question(design, question, question.answers[0]).entity(TABLE)
    assert after.texts == (texts and replace(texts, language="de"))


BY_ROLE = Answer("A fact", role=Role.FACT)
BY_KEY = Answer("It is the key", change=ChangeHandling.LATEST)
BY_COLUMN = Answer("Day first", column="o_orderdate", type="date", source_format="d.M.yyyy")


@pytest.mark.parametrize(
    ("answer", "change", "gone"),
    [
        (BY_ROLE, {"role_confidence": 1.0}, True),
        (BY_ROLE, {"role": Role.OTHER}, True),
        (BY_ROLE, {"delete_when": "false"}, False),
        (BY_KEY, {"key_confidence": 1.0}, True),
        (BY_KEY, {"change": ChangeHandling.HISTORY}, True),
        (BY_KEY, {"role": Role.OTHER}, False),
        (BY_COLUMN, {"columns": ()}, True),
        (BY_COLUMN, {"role": Role.OTHER}, False),
        (NOT_SUMMED, {"comment": "Sales."}, False),
    ],
)
def test_what_was_set_by_hand_is_not_asked_any_more(
    answer: Answer, change: dict[str, Any], gone: bool
) -> None:
    design, _ = asked(answer)
    unsure = replace(design.entity(TABLE), role_confidence=0.5, key_confidence=0.5)
    before = design.with_entity(unsure)
    after = without_answered(before, before.with_entity(replace(unsure, **change)))
    assert (len(before.questions) - len(after.questions) == 1) is gone
    assert without_answered(before, before) == before


def test_a_sum_that_was_chosen_by_hand_is_not_asked_about() -> None:
    design, _ = asked(NOT_SUMMED)
    fact = design.star.fact("fact_orders")
    averaged = [replace(m, aggregation=Aggregation.AVERAGE) for m in fact.measures]
    after = edit_measures(design, fact.name, averaged)
    assert [each.subject for each in without_answered(design, after).questions] == ["x"]


def test_an_offer_is_settled_by_what_it_would_do() -> None:
    design = tpch()
    names = tuple(each.name for each in design.entities)
    answers = (Answer("One table", merges=names),)
    asked_of = (TABLE, "gone")
    offers = tuple(
        Question(Level.INFO, "x", "?", table=table, answers=answers, kind=QuestionKind.OFFER)
        for table in asked_of
    )
    before = replace(design, questions=offers)
    renamed = before.with_entity(replace(before.entity(TABLE), comment="Sales."))
    fewer = replace(before, entities=before.entities[1:])
    flags = replace(before.star.dimensions[0], name="flags", entity=TABLE, junk=True)
    flagged = replace(before, star=replace(before.star, dimensions=(flags,)))
    left = [without_answered(before, after) for after in (renamed, fewer, flagged)]
    assert [[question.table for question in each.questions] for each in left] == [
        ["orders", "gone"],
        ["gone"],
        ["gone"],
    ]


@pytest.mark.parametrize("keyed", ["", "orders_east", "orders_west"])
def test_tables_of_one_kind_become_one_where_each_row_is_kept(keyed: str) -> None:
    parts = [
        entity(name, {"id": "bigint"}, ("id",), change=changes[name == keyed])
        for name in ("orders_east", "orders_west")
        for changes in [(ChangeHandling.APPEND, ChangeHandling.LATEST)]
    ]
    answer = Answer("One table", merges=("orders_west", "gone"))
    question = Question(Level.INFO, "x", "?", table="orders_east", answers=(answer,))
    design = Design(tpch().settings, tuple(parts), questions=(question,))
    if keyed:
        with pytest.raises(MedallionError, match=f"{keyed} keeps one row for each key"):
            answer_question(design, question, answer)
        return
    [merged] = answer_question(design, question, answer).entities
    assert (merged.name, len(merged.reads)) == ("orders", 2)
