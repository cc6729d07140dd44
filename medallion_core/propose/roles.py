"""What part each table plays in the star."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from medallion_core.model import Role
from medallion_core.propose.amounts import looks_like_amount
from medallion_core.propose.audit import is_audit, is_entered
from medallion_core.propose.candidates import Candidate
from medallion_core.propose.fields import Field
from medallion_core.propose.key_parts import begins_version
from medallion_core.propose.keys import Key
from medallion_core.propose.kinds import Kind
from medallion_core.propose.likeness import PERIODS
from medallion_core.propose.names import LINES, stem, stem_vocabulary, words
from medallion_core.propose.tables import Table

FACT_NAMES = frozenset(["fact", "facts", "fct"])
DIMENSION_NAMES = frozenset(["dim", "dimension", "dims"])

LOOKUP_ATTRIBUTES = 3
"""A dimension with more descriptive columns than this is not folded away."""

FEWEST_LABELS = 0.02
"""Share of the rows below which names are those of a few kinds, and not of what the rows hold."""

DISTINCT_LABELS = 0.3
"""Share of the rows that need a name of their own for the name to be theirs."""

_EVENTS = stem_vocabulary(
    "order invoice payment sale transaction event log history line detail booking "
    "shipment delivery return refund purchase visit click session rental loan claim "
    "appointment encounter reservation subscription rating review vote measurement "
    "reading result standing snapshot entry posting transfer movement attendance "
    "enrollment registration ticket call message trip ride stop"
)
"""Words for what happens, as against what exists."""

_THINGS = stem_vocabulary(
    "customer client user person employee staff member patient student teacher vendor supplier "
    "seller provider product part category type status store shop warehouse location address city "
    "country region state territory department company organization brand account campaign "
    "promotion currency calendar language genre"
)
"""Words for what exists, as against what happens."""

_LABELS = stem_vocabulary("name title label description desc caption")
_PERSON_LABELS = frozenset(["first", "last", "full", "given", "family", "fore", "sur", "middle"])
_PERSONAL_DATES = stem_vocabulary(
    "birth dob birthday birthdate hire hired death founded opened updated "
    "update modified changed valid effective expiry expires start end"
)


@dataclass(frozen=True, slots=True)
class RoleProposal:
    role: Role
    confidence: float
    evidence: str


@dataclass(frozen=True, slots=True)
class _Graph:
    """References by child and by parent, without those to the own table."""

    out: dict[int, list[Candidate]]
    into: dict[int, list[Candidate]]
    own: frozenset[int]


def propose_roles(
    tables: Sequence[Table], keys: Sequence[Key], references: Sequence[Candidate]
) -> list[RoleProposal]:
    """One role per table, in order."""
    graph = _graph(references)
    roles = [_role(n, table, keys[n], graph, tables) for n, table in enumerate(tables)]
    return _with_lookups(tables, keys, roles, graph)


def _graph(references: Sequence[Candidate]) -> _Graph:
    out: dict[int, list[Candidate]] = defaultdict(list)
    into: dict[int, list[Candidate]] = defaultdict(list)
    for reference in references:
        if reference.child != reference.parent:
            out[reference.child].append(reference)
            into[reference.parent].append(reference)
    own = frozenset(r.child for r in references if r.child == r.parent)
    return _Graph(out, into, own)


def _role(
    number: int, table: Table, key: Key, graph: _Graph, tables: Sequence[Table]
) -> RoleProposal:
    named = set(words(table.source.name))
    if named & FACT_NAMES:
        return RoleProposal(Role.FACT, 0.95, "The name says that it is a fact.")
    if named & DIMENSION_NAMES:
        return RoleProposal(Role.DIMENSION, 0.95, "The name says that it is a dimension.")
    if table.profiled and not table.row_count:
        return RoleProposal(Role.OTHER, 0.5, "It has no rows to judge by.")
    out, into = graph.out[number], graph.into[number]
    if _is_bridge(table, key, out, into, graph, tables):
        return RoleProposal(
            Role.BRIDGE, 0.9, "It pairs the rows of other tables, and says little else."
        )
    points, reasons = _fact_points(table, key, out, into, tables)
    role = Role.FACT if points > 0 else Role.DIMENSION
    if role is Role.DIMENSION and not key.columns:
        return RoleProposal(
            Role.OTHER, 0.5, "It describes something, but has no key to be found by."
        )
    confidence = round(min(0.98, 0.55 + abs(points) / 5), 2)
    return RoleProposal(role, confidence, _sentence(role, reasons))


def _is_bridge(
    table: Table,
    key: Key,
    out: Sequence[Candidate],
    into: Sequence[Candidate],
    graph: _Graph,
    tables: Sequence[Table],
) -> bool:
    """Only references and a column or two: keyed by them, or named after what they pair."""
    referring = {column for reference in out for column in reference.columns}
    others = [f for f in table.fields.values() if f.name not in referring | set(key.columns)]
    parents = {reference.parent for reference in out}
    if len(out) < 2 or into or not key.columns or len(others) > 2:
        return False
    keyed = len(key.columns) > 1 and set(key.columns) <= referring
    if len(parents) == 1:
        return keyed and bool(parents & graph.own)
    named = set(table.stems) <= {stem for parent in parents for stem in tables[parent].stems}
    measured = any(_is_measure(field) or _is_event_date(field) for field in others)
    return (keyed or named) and not measured


def _fact_points(
    table: Table,
    key: Key,
    out: Sequence[Candidate],
    into: Sequence[Candidate],
    tables: Sequence[Table],
) -> tuple[float, list[tuple[float, str]]]:
    """Points above 0 speak for a fact; each comes with its reason."""
    used = {c for reference in out for c in reference.columns} | set(key.columns)
    others = [field for field in table.fields.values() if field.name not in used]
    parents, children = {r.parent for r in out}, {r.child for r in into}
    elsewhere = [field for field in others if field.has_strong_marker]
    measures = [field for field in others if _is_measure(field)]
    dated, happening = any(map(_is_event_date, others)), not _EVENTS.isdisjoint(table.stems)
    alone = -0.4 if elsewhere else -1.6
    thing = table.stems[-1] in _THINGS and not happening
    still = bool(children) and not dated and not happening
    extends = not dated and not happening and any(key.columns == r.columns for r in out)
    reasons = [
        (0.6 * min(2, len(parents) - 1) if parents else alone, _refers(len(parents))),
        (-0.4 * min(4, len(children)) if children else 0.6, _referred(len(children))),
        (0.5 * min(2, len(measures)), f"has {_counted(len(measures), 'measure')}"),
        (0.8 if dated else 0.0, "dates an event"),
        (0.8 if happening else 0.0, "is named after something that happens"),
        (-1.0 if thing else 0.0, "is named after something that exists"),
        (-0.8 if still else 0.0, "is referred to without dating an event"),
        (0.8 if not children and _is_observed(table, key) else 0.0, "is told apart by its period"),
        (-1.2 if extends else 0.0, "goes on with the rows of another by their key"),
        (_label_points(table), "names or describes what it holds"),
        (-0.8 if _mostly_text(others) else 0.0, "holds mostly text"),
        (0.8 if not key.columns and parents else 0.0, "has no key of its own"),
        (0.8 if _has_lines(table, into, tables) else 0.0, "is the header of lines"),
    ]
    return sum(points for points, _ in reasons) - 0.3, reasons


def _is_observed(table: Table, key: Key) -> bool:
    """Whether the key says of what and when a row tells; not since when something holds."""
    parts = [table.fields[name] for name in key.columns if len(key.columns) > 1]
    return key.merges and any(
        (part.kind.is_time or not PERIODS.isdisjoint(part.word_stems))
        and not begins_version(part, table)
        for part in parts
    )


def _refers(count: int) -> str:
    return f"refers to {_counted(count, 'other table')}" if count else "refers to no other table"


def _referred(count: int) -> str:
    return f"is referred to by {_counted(count, 'table')}" if count else "is referred to by none"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _sentence(role: Role, reasons: Sequence[tuple[float, str]]) -> str:
    sign = 1 if role is Role.FACT else -1
    speaking = sorted((r for r in reasons if r[0] * sign > 0), key=lambda r: -abs(r[0]))
    if not speaking:
        return f"Nothing speaks against a {role.value}."
    return f"It {', '.join(reason for _, reason in speaking[:3])}."


def _is_measure(field: Field) -> bool:
    if not field.kind.is_number or field.marker:
        return False
    return field.kind in (Kind.FLOAT, Kind.DECIMAL) or looks_like_amount(field)


def _is_event_date(field: Field) -> bool:
    return field.kind.is_time and _PERSONAL_DATES.isdisjoint(field.word_stems)


def _label_points(table: Table) -> float:
    """A column that names the table's own rows (``name``, ``product_name``, ``first_name``)
    makes a dimension; one whose values repeat speaks half as loud."""
    labels = [
        field
        for field in table.fields.values()
        if _is_label(field, table) and field.distinct >= FEWEST_LABELS * field.row_count
    ]
    if not labels:
        return 0.0
    telling = any(f.distinct >= DISTINCT_LABELS * f.row_count for f in labels) or table.is_people
    return -1.8 if telling else -0.9


def _is_label(field: Field, table: Table) -> bool:
    if field.kind is not Kind.STRING:
        return False
    own = set(table.stems)
    rest = [word for word in field.words if stem(word) not in own]
    if not rest:
        return not field.marker
    return (stem(rest[-1]) in _LABELS and (len(rest) == 1 or rest[0] in _PERSON_LABELS)) or (
        rest[-1] in ("fullname", "surname", "forename", "fname", "lname", "firstname", "lastname")
    )


def _mostly_text(fields: Sequence[Field]) -> bool:
    text = sum(field.kind is Kind.STRING for field in fields)
    return text >= 3 and text > 0.6 * len(fields)


def _has_lines(table: Table, into: Sequence[Candidate], tables: Sequence[Table]) -> bool:
    """Some child is named as the lines of this table."""
    happens = not _EVENTS.isdisjoint(table.stems)
    return any(
        set(table.stems) < set(child.stems) or (happens and not LINES.isdisjoint(child.stems))
        for child in (tables[reference.child] for reference in into)
    )


def _with_lookups(
    tables: Sequence[Table],
    keys: Sequence[Key],
    roles: Sequence[RoleProposal],
    graph: _Graph,
) -> list[RoleProposal]:
    """Small dimensions that only dimensions refer to are folded into them, if all that they refer
    to in turn is folded too."""
    small = {n for n, table in enumerate(tables) if _is_small(n, table, keys[n], roles, graph)}
    while blocked := {n for n in small if not _parents(n, tables, graph) <= small}:
        small -= blocked
    evidence = "It has few columns, and only dimensions refer to it: its columns belong there."
    return [
        RoleProposal(Role.LOOKUP, role.confidence, evidence) if number in small else role
        for number, role in enumerate(roles)
    ]


def _is_small(
    number: int, table: Table, key: Key, roles: Sequence[RoleProposal], graph: _Graph
) -> bool:
    children = {reference.child for reference in graph.into[number]}
    if roles[number].role is not Role.DIMENSION or not children or number in graph.own:
        return False
    if any(roles[child].role is not Role.DIMENSION for child in children):
        return False
    used = {c for r in graph.out[number] for c in r.columns} | set(key.columns)
    own = [f for f in table.fields.values() if f.name not in used and not is_audit(f.words)]
    return len(own) <= LOOKUP_ATTRIBUTES


def _parents(number: int, tables: Sequence[Table], graph: _Graph) -> set[int]:
    """The tables referred to, but for who entered a row or last touched it."""
    read = [(r.parent, tables[number].fields[r.columns[0]].words) for r in graph.out[number]]
    return {parent for parent, said in read if not (is_audit(said) or is_entered(said))}
