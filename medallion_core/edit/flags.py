"""Flags of a fact, gathered in one small dimension with each combination once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from medallion_core.edit.refusals import invalid, one_of
from medallion_core.edit.star import check_name, find_fact
from medallion_core.model import (
    Attribute,
    DegenerateKey,
    Design,
    Dimension,
    DimensionLink,
    Fact,
    Star,
)
from medallion_core.text.identifiers import shorten


def junk_dimension(star: Star, fact: Fact) -> Dimension | None:
    """The dimension of the fact's flags, if it has one."""
    linked = {link.dimension for link in fact.links}
    return next((d for d in star.dimensions if d.junk and d.name in linked), None)


def possible_flags(design: Design, fact: Fact) -> list[str]:
    """The fact's own columns that could go into a junk dimension, and those that are in it."""
    junk = junk_dimension(design.star, fact)
    own = [key.column for key in fact.degenerate if not key.from_header]
    return [
        *(junk.business_key if junk else ()),
        *(column for column in own if column not in fact.grain),
    ]


def choose_flags(design: Design, fact_name: str, columns: Sequence[str]) -> Design:
    """``design`` with ``columns`` of the fact's table in a junk dimension of it; none: without
    one. A column that is no longer in it is one of the fact again."""
    fact = find_fact(design, fact_name)
    possible = possible_flags(design, fact)
    for column in columns:
        if column not in possible:
            raise invalid(f"{column} is not a plain column of {fact_name}.", one_of(possible))
    junk = junk_dimension(design.star, fact)
    keys = {(key.column, key.from_header): key for key in (*_given_back(junk), *fact.degenerate)}
    chosen = {(column, False): None for column in columns}
    others = tuple(d for d in design.star.dimensions if d is not junk)
    plain = replace(
        fact,
        links=tuple(link for link in fact.links if junk is None or link.dimension != junk.name),
        degenerate=tuple(key for made_of, key in keys.items() if made_of not in chosen),
    )
    design = replace(design, star=replace(design.star, dimensions=others))
    if not columns:
        return design.with_fact(plain)
    made = _junk(design, fact, [keys[made_of] for made_of in chosen], junk)
    key = made.surrogate_key
    linked = replace(plain, links=(*plain.links, DimensionLink(made.name, key, made.business_key)))
    design = replace(design, star=replace(design.star, dimensions=(*others, made)))
    return design.with_fact(linked)


def _given_back(junk: Dimension | None) -> list[DegenerateKey]:
    """The flags as columns of the fact."""
    attributes = junk.attributes if junk else ()
    return [DegenerateKey(each.name, each.column, comment=each.comment) for each in attributes]


def _junk(
    design: Design, fact: Fact, keys: Sequence[DegenerateKey], before: Dimension | None
) -> Dimension:
    base = shorten(fact.name.removeprefix("fact_"))
    attributes = tuple(Attribute(key.name, key.column, key.comment) for key in keys)
    columns = tuple(key.column for key in keys)
    if before is not None:
        return replace(before, business_key=columns, attributes=attributes)
    check_name(design, f"dim_{base}_flags", [])
    return Dimension(
        name=f"dim_{base}_flags",
        entity=fact.entity,
        business_key=columns,
        surrogate_key=f"{base}_flags_key",
        attributes=attributes,
        junk=True,
        comment=f"Every combination of {', '.join(columns)} that {fact.name} has.",
    )
