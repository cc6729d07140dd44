"""How materialized views are refreshed, as rows of a table.

Reading the code of hundreds of tables takes a second or more: it is read in slices, and what has
been found is shown meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from time import thread_time

import streamlit as st

from medallion_core.check import Refresh, read_refreshes
from medallion_core.model import Bundle, Design
from pages.components.frame.filters import filtered
from pages.components.frame.typed import Row

_SLICE_SECONDS, _POLL_SECONDS = 0.04, 0.1


@dataclass(slots=True)
class Reading:
    """``share`` of ``steps`` is done, and ``found`` is what they gave."""

    steps: Iterator[tuple[float, tuple[Refresh, ...]]]
    share: float = 0.0
    found: list[Refresh] = field(default_factory=list)

    def go_on(self, seconds: float) -> None:
        """By one step at least, until so much of the processor's time is over or all is read."""
        ends = thread_time() + seconds
        for share, found in self.steps:
            self.share = share
            self.found += found
            if thread_time() > ends:
                return


def show_refreshes(design: Design, bundle: Bundle, *, all_views: bool = True) -> None:
    """What each later run has to compute: changes, or the whole table. Else than ``all_views`` only
    those that are computed in full."""
    reading = design.find_out_once("refreshes", lambda: Reading(read_refreshes(bundle)))
    if reading.share < 1:
        reading.go_on(_SLICE_SECONDS)
    if reading.share < 1:
        st.fragment(_show_reading, run_every=_POLL_SECONDS)(reading, [reading.share], all_views)
    else:
        _show_rows(reading, all_views)


def _show_reading(reading: Reading, drawn: list[float], all_views: bool) -> None:
    """``drawn`` has the share that the page itself has just read: it is drawn without more."""
    if not drawn:
        reading.go_on(_SLICE_SECONDS)
        if reading.share == 1:
            st.rerun()
    drawn.clear()
    st.progress(reading.share, "Reading the code of each table")
    if reading.found:
        _show_rows(reading, all_views)


def _show_rows(reading: Reading, all_views: bool) -> None:
    full = [refresh for refresh in reading.found if not refresh.is_incremental]
    st.dataframe(
        filtered(refresh_rows(reading.found if all_views else full), f"refreshes_{all_views}"),
        hide_index=True,
        placeholder="",
        column_config={"source": st.column_config.LinkColumn("rule", display_text="read")},
    )


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
