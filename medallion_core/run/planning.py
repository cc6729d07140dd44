"""How an update refreshed a materialized view, as its planning_information tells.

https://docs.databricks.com/aws/en/ldp/monitor-event-log-schema
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]

_PREFIX = "MAINTENANCE_TYPE_"
_IN_FULL = "COMPLETE_RECOMPUTE"
_SUBTYPES = (
    "plan_not_incrementalizable_sub_type",
    "plan_not_deterministic_sub_type",
    "cost_model_rejection_subtype",
)
_NAMES = ("operator_name", "expression_name")


@dataclass(frozen=True, slots=True)
class Planning:
    """``technique`` is the one that was chosen, ``issues`` why it was not an incremental one.
    ``changed_bytes`` and ``read_bytes`` are of all tables that are read; None where not told."""

    technique: str
    issues: tuple[str, ...] = ()
    changed_bytes: int | None = None
    read_bytes: int | None = None

    @property
    def is_full(self) -> bool:
        return self.technique == _IN_FULL


def read_planning(details: Json) -> Planning | None:
    """None where no technique was chosen."""
    techniques = [each for each in details.get("technique_information") or () if each]
    chosen = next((each for each in techniques if each.get("is_chosen")), None)
    if chosen is None:
        return None
    sources = [each for each in details.get("source_table_information") or () if each]
    return Planning(
        str(chosen.get("maintenance_type") or "").removeprefix(_PREFIX),
        tuple(dict.fromkeys(issue for each in techniques for issue in _issues(each))),
        _total(sources, "change_size"),
        _total(sources, "full_size"),
    )


def _issues(technique: Json) -> Iterator[str]:
    """The narrowest word of the platform for each, and what it is about."""
    for issue in technique.get("incrementalization_issues") or ():
        told = [issue.get(key) for key in (*_SUBTYPES, "issue_type")]
        word = next((str(each) for each in told if each), "")
        about = [str(issue[key]) for key in _NAMES if issue.get(key)]
        if word:
            yield f"{word} ({', '.join(about)})" if about else word


def _total(tables: Iterable[Json], key: str) -> int | None:
    sizes = [int(table[key]) for table in tables if table.get(key) is not None]
    return sum(sizes) if sizes else None
