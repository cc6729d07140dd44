"""Bridges: who belongs to whom, where one fact row or member has many."""

from __future__ import annotations

from medallion_core.generate.facts import FactFile, before, why_before
from medallion_core.generate.gold import imports, left_join, reading, union_by_name, view
from medallion_core.generate.render import render
from medallion_core.model import Bridge, Design
from medallion_core.tables import lookups
from medallion_core.tables.aliases import bridge_aliases
from medallion_core.tables.bridges import bridge_columns
from medallion_core.tables.proofs import ready_first
from medallion_core.tables.reads import silver_rows


def bridge_file(design: Design, bridge: Bridge) -> str:
    """The source text of ``src/gold/bridge_<entity>.py``."""
    found = bridge_columns(design, bridge)
    entity = design.entity(bridge.entity)
    rows = bridge_aliases(bridge)
    own = silver_rows(design, entity, rows.own)
    links = [
        lookups.link_join(design, link, entity, rows)
        for _, link in lookups.joined(design, bridge.held_links())
    ]
    comment = bridge.comment or f"One row per pair of {bridge.entity}."
    return render(
        FactFile(
            imports=imports(links),
            table=view(bridge.name, comment, found, refresh_policy=bridge.refresh_policy),
            says="One row per pair; left joins only, so that no row is lost.",
            shares=None,
            readings=(reading(own), *(reading(link.rows) for link in links)),
            first=own.alias,
            joins=tuple(map(left_join, links)),
            columns=tuple(column.select for column in found),
            before=before(design, bridge),
            why_before=why_before(design),
            unions=union_by_name(*(["before"] * bool(ready_first(design, bridge)))),
        )
    )
