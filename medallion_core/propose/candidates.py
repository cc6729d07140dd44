"""What may be a reference, with its evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, replace
from math import exp

from medallion_core.propose.checks import SAMPLE_ROWS, Checks, Form, InclusionCheck
from medallion_core.propose.forms import form_of
from medallion_core.propose.matching import NameMatch
from medallion_core.propose.scores import Pair, inclusion_points, may_hold_codes, points
from medallion_core.propose.tables import Table

WORTH_CHECKING = -3.5
"""Points below which a candidate needs its name or its shape to be looked into."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """``child`` and ``parent`` are positions of tables; columns are source names. ``pair`` is
    what the points are made of, None for composite and declared references."""

    child: int
    columns: tuple[str, ...]
    parent: int
    parent_columns: tuple[str, ...]
    _: KW_ONLY
    points: float
    name: NameMatch
    to_key: bool = True
    pair: Pair | None = None
    inclusion: float | None = None
    sampled: bool = False
    declared: bool = False
    evidence: tuple[str, ...] = ()

    @property
    def link(self) -> tuple[int, tuple[str, ...], int, tuple[str, ...]]:
        """What refers to what."""
        return self.child, self.columns, self.parent, self.parent_columns

    @property
    def confidence(self) -> float:
        """Ratio 0 to 1."""
        return 1.0 if self.declared else round(1 / (1 + exp(-self.points)), 3)


def candidate_of(child: int, parent: int, pair: Pair) -> Candidate:
    """A reference of one column."""
    sentence = pair.name.sentence
    return Candidate(
        child,
        (pair.field.name,),
        parent,
        (pair.key.name,),
        points=points(pair, None),
        name=pair.name,
        to_key=pair.to_key,
        pair=pair,
        evidence=(f"{pair.field.name} {sentence}",) if sentence else (),
    )


def is_worth_checking(pair: Pair) -> bool:
    """Whether the values should be compared: named so, or codes, or likely by the profiles."""
    return pair.name.score >= 0.5 or may_hold_codes(pair) or points(pair, None) >= WORTH_CHECKING


def declared_references(tables: Sequence[Table]) -> list[Candidate]:
    """Foreign keys of the catalog whose parents are among the sources; they win."""
    numbers = {str(getattr(t.source.location, "table", "")): n for n, t in enumerate(tables)}
    return [
        Candidate(
            number,
            key.columns,
            numbers[str(key.parent)],
            key.parent_columns,
            points=9.0,
            name=NameMatch(1.0),
            declared=True,
            evidence=("declared as a foreign key",),
        )
        for number, table in enumerate(tables)
        for key in table.source.foreign_keys
        if str(key.parent) in numbers
        and set(key.columns) <= table.fields.keys()
        and set(key.parent_columns) <= tables[numbers[str(key.parent)]].fields.keys()
    ]


def measure_inclusion(
    candidates: Sequence[Candidate],
    tables: Sequence[Table],
    checks: Checks | None,
    measured: Sequence[Candidate] = (),
) -> list[Candidate]:
    """The candidates with the share of their values that have a parent, and points for it.

    What is among ``measured`` is not asked again.
    """
    if checks is None:
        return list(candidates)
    known = {c.link: c.inclusion for c in measured}
    asked = [
        c
        for c in candidates
        if c.link not in known and tables[c.child].row_count and tables[c.parent].row_count
    ]
    questions = [_question(c, tables) for c in asked]
    ratios = checks.inclusion_ratios(questions) if questions else []
    known |= {c.link: ratio for c, ratio in zip(asked, ratios, strict=True)}
    return [
        _with_inclusion(c, known.get(c.link), sampled=_is_sampled(c, tables)) for c in candidates
    ]


def confirm_inclusion(
    chosen: Sequence[Candidate],
    candidates: Sequence[Candidate],
    tables: Sequence[Table],
    checks: Checks | None,
) -> list[Candidate]:
    """``candidates``, where those that are ``chosen`` and were measured by a sample of a big table
    are measured by all of its rows, in one go."""
    sampled = [c for c in chosen if c.inclusion is not None and _is_sampled(c, tables)]
    if checks is None or not sampled:
        return list(candidates)
    ratios = checks.inclusion_ratios([_question(c, tables, whole=True) for c in sampled])
    exact = {c.link: ratio for c, ratio in zip(sampled, ratios, strict=True) if ratio is not None}
    return [
        _with_inclusion(_unmeasured(c), exact[c.link]) if c.link in exact else c for c in candidates
    ]


def _is_sampled(candidate: Candidate, tables: Sequence[Table]) -> bool:
    child = tables[candidate.child]
    is_cut = child.source.size_bytes is None and child.row_count > SAMPLE_ROWS
    return is_cut or any(child.fields[column].is_sampled for column in candidate.columns)


def _question(
    candidate: Candidate, tables: Sequence[Table], *, whole: bool = False
) -> InclusionCheck:
    return InclusionCheck(
        tables[candidate.child].source,
        candidate.columns,
        tables[candidate.parent].source,
        candidate.parent_columns,
        forms=_forms(candidate, tables),
        whole=whole,
    )


def _unmeasured(candidate: Candidate) -> Candidate:
    """As it was before its values were compared."""
    if candidate.inclusion is None:
        return candidate
    score = candidate.points - inclusion_points(candidate.inclusion, None)
    *evidence, _ = candidate.evidence
    return replace(candidate, inclusion=None, sampled=False, points=score, evidence=tuple(evidence))


def _forms(candidate: Candidate, tables: Sequence[Table]) -> tuple[Form, ...]:
    child, parent = tables[candidate.child].fields, tables[candidate.parent].fields
    pairs = zip(candidate.columns, candidate.parent_columns, strict=True)
    return tuple(form_of(child[mine], parent[theirs]) for mine, theirs in pairs)


def _with_inclusion(
    candidate: Candidate, ratio: float | None, *, sampled: bool = False
) -> Candidate:
    if ratio is None:
        return candidate
    if candidate.pair is None:
        score = candidate.points + inclusion_points(ratio, None)
    else:
        score = points(candidate.pair, ratio)
    share = "all" if ratio == 1 else f"{ratio:.1%}"
    rows = "a sample of its rows" if sampled else "its rows"
    return replace(
        candidate,
        inclusion=ratio,
        sampled=sampled,
        points=score,
        evidence=(*candidate.evidence, f"{share} of {rows} find their value there"),
    )
