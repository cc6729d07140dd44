"""SQL: written with safe names, read by its tokens, changed in its places."""

from medallion_core.text.sql.checks import asks_time, check_expression, is_not_true
from medallion_core.text.sql.column_use import (
    columns,
    map_columns,
    mentioned,
    name_parts,
    plain_name,
    qualify,
    reads,
    rename,
    requalify,
)
from medallion_core.text.sql.names import (
    aliased,
    all_of,
    column,
    date_key,
    dotted,
    is_same_number,
    name,
    string,
    type_name,
)
from medallion_core.text.sql.tolerance import (
    casts,
    divides,
    guard_divisions,
    replace_cast,
    tolerate_casts,
    widen_integers,
)
from medallion_core.text.types import family

__all__ = [
    "aliased",
    "all_of",
    "asks_time",
    "casts",
    "check_expression",
    "column",
    "columns",
    "date_key",
    "divides",
    "dotted",
    "family",
    "guard_divisions",
    "is_not_true",
    "is_same_number",
    "map_columns",
    "mentioned",
    "name",
    "name_parts",
    "plain_name",
    "qualify",
    "reads",
    "rename",
    "replace_cast",
    "requalify",
    "string",
    "tolerate_casts",
    "type_name",
    "widen_integers",
]
