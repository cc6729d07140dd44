"""Dimensions: who, what and where, each with a row for what is not known."""

from __future__ import annotations

from medallion_core.generate.render import render
from medallion_core.model import Design, Dimension, Entity
from medallion_core.tables import columns, lookups, names
from medallion_core.tables.dimensions import (
    BEGINNING,
    END_OF_TIME,
    INFERRED,
    IS_CURRENT,
    UNKNOWN_TEXT,
    VALID_FROM,
    VALID_TO,
    folded_joins,
    inferred_column,
    is_known,
    member_columns,
    moment,
    outrigger_joins,
    own_rows,
    sightings,
    version_numbers,
)
from medallion_core.tables.schema import GoldColumn, ddl_lines
from medallion_core.text import sql
from medallion_core.text.types import is_temporal


def dimension_file(design: Design, dimension: Dimension) -> str:
    """The source text of ``src/gold/dim_<entity>.py``."""
    entity = design.entity(dimension.entity)
    members = member_columns(design, dimension, entity)
    seen_at = list(sightings(design, dimension))
    if seen_at:
        members.append(inferred_column("false"))
    keys = lookups.key_names(dimension)
    return render(
        "src/gold/dimension.py",
        table=dimension.name,
        function=names.function_name(dimension.name),
        comment=_comment(dimension, entity),
        schema=ddl_lines(design, dimension.name, members, [dimension.surrogate_key]),
        own=own_rows(design, dimension, entity),
        versions=version_numbers(dimension, entity),
        joins=[*folded_joins(design, dimension), *outrigger_joins(design, dimension)],
        known=is_known(dimension, entity),
        members=[column.select for column in members],
        junk=dimension.junk,
        sightings=seen_at,
        keys=[sql.name(key) for key in keys],
        seen=sql.all_of(f"{sql.name(key)} IS NOT NULL" for key in keys),
        inferred=_inferred(dimension, members),
        unknown=_unknown(dimension, members),
    )


def _inferred(dimension: Dimension, members: list[GoldColumn]) -> list[str]:
    keys = [sql.name(key) for key in lookups.key_names(dimension)]
    given = {
        dimension.surrogate_key: f"xxhash64({', '.join(keys)})",
        **dict(zip(lookups.key_names(dimension), keys, strict=True)),
        INFERRED: "true",
    }
    return _literals(members, given | _refers_to_unknown(members) | _always_valid(members))


def _unknown(dimension: Dimension, members: list[GoldColumn]) -> list[str]:
    keys = lookups.key_names(dimension)
    given = {
        column.name: sql.string(UNKNOWN_TEXT)
        for column in members
        if column.type == "string" and column.name not in keys
    }
    given |= _refers_to_unknown(members)
    given |= {dimension.surrogate_key: f"CAST({lookups.UNKNOWN_KEY} AS BIGINT)", INFERRED: "false"}
    return _literals(members, given | _always_valid(members))


def _refers_to_unknown(members: list[GoldColumn]) -> dict[str, str]:
    return {column.name: str(lookups.UNKNOWN_KEY) for column in members if column.references}


def _always_valid(members: list[GoldColumn]) -> dict[str, str]:
    kinds = {column.name: column.type for column in members}
    if IS_CURRENT not in kinds:
        return {}
    always = {IS_CURRENT: "true"}
    if is_temporal(kinds[VALID_FROM]):
        kind = kinds[VALID_FROM]
        always |= {VALID_FROM: moment(kind, BEGINNING), VALID_TO: moment(kind, END_OF_TIME)}
    return always


def _literals(members: list[GoldColumn], given: dict[str, str]) -> list[str]:
    """The expressions of a row made of ``given``; columns without one are left NULL."""
    return [sql.aliased(given[c.name], c.name) for c in members if c.name in given]


def _comment(dimension: Dimension, entity: Entity) -> str:
    if dimension.comment:
        return dimension.comment
    per = "version of each" if columns.keeps_history(entity) else "each"
    keys = ", ".join(lookups.key_names(dimension))
    return f"One row for {per} {keys} of {entity.name}. {entity.comment}".strip()
