"""Bridges: who belongs to whom, where one fact row or member has many."""

from __future__ import annotations

from medallion_core.generate import columns, lookups, names, sql
from medallion_core.generate.facts import LINE
from medallion_core.generate.render import render
from medallion_core.generate.rows import silver_rows
from medallion_core.generate.schema import GoldColumn, ddl_lines
from medallion_core.masks import mask_of
from medallion_core.model import Bridge, Design

WEIGHT_TYPE = "decimal(18,17)"


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


def bridge_columns(design: Design, bridge: Bridge) -> list[GoldColumn]:
    """Every column of the bridge's table, in order: links, attributes, weight."""
    entity = design.entity(bridge.entity)
    attributes = [
        GoldColumn(
            name=attribute.name,
            type=columns.silver_type(entity.column(attribute.column)),
            expression=sql.column(LINE, attribute.column),
            comment=attribute.comment or entity.column(attribute.column).comment,
            mask=mask_of(entity.column(attribute.column)),
        )
        for attribute in bridge.attributes
    ]
    links = [lookups.link_column(design, link) for link in bridge.links]
    return [*links, *attributes, *_weight(bridge)]


def _weight(bridge: Bridge) -> list[GoldColumn]:
    if not bridge.weight:
        return []
    whole = ", ".join(sql.column(LINE, column) for column in bridge.links[0].columns)
    share = f"try_divide(1.0, count(*) OVER (PARTITION BY {whole}))"
    return [
        GoldColumn(
            name=bridge.weight,
            type=WEIGHT_TYPE,
            expression=f"CAST({share} AS {sql.type_name(WEIGHT_TYPE)})",
            comment=f"Share of this pair; the pairs of one {bridge.links[0].key} add up to 1.",
            required=True,
        )
    ]
