"""Whether what hides personal data leaves values that rows can be joined by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from medallion_core.model import Design, Finding, Level
from medallion_core.tables.columns import is_hashed
from medallion_core.tables.lookups import joined
from medallion_core.tables.masks import is_masked
from medallion_core.text.types import digits, family, is_integer

_Pairs = Iterator[tuple[str, str, str, str]]
"""Entity and column on both sides."""


def hidden_joins(design: Design) -> list[Finding]:
    """An ERROR for each pair of columns that would never be equal: no row would find its partner,
    and each key would be a member that nothing else is known of."""
    pairs = dict.fromkeys((*_links(design), *_headers(design), *_folded(design)))
    unequal = (finding for pair in pairs for finding in _unequal(design, *pair))
    return [*unequal, *_masked(design)]


def _links(design: Design) -> _Pairs:
    for entity, link in design.star.held_links():
        dimension = design.star.dimension(link.dimension)
        wanted = link.parent_columns or dimension.business_key
        yield from _paired(entity, link.columns, dimension.entity, wanted)


def _headers(design: Design) -> _Pairs:
    for fact in design.star.facts:
        if fact.header:
            header = fact.header
            yield from _paired(fact.entity, header.columns, header.entity, header.parent_columns)


def _folded(design: Design) -> _Pairs:
    for dimension in design.star.dimensions:
        rows = {dimension.entity: dimension.entity}
        for parent in dimension.folded:
            child = rows[parent.child]
            yield from _paired(child, parent.columns, parent.entity, parent.parent_columns)
            rows[parent.alias] = parent.entity


def _paired(child: str, own: Sequence[str], parent: str, its: Sequence[str]) -> _Pairs:
    return ((child, left, parent, right) for left, right in zip(own, its, strict=True))


def _unequal(design: Design, child: str, own: str, parent: str, its: str) -> Iterator[Finding]:
    subject, other = f"{child}.{own}", f"{parent}.{its}"
    left, right = design.entity(child).column(own), design.entity(parent).column(its)
    if is_hashed(left) is not is_hashed(right):
        hashed, plain = (subject, other) if is_hashed(left) else (other, subject)
        detail = f"Rows are joined by it and {other}: {hashed} is hashed, and {plain} is not."
        yield Finding(Level.ERROR, subject, detail, "Hash both or none.")
    elif is_hashed(left) and _written(left.type) != _written(right.type):
        detail = (
            f"Rows are joined by its hash and that of {other}, which are made of texts:"
            f" {left.type} is not written as {right.type} is."
        )
        yield Finding(Level.ERROR, subject, detail, "Give both the same type.")


def _masked(design: Design) -> Iterator[Finding]:
    """Dimensions are read from gold, where the pipeline itself sees what the mask leaves."""
    for _, link in joined(design, design.star.held_links()):
        dimension = design.star.dimension(link.dimension)
        entity = design.entity(dimension.entity)
        for name in link.parent_columns or dimension.business_key:
            if is_masked(entity.column(name)) and name not in entity.key:
                yield Finding(
                    Level.ERROR,
                    f"{entity.name}.{name}",
                    f"Rows find {dimension.name} by it, and a mask leaves nothing to find it by.",
                    "Hash it instead, on both sides.",
                )


def _written(type_: str) -> tuple[str, int]:
    """What the text of a value looks like."""
    _, behind = digits(type_)
    whole = is_integer(type_) or (family(type_) == "decimal" and not behind)
    return ("whole number", 0) if whole else (family(type_), behind)
