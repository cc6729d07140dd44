"""How materialized views are refreshed, as rows of a table."""

from __future__ import annotations

from collections.abc import Iterable

from medallion_core.check import Refresh
from pages.components.frame.editor import Row


def refresh_rows(refreshes: Iterable[Refresh]) -> list[Row]:
    """One row a view and reason; of what is incremental one."""
    return [row for refresh in refreshes for row in _rows(refresh)]


def _rows(refresh: Refresh) -> list[Row]:
    if refresh.is_incremental:
        return [{"table": refresh.view, "refresh": "incremental", "why": "", "source": ""}]
    return [
        {
            "table": refresh.view,
            "refresh": "in full",
            "why": f"{reason.code}: {reason.detail}",
            "source": reason.source,
        }
        for reason in refresh.reasons
    ]
