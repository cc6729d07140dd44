"""Texts by language are folded into what they tell of, in the language that is asked for."""

from __future__ import annotations

import pytest

from medallion_core.edit import answer_question, open_questions
from medallion_core.generate import generate_bundle
from medallion_core.model import Design, QuestionKind, Role, Settings, Texts
from medallion_core.propose import propose_design
from tests.propose.memory import Memory, schema

ERP = """
D maktx_group 30: group_id pk | created_on date | sort int 1 90 | owner name | note text
    | seat word 9
D material 60: material_id pk | weight float 1 9 | group_id fk maktx_group
F movement 900: movement_id pk | material_id fk material | posted_on date | quantity int 1 9
- material_texts 90: *material_id fk material | *{0} word 2 | short_descr name | long_descr text
"""


def texts(column: str = "language", languages: tuple[str, str] = ("EN", "DE")) -> Memory:
    """60 materials: all have a text in the first language, 30 in the second one, too."""
    memory = schema(ERP.format(column))
    ids = memory.tables["material"]["material_id"]
    told = memory.tables["material_texts"]
    told["material_id"] = [*ids[:60], *ids[:30]]
    told[column] = [languages[0]] * 60 + [languages[1]] * 30
    return memory


def proposed(memory: Memory) -> Design:
    return propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)


@pytest.mark.parametrize(
    ("column", "languages"),
    [("language", ("EN", "DE")), ("spras", ("E", "D")), ("locale", ("pt_BR", "en-US"))],
)
def test_texts_are_folded_in_by_language(column: str, languages: tuple[str, str]) -> None:
    design = proposed(texts(column, languages))
    assert design.entity("material_texts").role is Role.LOOKUP
    assert design.entity("material_texts").texts == Texts(column, languages[0])
    (folded,) = design.star.dimension("dim_material").folded
    assert folded.unique == ("material_id", column)
    assert [attribute.name for attribute in folded.attributes] == ["short_descr", "long_descr"]
    assert "dim_material_texts" not in [d.name for d in design.star.dimensions]


def test_the_language_is_asked_and_the_star_follows() -> None:
    design = proposed(texts())
    (asked,) = [q for q in design.questions if q.kind is QuestionKind.LANGUAGE]
    assert [answer.label for answer in asked.answers] == ["EN", "DE"]
    assert "60" in asked.answers[0].effect
    answered = answer_question(design, asked, asked.answers[1])
    (folded,) = answered.star.dimension("dim_material").folded
    assert folded.texts == Texts("language", "DE")
    assert asked not in open_questions(answered).questions
    text = generate_bundle(answered)["src/gold/dim_material.py"]
    assert """.where("language = 'DE'")""" in text


def test_of_languages_with_equally_many_texts_english_is_read() -> None:
    memory = texts(languages=("DE", "EN"))
    told = memory.tables["material_texts"]
    told["material_id"] = [*memory.tables["material"]["material_id"][:45]] * 2
    told["language"] = ["DE"] * 45 + ["EN"] * 45
    assert proposed(memory).entity("material_texts").texts == Texts("language", "EN")


def test_texts_in_one_language_leave_nothing_to_ask() -> None:
    memory = texts(languages=("EN", "EN"))
    told = memory.tables["material_texts"]
    memory.tables["material_texts"] = {name: values[:60] for name, values in told.items()}
    design = proposed(memory)
    assert design.entity("material_texts").texts == Texts("language", "EN")
    assert not [q for q in design.questions if q.kind is QuestionKind.LANGUAGE]


@pytest.mark.parametrize(
    ("column", "languages"),
    [
        pytest.param("country", ("EN", "DE"), id="a code of something else"),
        pytest.param("language", ("English", "German"), id="no codes"),
    ],
)
def test_what_is_no_language_is_no_text(column: str, languages: tuple[str, str]) -> None:
    assert proposed(texts(column, languages)).entity("material_texts").texts is None


def test_texts_that_others_refer_to_are_things_of_their_own() -> None:
    memory = texts()
    memory.tables["review"] = {
        "review_id": [*range(90)],
        "material_id": [*memory.tables["material_texts"]["material_id"]],
        "language": [*memory.tables["material_texts"]["language"]],
        "stars": [1.5] * 90,
    }
    design = proposed(memory)
    assert "material_texts" in {r.parent for r in design.references if r.accepted}
    assert design.entity("material_texts").texts is None


def test_texts_of_a_lookup_are_called_after_it() -> None:
    memory = texts()
    memory.tables["group_texts"] = {
        "group_id": [*memory.tables["maktx_group"]["group_id"]],
        "language": ["EN"] * 30,
        "short_descr": [f"group {n}" for n in range(30)],
    }
    for name in ("created_on", "sort", "owner", "note"):
        del memory.tables["maktx_group"][name]
    folded = proposed(memory).star.dimension("dim_material").folded
    names = {parent.alias: [a.name for a in parent.attributes] for parent in folded}
    assert names["group_text"] == ["maktx_group_short_descr"]


ARTICLES = """
D article 60: article_id pk | title name | price money
F sale 900: sale_id pk | article_id fk article | sold_on date | amount money
- told 120: *article_id fk article | *language word 2 | {0}
"""


def told(columns: str, *, each: int) -> Memory:
    """60 articles, with ``each`` languages of their own."""
    memory = schema(ARTICLES.format(columns))
    rows = memory.tables["told"]
    memory.tables["told"] = {name: values[: 60 * each] for name, values in rows.items()}
    rows = memory.tables["told"]
    rows["article_id"] = [*memory.tables["article"]["article_id"]] * each
    rows["language"] = ["EN", "DE", "FR"] * 20 if each == 1 else ["EN"] * 60 + ["DE"] * 60
    return memory


@pytest.mark.parametrize(
    ("columns", "each"),
    [
        pytest.param("headline name | views int 0 900", 2, id="what is counted"),
        pytest.param("views int 0 900 | revenue money", 2, id="nothing but amounts"),
        pytest.param("since date", 2, id="no text"),
        pytest.param("headline name", 1, id="one row each"),
    ],
)
def test_what_only_has_a_language_is_folded_nowhere(columns: str, each: int) -> None:
    memory = told(columns, each=each)
    assert proposed(told("headline name", each=2)).entity("told").texts is not None
    design = proposed(memory)
    assert design.entity("told").texts is None
    assert proposed(memory.as_text()).entity("told").texts is None
    assert not [q for q in design.questions if q.kind is QuestionKind.LANGUAGE]
    assert not any(dimension.folded for dimension in design.star.dimensions)


def test_texts_of_a_fact_are_not_asked_for() -> None:
    memory = texts()
    memory.tables["movement_texts"] = {
        "movement_id": [*memory.tables["movement"]["movement_id"]] * 2,
        "language": ["EN"] * 900 + ["DE"] * 900,
        "reason": [f"reason {n % 1700}" for n in range(1800)],
    }
    design = proposed(memory)
    assert design.entity("movement").role is Role.FACT
    assert design.entity("movement_texts").texts is None
    asked = [q.table for q in design.questions if q.kind is QuestionKind.LANGUAGE]
    assert asked == ["material_texts"]
    assert "movement_texts" in [fact.entity for fact in design.star.facts]
