"""Dimensions: who, what and where, each with a row for what is not known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from medallion_core.generate.gold import (
    Reading,
    View,
    imports,
    left_join,
    read_own,
    reading,
    union_by_name,
    view,
)
from medallion_core.generate.python import Call, Code, expr
from medallion_core.generate.render import render
from medallion_core.model import Design, Dimension, DimensionLink, Entity
from medallion_core.tables import columns, lookups, names
from medallion_core.tables.dimensions import (
    INFERRED,
    UNKNOWN_TEXT,
    folded_joins,
    inferred_column,
    is_known,
    member_columns,
    outrigger_joins,
    own_rows,
    version_numbers,
)
from medallion_core.tables.lookups import (
    BEGINNING,
    END_OF_TIME,
    IS_CURRENT,
    VALID_FROM,
    VALID_TO,
    moment,
)
from medallion_core.tables.members import UNKNOWN, infers_members, is_of_flags
from medallion_core.tables.proofs import proves_keys
from medallion_core.tables.schema import GoldColumn
from medallion_core.text import sql
from medallion_core.text.types import is_temporal


@dataclass(frozen=True, slots=True)
class Others:
    """Members that are read from a table of their own."""

    read: Code
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionFile:
    """The members of silver, those that are inferred, and the unknown one."""

    template: ClassVar = "src/gold/dimension.py"
    imports: tuple[str, ...]
    table: View
    says: str
    readings: tuple[Reading, ...]
    first: str
    joins: tuple[Call, ...]
    members: tuple[str, ...]
    distinct: tuple[Call, ...]
    inferred: Others | None
    unknown: Others
    unions: tuple[Call, ...]


def dimension_file(design: Design, dimension: Dimension) -> str:
    """The source text of ``src/gold/dim_<entity>.py``."""
    entity = design.entity(dimension.entity)
    members = member_columns(design, dimension, entity)
    infers = infers_members(design, dimension)
    if infers:
        members.append(inferred_column("false"))
    own = own_rows(design, dimension, entity)
    numbered = [
        Call("withColumn", (name, expr(value)))
        for name, value in version_numbers(dimension, entity)
    ]
    folded, outriggers = folded_joins(design, dimension), [*outrigger_joins(design, dimension)]
    joins = [*folded, *(join for _, join in outriggers)]
    notes = {join.rows.alias: _leads_to(dimension, link) for link, join in outriggers}
    return render(
        DimensionFile(
            imports=imports(joins, functions=bool(numbered), windows=bool(own.one_per)),
            table=view(
                dimension.name,
                _comment(dimension, entity),
                members,
                primary_key=[dimension.surrogate_key],
                proved=proves_keys(design),
                refresh_policy=dimension.refresh_policy,
            ),
            says=_says(inferred=infers),
            readings=(
                reading(own, *numbered),
                *(reading(join.rows, note=notes.get(join.rows.alias, "")) for join in joins),
            ),
            first=own.alias,
            joins=(*map(left_join, joins), Call("where", (is_known(dimension),))),
            members=tuple(column.select for column in members),
            distinct=(Call("distinct", ()),) * (dimension.junk and not is_of_flags(dimension)),
            inferred=_inferred(design, dimension, members) if infers else None,
            unknown=_unknown(design, dimension, members),
            unions=union_by_name(*(["inferred"] * infers), "unknown"),
        )
    )


def _leads_to(dimension: Dimension, link: DimensionLink) -> str:
    """Why a dimension is joined with another, or with itself."""
    keys = ", ".join(link.columns)
    if link.dimension == dimension.name:
        return f"Each {keys} is looked up here, too: {link.key} is -1 where no member has it."
    return f"The member of {link.dimension} that {keys} refers to: {link.key} holds its key."


def _says(*, inferred: bool) -> str:
    awaited = ", inferred members (keys that only facts hold so far)" if inferred else ""
    return f"Members{awaited}, and the unknown member."


def _inferred(design: Design, dimension: Dimension, members: list[GoldColumn]) -> Others:
    seen = read_own(design, names.seen_table(dimension))
    return Others(seen, _inferred_columns(design, dimension, members))


def _inferred_columns(
    design: Design, dimension: Dimension, members: list[GoldColumn]
) -> tuple[str, ...]:
    keys = [sql.name(key) for key in lookups.key_names(dimension)]
    given = {
        dimension.surrogate_key: lookups.key_hash(design, dimension, keys),
        **dict(zip(lookups.key_names(dimension), keys, strict=True)),
        INFERRED: "true",
    }
    return _literals(members, given | _refers_to_unknown(members) | _always_valid(members))


def _unknown(design: Design, dimension: Dimension, members: list[GoldColumn]) -> Others:
    keys = lookups.key_names(dimension)
    given = {
        column.name: sql.string(UNKNOWN_TEXT)
        for column in members
        if column.type == "string" and column.name not in keys
    }
    given |= _refers_to_unknown(members)
    given |= {dimension.surrogate_key: UNKNOWN, INFERRED: "false"}
    one = read_own(design, names.UNKNOWN_ROW)
    return Others(one, _literals(members, given | _always_valid(members)))


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


def _literals(members: list[GoldColumn], given: dict[str, str]) -> tuple[str, ...]:
    """The expressions of a row made of ``given``; columns without one are left NULL."""
    return tuple(sql.aliased(given[c.name], c.name) for c in members if c.name in given)


def _comment(dimension: Dimension, entity: Entity) -> str:
    if dimension.comment:
        return dimension.comment
    per = "version of each " if columns.keeps_history(entity) else ""
    keys = ", ".join(lookups.key_names(dimension))
    return f"One row per {per}{keys} of {entity.name}. {entity.comment}".strip()
