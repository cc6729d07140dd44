"""Tables of the same name in several schemas: each refers to those of its own."""

from __future__ import annotations

from collections.abc import Sequence

from medallion_core.propose.candidates import Candidate
from medallion_core.propose.tables import Table, place_of
from medallion_core.text.identifiers import snake_case


def within_schemas(candidates: Sequence[Candidate], tables: Sequence[Table]) -> list[Candidate]:
    """The candidates without those to a table of another schema whose namesake in the child's
    own schema is a candidate for the same columns, too, or is the child itself."""
    places = [place_of(table.source) for table in tables]
    names = [snake_case(table.source.name) for table in tables]
    near = {
        (c.child, c.columns, names[c.parent])
        for c in candidates
        if places[c.child] == places[c.parent]
    }
    return [
        c
        for c in candidates
        if places[c.child] == places[c.parent]
        or (names[c.child] != names[c.parent] and (c.child, c.columns, names[c.parent]) not in near)
    ]
