"""Facts: what happened, at the grain it happened at, with a key for everything that took part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from medallion_core.generate.gold import (
    Reading,
    View,
    imports,
    left_join,
    read_own,
    read_table,
    reading,
    union,
    union_by_name,
    view,
)
from medallion_core.generate.python import Call, Code, chain
from medallion_core.generate.render import render
from medallion_core.model import Bridge, Design, Fact, FactKind
from medallion_core.tables.aliases import fact_aliases
from medallion_core.tables.facts import header_join, link_joins
from medallion_core.tables.gold import columns_of
from medallion_core.tables.measures import Allocation, allocation
from medallion_core.tables.proofs import proves_keys, ready_first
from medallion_core.tables.reads import Rows, silver_rows


@dataclass(frozen=True, slots=True)
class Share:
    """A column of running shares of a header, and one with the share of the line before.
    ``weight`` is what the shares go by; empty: every line has the same."""

    name: str
    before: str
    weight: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """The fact's own rows, each with its shares of its header's amounts."""

    variable: str
    read: Code
    keys: list[str]
    order: list[str]
    columns: tuple[Share, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactFile:
    """A fact or a bridge: silver rows, each with the keys of what it refers to."""

    template: ClassVar = "src/gold/fact.py"
    imports: tuple[str, ...]
    table: View
    says: str
    shares: Shares | None
    readings: tuple[Reading, ...]
    first: str
    joins: tuple[Call, ...]
    columns: tuple[str, ...]
    before: Code | None
    why_before: str
    unions: tuple[Call, ...]


def fact_file(design: Design, fact: Fact) -> str:
    """The source text of ``src/gold/fact_<entity>.py``."""
    found = columns_of(design, fact.name)
    own = silver_rows(design, design.entity(fact.entity), fact_aliases(fact).own)
    joins = [*header_join(design, fact), *link_joins(design, fact)]
    shares = _shares(own, allocation(fact))
    joined = [join.rows for join in joins]
    return render(
        FactFile(
            imports=imports(joins, windows=shares is not None),
            table=view(
                fact.name,
                _comment(fact),
                found,
                cluster_by=fact.cluster_by,
                refresh_policy=fact.refresh_policy,
            ),
            says=f"{_grain(fact)}{_stage(fact)}; left joins only, so that no row is lost.",
            shares=shares,
            readings=tuple(map(reading, joined if shares else [own, *joined])),
            first=own.alias,
            joins=tuple(map(left_join, joins)),
            columns=tuple(column.select for column in found),
            before=before(design, fact),
            why_before=why_before(design),
            unions=union_by_name(*(["before"] * bool(ready_first(design, fact)))),
        )
    )


def before(design: Design, part: Fact | Bridge) -> Code | None:
    """No row of what has to be ready before the table, and no column."""
    nothing = [
        f'{read_own(design, table)!r}.where("false").select()'
        for table in ready_first(design, part)
    ]
    return Code(nothing[0] + chain(union(map(Code, nothing[1:])))) if nothing else None


def why_before(design: Design) -> str:
    proved = ", and its keys are proved," if proves_keys(design) else ""
    return (
        f"No row of it, but its place: every dimension is there{proved} before the keys that refer "
        "to them are declared."
    )


def _shares(own: Rows, found: Allocation | None) -> Shares | None:
    if found is None:
        return None
    return Shares(
        variable=own.alias,
        read=read_table(own.table),
        keys=found.keys,
        order=found.order,
        columns=tuple(
            Share(name, f"{name}_before", weight) for name, weight in found.weights.items()
        ),
    )


def _grain(fact: Fact) -> str:
    return f"One row per {', '.join(fact.grain)}" if fact.grain else "One row per row of the source"


def _stage(fact: Fact) -> str:
    """What its rows are, where they are no events."""
    match fact.kind:
        case FactKind.PERIODIC_SNAPSHOT:
            return ", as things stood"
        case FactKind.ACCUMULATING_SNAPSHOT:
            return ", as far as it has come"
    return ""


def _comment(fact: Fact) -> str:
    return fact.comment or f"{_grain(fact)} of {fact.entity}{_stage(fact)}."
