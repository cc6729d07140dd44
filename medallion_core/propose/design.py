"""Sources and profiles to a design, as a visible chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import UTC, datetime

from medallion_core.model import (
    Design,
    Entity,
    Profile,
    Question,
    Reference,
    Settings,
    Source,
)
from medallion_core.propose.calendars import propose_calendar_references
from medallion_core.propose.candidates import (
    Candidate,
    confirm_inclusion,
    declared_references,
    measure_inclusion,
)
from medallion_core.propose.change import propose_change, with_order_rule
from medallion_core.propose.change_feeds import recognise, with_keys_of_feeds
from medallion_core.propose.checks import Checks, EveryKey
from medallion_core.propose.columns import propose_columns
from medallion_core.propose.composite_keys import propose_composite_keys
from medallion_core.propose.composites import propose_composite_references
from medallion_core.propose.doubles import double_questions
from medallion_core.propose.feeds import with_feed
from medallion_core.propose.fields import Field
from medallion_core.propose.flags import with_offers
from medallion_core.propose.graph import Choice, choose_references
from medallion_core.propose.joined import joined_readings
from medallion_core.propose.keys import Key, propose_single_keys
from medallion_core.propose.lines import line_questions
from medallion_core.propose.matching import TableIndex
from medallion_core.propose.mixed import with_mixed
from medallion_core.propose.moments import with_moments
from medallion_core.propose.polymorphic import polymorphic_questions
from medallion_core.propose.quantities import with_quantities
from medallion_core.propose.questions import propose_questions, source_questions
from medallion_core.propose.references import propose_references
from medallion_core.propose.repeated import with_repeated
from medallion_core.propose.roles import RoleProposal, propose_roles
from medallion_core.propose.rules import propose_rules
from medallion_core.propose.schemas import within_schemas
from medallion_core.propose.snapshots import with_kinds
from medallion_core.propose.spellings import spelling_questions
from medallion_core.propose.stand_ins import with_stand_ins
from medallion_core.propose.star import propose_star
from medallion_core.propose.subtotals import with_subtotals
from medallion_core.propose.tables import Table, view_tables
from medallion_core.propose.texts import (
    folded_languages,
    language_columns,
    language_questions,
    with_texts,
)
from medallion_core.propose.unions import union_offers
from medallion_core.propose.unread import rounded_questions
from medallion_core.propose.used_keys import used_keys
from medallion_core.propose.versions import with_versions


@dataclass(frozen=True, slots=True)
class Schema:
    """What was found out about the tables, before it becomes a design."""

    tables: list[Table]
    keys: list[Key]
    choice: Choice
    roles: list[RoleProposal]
    _: KW_ONLY
    spellings: list[Question]
    languages: list[Field | None]


def propose_design(
    sources: Sequence[Source],
    profiles: Sequence[Profile | None],
    settings: Settings,
    checks: Checks | None = None,
) -> Design:
    """The whole proposal; every part of it with its confidence, and what is unsure as a question.

    ``profiles`` go with ``sources``, None where a table could not be profiled. ``checks`` answers
    what only the data can; without it, the profiles have to do. A source without columns is left
    out: one that cannot be read keeps no other from being proposed.
    """
    read = [pair for pair in zip(sources, profiles, strict=True) if pair[0].columns]
    schema = propose_schema([s for s, _ in read], [profile for _, profile in read], checks)
    entities = _entities(schema)
    accepted = schema.choice.accepted
    design = Design(
        settings,
        tuple(entities),
        tuple(_references(schema, entities)),
        questions=(
            *source_questions(sources),
            *propose_questions(schema.tables, schema.keys, entities, accepted),
            *double_questions(schema.tables, schema.keys, entities, accepted, checks),
            *language_questions(entities, schema.languages),
            *schema.spellings,
            *polymorphic_questions(schema.tables),
            *rounded_questions(schema.tables),
            *line_questions(schema.tables),
        ),
    )
    design = replace(design, star=propose_star(design))
    facts = with_quantities(design, schema.tables)
    design = with_kinds(replace(design, star=replace(design.star, facts=facts)), schema.tables)
    design = with_versions(design, schema.tables, schema.keys, accepted, checks)
    design = with_mixed(with_repeated(design, schema.tables, checks), schema.tables)
    design = with_moments(with_stand_ins(design, schema.tables), schema.tables)
    design = with_subtotals(design, schema.tables)
    unions = union_offers(design.entities, schema.tables, design.references)
    design = with_offers(design, schema.tables)
    return replace(design, questions=(*design.questions, *unions))


def propose_schema(
    sources: Sequence[Source], profiles: Sequence[Profile | None], checks: Checks | None = None
) -> Schema:
    """Keys, references and roles. References of one column come before composite keys, which
    are made of them; composite references and those to calendars after both. What these will
    probably be is asked ahead, so that all values are compared in one go. What is chosen by a
    sample of a big table is asked of all its rows then, and chosen anew by what these say."""
    tables = view_tables(sources, profiles)
    declared = declared_references(tables)
    keys = propose_single_keys(tables, TableIndex(tables), checks)
    keys = with_keys_of_feeds(keys, list(map(recognise, tables)))
    index = TableIndex(tables, list(map(_referable, tables, keys)))
    worthy = within_schemas(propose_references(tables, keys, index), tables)
    ahead: list[Candidate] = []
    if checks is not None:
        _, ahead = _further(tables, keys, choose_references(declared, worthy).accepted, EveryKey())
    measured = measure_inclusion([*worthy, *ahead], tables, checks)
    candidates = measured[: len(worthy)]
    single = choose_references(declared, candidates).accepted
    keys, further = _further(tables, keys, single, checks)
    further = measure_inclusion(further, tables, checks, measured)
    choice = choose_references(declared, [*candidates, *further])
    found = confirm_inclusion(choice.accepted, [*candidates, *further], tables, checks)
    choice = choose_references(declared, found)
    keys = used_keys(tables, keys, choice.accepted)
    spellings = spelling_questions(tables, keys, choice.accepted, found, checks)
    languages = language_columns(tables, keys, choice.accepted)
    roles, languages = _roles(tables, keys, choice.accepted, languages)
    return Schema(tables, keys, choice, roles, spellings=spellings, languages=languages)


def _roles(
    tables: Sequence[Table],
    keys: Sequence[Key],
    references: Sequence[Candidate],
    languages: Sequence[Field | None],
) -> tuple[list[RoleProposal], list[Field | None]]:
    """The roles, and the languages of the texts that a dimension folds in. Texts give no other
    table a role, and those of a fact have one of their own."""
    things = [reference for reference in references if not languages[reference.child]]
    roles = propose_roles(tables, keys, things)
    folded = folded_languages(languages, references, roles)
    if folded == list(languages):
        return roles, folded
    things = [reference for reference in references if not folded[reference.child]]
    own = propose_roles(tables, keys, things)
    return [
        alone if language and not fold else role
        for role, alone, language, fold in zip(roles, own, languages, folded, strict=True)
    ], folded


def _referable(table: Table, key: Key) -> tuple[str, ...]:
    """The columns that others may be named after."""
    return (*key.columns, *(name for name in key.unique if table.fields[name].marker))


def _further(
    tables: Sequence[Table],
    keys: Sequence[Key],
    single: Sequence[Candidate],
    checks: Checks | None,
) -> tuple[list[Key], list[Candidate]]:
    """The keys with composite ones, and the references that need these or a calendar."""
    keys = propose_composite_keys(tables, keys, _referring(single, len(tables)), checks)
    further = [
        *propose_composite_references(tables, keys, single),
        *propose_calendar_references(tables, keys, single),
    ]
    return keys, within_schemas(further, tables)


def _referring(references: Sequence[Candidate], count: int) -> list[frozenset[str]]:
    columns: list[set[str]] = [set() for _ in range(count)]
    for reference in references:
        columns[reference.child].update(reference.columns)
    return [frozenset(found) for found in columns]


# ── Entities ─────────────────────────────────────────────────────────────────────────────────


def _entities(schema: Schema) -> list[Entity]:
    joined = joined_readings(schema.tables, schema.keys, schema.choice.accepted)
    today = datetime.now(UTC).date()
    entities = []
    for number, table in enumerate(schema.tables):
        key, role = schema.keys[number], schema.roles[number]
        columns = propose_columns(table, joined[number])
        change = propose_change(table, key, role.role)
        silver = {column.source: column.name for column in columns}
        merged_by = change.key if key.merges else ()
        referring = joined[number].keys() - set(key.columns)
        rules = propose_rules(table, columns, merged_by, referring, today)
        entity = Entity(
            table.name,
            (table.source.location,),
            columns,
            key=tuple(silver[column] for column in change.key),
            role=role.role,
            role_confidence=role.confidence,
            role_evidence=role.evidence,
            key_confidence=key.confidence if key.columns else 0.0,
            key_evidence=key.evidence,
            change=change.change,
            sequence_by=silver.get(change.sequence_by, ""),
            rules=rules,
            comment=table.source.comment,
        )
        read = with_texts(with_feed(entity, table), schema.languages[number])
        entities.append(with_order_rule(read))
    return entities


# ── References ───────────────────────────────────────────────────────────────────────────────


def _references(schema: Schema, entities: Sequence[Entity]) -> list[Reference]:
    chosen = [(candidate, "") for candidate in schema.choice.accepted]
    chosen += [pair for pair in schema.choice.doubtful if not schema.languages[pair[0].parent]]
    chosen.sort(key=lambda pair: (pair[0].child, pair[0].columns, pair[0].parent))
    return [_reference(c, doubt, entities) for c, doubt in chosen]


def _reference(candidate: Candidate, doubt: str, entities: Sequence[Entity]) -> Reference:
    """``doubt`` is why it is left out until a person says yes, empty where it is not."""
    child, parent = entities[candidate.child], entities[candidate.parent]
    return Reference(
        child.name,
        _silver(child, candidate.columns),
        parent.name,
        _silver(parent, candidate.parent_columns),
        declared=candidate.declared,
        inclusion=candidate.inclusion,
        sampled=candidate.sampled,
        confidence=candidate.confidence,
        evidence=_sentence((*candidate.evidence, doubt) if doubt else candidate.evidence),
        accepted=not doubt,
    )


def _sentence(evidence: Sequence[str]) -> str:
    text = "; ".join(evidence)
    return f"{text}." if text else "its values lie within the other's range."


def _silver(entity: Entity, columns: Sequence[str]) -> tuple[str, ...]:
    names = {column.source: column.name for column in entity.columns}
    return tuple(names[column] for column in columns)
