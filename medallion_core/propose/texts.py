"""Tables of texts: one row per row of another table and language, to be folded into it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from medallion_core.model import Answer, Entity, Level, Question, QuestionKind, Role, Texts
from medallion_core.propose.amounts import looks_like_amount
from medallion_core.propose.candidates import Candidate
from medallion_core.propose.fields import Field
from medallion_core.propose.keys import Key
from medallion_core.propose.kinds import Kind
from medallion_core.propose.names import stem_vocabulary
from medallion_core.propose.roles import RoleProposal
from medallion_core.propose.tables import Table

MOST_LANGUAGES = 40
"""More values than that are no languages of one company's texts."""

_LANGUAGE = stem_vocabulary("language lang langu locale culture spras iso639")
_CODE = re.compile(r"[A-Za-z]{1,3}([-_][A-Za-z]{2,4})?")


def language_columns(
    tables: Sequence[Table], keys: Sequence[Key], references: Sequence[Candidate]
) -> list[Field | None]:
    """For each table its column of languages, where its rows are the texts of another table's
    rows: it is keyed by its reference to that one and by the language, and nothing refers to it."""
    parents = {reference.parent for reference in references}
    return [
        None if number in parents else _language(table, keys[number], own)
        for number, table in enumerate(tables)
        for own in [[r for r in references if r.child == number]]
    ]


def _language(table: Table, key: Key, own: Sequence[Candidate]) -> Field | None:
    if len(own) != 1 or not set(own[0].columns) <= set(key.columns):
        return None
    found = [field for field in table.fields.values() if _is_language(field)]
    rest = set(key.columns) - set(own[0].columns)
    if len(found) != 1 or not rest <= {found[0].name}:
        return None
    has_one_row = found[0].distinct > 1 and not set(own[0].columns).isdisjoint(key.unique)
    said = {*key.columns, *own[0].columns, found[0].name}
    others = [field for name, field in table.fields.items() if name not in said]
    return found[0] if not has_one_row and _are_texts(others) else None


def _are_texts(fields: Sequence[Field]) -> bool:
    """Whether they say something in words, and measure nothing: views by language are no texts."""
    return any(field.kind is Kind.STRING for field in fields) and not any(
        map(looks_like_amount, fields)
    )


def folded_languages(
    languages: Sequence[Field | None],
    references: Sequence[Candidate],
    roles: Sequence[RoleProposal],
) -> list[Field | None]:
    """``languages`` without those of what no dimension is made of: a fact folds nothing in."""
    described = {
        reference.child
        for reference in references
        if roles[reference.parent].role in (Role.DIMENSION, Role.LOOKUP)
    }
    return [language if number in described else None for number, language in enumerate(languages)]


def _is_language(field: Field) -> bool:
    """Named as one, and all its values look like the codes of languages."""
    if field.profile is None or not field.is_complete or field.distinct > MOST_LANGUAGES:
        return False
    values = [str(each.value) for each in field.profile.frequent]
    named = not _LANGUAGE.isdisjoint(field.word_stems)
    return named and bool(values) and all(_CODE.fullmatch(value) for value in values)


def with_texts(entity: Entity, language: Field | None) -> Entity:
    """``entity`` with its rows taken for texts; of several languages the one with the most."""
    silver = {column.source: column.name for column in entity.columns if column.included}
    if language is None or language.name not in silver:
        return entity
    return replace(
        entity,
        role=Role.LOOKUP,
        role_evidence="It holds the texts of another table's rows, by language.",
        texts=Texts(silver[language.name], _counts(language)[0][0]),
    )


def _counts(language: Field) -> list[tuple[str, int]]:
    """Languages with their rows, the most first; of equals English, which most can read."""
    profile = language.profile
    counts = [(str(each.value), each.count) for each in (profile.frequent if profile else ())]
    return sorted(counts, key=lambda pair: (-pair[1], pair[0][:2].lower() != "en", pair[0]))


def language_questions(
    entities: Sequence[Entity], languages: Sequence[Field | None]
) -> Iterator[Question]:
    """Which language is read, where there are several."""
    for entity, language in zip(entities, languages, strict=True):
        if entity.texts and language and language.distinct > 1:
            yield _question(entity, language)


def _question(entity: Entity, language: Field) -> Question:
    counts = _counts(language)
    told = ", ".join(f"{value}: {rows:,} rows" for value, rows in counts)
    return Question(
        Level.WARNING,
        entity.name,
        f"It has texts in {language.distinct} languages ({told}). Which are read in gold? What has "
        "no text in that language gets none; all of them stay in silver.",
        table=entity.name,
        kind=QuestionKind.LANGUAGE,
        answers=tuple(
            Answer(
                value,
                f"Its {rows:,} rows are read, and those in other languages are not.",
                language=value,
            )
            for value, rows in counts
        ),
    )
