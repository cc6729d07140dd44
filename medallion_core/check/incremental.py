"""Which materialized views a serverless pipeline refreshes incrementally, read off their code.

What is on Databricks' list of SQL that refreshes incrementally is; what is not on it is said to be
computed in full, with the reason that the event log or ``EXPLAIN CREATE MATERIALIZED VIEW`` gives
for it. Whether an incremental refresh is cheaper is the platform's own decision in each update.

https://docs.databricks.com/aws/en/ldp/incremental-refresh
https://docs.databricks.com/aws/en/ldp/monitor-event-log-schema (PlanNotIncrementalizableSubType)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from medallion_core.check.files import KEPT, PythonFile, python_files, said_in
from medallion_core.check.views import ViewCode
from medallion_core.model import Bundle

SUPPORTED = "https://docs.databricks.com/aws/en/ldp/incremental-refresh"
EVENT_LOG = "https://docs.databricks.com/aws/en/ldp/monitor-event-log-schema"

_JOINS = frozenset({"inner", "left", "leftouter", "left_outer", "right", "full", "outer"})
_DISTINCT = frozenset({"distinct", "dropDuplicates", "drop_duplicates", "union_distinct"})
_SET_OPERATIONS = frozenset({"intersect", "subtract", "exceptAll", "intersectAll", "crossJoin"})
_GENERATORS = frozenset(
    {"explode", "explode_outer", "posexplode", "posexplode_outer", "inline", "inline_outer"}
    | {"stack", "json_tuple"}
)
_TIMES = frozenset({"current_timestamp", "current_date", "now", "localtimestamp"})
_CHANCES = frozenset({"rand", "randn", "random", "uuid", "shuffle", "monotonically_increasing_id"})
_FLOATING_SUMS = frozenset({"sum", "avg", "mean", "try_sum", "try_avg", "stddev", "covar_pop"})


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a view is computed in full: the platform's word for it, what it is here, and where the
    rule is written."""

    code: str
    detail: str
    source: str = SUPPORTED


@dataclass(frozen=True, slots=True)
class Refresh:
    """How one materialized view is refreshed; ``reasons`` are empty where incrementally."""

    view: str
    reasons: tuple[Reason, ...] = ()
    policy: str = "auto"

    @property
    def is_incremental(self) -> bool:
        return not self.reasons


Rule = Callable[[ViewCode], Iterator[Reason]]


def refreshes(bundle: Bundle) -> list[Refresh]:
    """Each materialized view of the bundle's Python, in order. Files that are none are left out:
    ``check_bundle`` tells them."""
    return [refresh for _, found in read_refreshes(bundle) for refresh in found]


def read_refreshes(bundle: Bundle) -> Iterator[tuple[float, tuple[Refresh, ...]]]:
    """The same file by file, for who does not wait for all: the share that has been read, 1 once it
    is all and no sooner, and what was found since. What was read once is known the next time."""
    texts = [text for path, text in bundle.items() if path.endswith(".py")]
    steps = 2 * len(texts)
    for done, text in enumerate(texts, 1):
        said_in(text)
        yield done / steps, ()
    for done, file in enumerate(python_files(bundle), len(texts)):
        yield done / steps, _of_file(file)
    yield 1.0, ()


@lru_cache(maxsize=KEPT)
def _of_file(file: PythonFile) -> tuple[Refresh, ...]:
    return tuple(
        Refresh(view.name, tuple(dict.fromkeys(_reasons(view))), view.refresh_policy)
        for view in file.views()
    )


def _reasons(view: ViewCode) -> Iterator[Reason]:
    return (reason for rule in RULES for reason in rule(view))


def _sources(view: ViewCode) -> Iterator[Reason]:
    if view.calls("range") or view.calls("createDataFrame"):
        detail = "A row that is written in the code comes from no Delta table."
        yield Reason("INPUT_NOT_IN_DELTA", detail, EVENT_LOG)
    if view.reads_files:
        yield Reason("INPUT_NOT_IN_DELTA", "Files are read, which are no Delta table.", EVENT_LOG)
    for table in view.untracked:
        detail = f"{table} is not of this pipeline: its rows have to be tracked, and it a table."
        yield Reason("ROW_TRACKING_NOT_ENABLED", detail, EVENT_LOG)


def _masks(view: ViewCode) -> Iterator[Reason]:
    for table in view.masked:
        detail = f"{table} has column masks, and what reads or is such a table is computed anew."
        yield Reason("MASKED", detail)


def _operators(view: ViewCode) -> Iterator[Reason]:
    for found in sorted(view.methods & (_DISTINCT | _SET_OPERATIONS)):
        yield Reason("OPERATOR_NOT_SUPPORTED", f"{found} is not on the list.", SUPPORTED)
    for kind in sorted(view.joins - _JOINS):
        yield Reason("OPERATOR_NOT_SUPPORTED", f"A {kind} join is not on the list.", SUPPORTED)
    if view.joins_loosely:
        detail = "A join without an equality is a crossJoin with a filter."
        yield Reason("OPERATOR_NOT_SUPPORTED", detail, SUPPORTED)
    for found in sorted(view.functions & _GENERATORS):
        detail = f"{found} makes several rows of one, which is not on the list."
        yield Reason("OPERATOR_NOT_SUPPORTED", detail, SUPPORTED)


def _determinism(view: ViewCode) -> Iterator[Reason]:
    for found in sorted(view.selected & _TIMES):
        detail = f"{found} is another in each update; only WHERE may have it."
        yield Reason("TIME_FUNCTION", detail, EVENT_LOG)
    for found in sorted(view.functions & _CHANCES):
        yield Reason("NON_DETERMINISTIC_EXPRESSION", f"{found} is left to chance.", EVENT_LOG)


def _aggregates(view: ViewCode) -> Iterator[Reason]:
    if view.inner_aggregates:
        detail = "It goes on after a GROUP BY: only HAVING may follow."
        yield Reason("AGGREGATE_NOT_TOP_NODE", detail, EVENT_LOG)
    if view.counts_distinct:
        yield Reason("AGGREGATE_WITH_DISTINCT", "It counts distinct values.", EVENT_LOG)
    if view.aggregated & _FLOATING_SUMS and view.floating:
        detail = f"{', '.join(view.floating)}: sums of floating numbers depend on their order."
        yield Reason("AGGREGATE_WITH_UNSUPPORTED_EXPRESSION", detail)


def _windows(view: ViewCode) -> Iterator[Reason]:
    if view.inner_windows:
        detail = "It goes on after a window function: only a filter of its rows may follow."
        yield Reason("WINDOW_FUNCTION_NOT_TOP_LEVEL", detail, EVENT_LOG)
    if view.whole_windows:
        detail = "A window has no PARTITION BY."
        yield Reason("WINDOW_FUNCTION_WITHOUT_PARTITION_BY", detail, EVENT_LOG)


def _expectations(view: ViewCode) -> Iterator[Reason]:
    for name in view.expecting_views:
        detail = f"{name} is a view with expectations."
        yield Reason("EXPECTATIONS_NOT_SUPPORTED", detail)
    if view.drops_rows and view.requires_values:
        detail = "A rule drops rows, and a column is NOT NULL."
        yield Reason("EXPECTATIONS_NOT_SUPPORTED", detail)


RULES: tuple[Rule, ...] = (
    _sources,
    _masks,
    _operators,
    _determinism,
    _aggregates,
    _windows,
    _expectations,
)
