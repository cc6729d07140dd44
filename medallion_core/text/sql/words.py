"""Words of SQL, and what they are where they stand bare."""

from __future__ import annotations

# Words that Spark's grammar reserves in ANSI mode or reads as something else than a column.
# https://spark.apache.org/docs/latest/sql-ref-ansi-compliance.html#sql-keywords
_RESERVED = """
    all alter and anti any array as asc at authorization between both by case cast check
    collate column constraint create cross cube current current_date current_time
    current_timestamp current_user default delete desc describe distinct div drop else end
    escape except exists explain extract false fetch filter for foreign from full function
    glob grant group grouping having ilike in inner insert intersect interval into is join
    lateral leading left like limit live local map match_recognize minus natural no not
    notnull null of offset on only or order outer overlaps partitioned_by pivot placing
    position primary qualify references regexp returning revoke right rlike rollback rollup
    select semi serdeproperties session_user set some struct sum table tablesample then to
    trailing trim true truncate uncache union unique unknown unpivot update use user using
    values when where window with within xor
"""
RESERVED = frozenset(_RESERVED.split())

_BETWEEN = """
    and as asc between both by collate desc distinct div else end escape for from ilike in is
    leading like not or order placing regexp rlike then trailing when where
"""
BETWEEN = frozenset(_BETWEEN.split())
"""Stand between the parts of an expression and are never one of them."""

_VALUES = """
    all current_date current_time current_timestamp current_user false null session_user true
    unknown user
"""
VALUES = frozenset(_VALUES.split())
"""Stand for a value, and for a column in backticks only."""

_UNITS = """
    microsecond millisecond nanosecond second minute hour day dayofyear week month quarter year
"""
UNITS = frozenset(_UNITS.split())
"""Of time: ``INTERVAL 1 DAY``, ``datediff(DAY, start, end)``."""

UNIT_FIRST = ("date_add", "date_diff", "dateadd", "datediff", "timestampadd", "timestampdiff")
"""Functions whose first of three arguments is a unit: ``datediff(DAY, start, end)``."""

BEFORE_BY = ("cluster", "distribute", "partition", "sort")
FRAME_STARTS = ("between", "current", "interval", "unbounded")
"""What the frame of a window begins with, behind ROWS or RANGE."""

CLAUSES = frozenset(["filter", "group", "over"])
"""Stand between a call and the bracket of a clause that belongs to it."""

_QUERIES = "except intersect join lateral minus select table union using values with"
QUERIES = frozenset(_QUERIES.split())
"""What queries are made of: as names in an expression they need backticks."""
