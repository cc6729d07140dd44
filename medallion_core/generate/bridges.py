"""Bridges: who belongs to whom, where one fact row or member has many."""

from __future__ import annotations

from medallion_core.generate.render import render
from medallion_core.model import Bridge, Design
from medallion_core.tables import lookups, names
from medallion_core.tables.bridges import bridge_columns
from medallion_core.tables.facts import LINE
from medallion_core.tables.reads import silver_rows
from medallion_core.tables.schema import ddl_lines


def bridge_file(design: Design, bridge: Bridge) -> str:
    """The source text of ``src/gold/bridge_<entity>.py``."""
    found = bridge_columns(design, bridge)
    entity = design.entity(bridge.entity)
    links = [lookups.link_join(design, link, entity, LINE) for link in bridge.links]
    return render(
        "src/gold/fact.py",
        table=bridge.name,
        function=names.function_name(bridge.name),
        comment=bridge.comment or f"One row per pair of {bridge.entity}.",
        grain="One row per pair",
        schema=ddl_lines(design, bridge.name, found),
        cluster_by=[],
        own=silver_rows(design, entity, LINE),
        allocation=None,
        joins=links,
        columns=[column.select for column in found],
    )
