"""The columns of bridges."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from medallion_core.model import Bridge, Design
from medallion_core.tables import columns, lookups, names
from medallion_core.tables.aliases import Aliases, bridge_aliases
from medallion_core.tables.masks import mask_of
from medallion_core.tables.proofs import ready_first
from medallion_core.tables.schema import GoldColumn, GoldTable
from medallion_core.tables.soundness.star import bridge_findings
from medallion_core.text import sql

WEIGHT_TYPE = "decimal(18,17)"


def bridge_tables(design: Design) -> Iterator[GoldTable]:
    """Every bridge as a gold table."""
    for bridge in design.star.bridges:
        rows = bridge_aliases(bridge)
        yield GoldTable(
            name=bridge.name,
            of=bridge,
            columns=partial(bridge_columns, design, bridge),
            findings=partial(bridge_findings, bridge),
            rows={rows.own: names.silver_of(bridge.entity)}
            | lookups.link_rows(lookups.joined(design, bridge.held_links()), rows),
            looked_up=lookups.looked_up(design, bridge.held_links()),
            also_reads=ready_first(design, bridge),
        )


def bridge_columns(design: Design, bridge: Bridge) -> list[GoldColumn]:
    """Every column of the bridge's table, in order: links, attributes, weight."""
    entity, rows = design.entity(bridge.entity), bridge_aliases(bridge)
    attributes = [
        GoldColumn(
            name=attribute.name,
            type=columns.silver_type(entity.column(attribute.column)),
            expression=sql.column(rows.own, attribute.column),
            comment=attribute.comment or entity.column(attribute.column).comment,
            mask=mask_of(design, entity.column(attribute.column)),
        )
        for attribute in bridge.attributes
    ]
    links = [lookups.link_column(design, bridge.entity, link, rows) for link in bridge.links]
    return [*links, *attributes, *_weight(bridge, rows)]


def _weight(bridge: Bridge, rows: Aliases) -> list[GoldColumn]:
    if not bridge.weight:
        return []
    whole = ", ".join(sql.column(rows.own, column) for column in bridge.links[0].columns)
    share = f"try_divide(1.0, count(*) OVER (PARTITION BY {whole}))"
    return [
        GoldColumn(
            name=bridge.weight,
            type=WEIGHT_TYPE,
            expression=f"CAST({share} AS {sql.type_name(WEIGHT_TYPE)})",
            comment=f"Share of this pair; the shares of one {bridge.links[0].key} add up to 1.",
            required=True,
        )
    ]
