"""How long runs took, and how many rows they wrote and rules they broke, one beside the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa
import streamlit as st

from pages.components.frame.typed import Row

_CHARTS = (
    ("seconds", "Duration in seconds", "#a5642f"),
    ("rows", "Rows written", "#7d8b9c"),
    ("broken", "Rule violations", "#c79a1e"),
)
_HEIGHT = 210
"""Pixels, with the words below the bars."""

_WORD_LENGTH = 12
"""Characters of a state below a bar; all of it is told where one points at it."""


def show_charts(rows: Sequence[Row]) -> None:
    """Oldest on the left; runs that only validated have nothing to show."""
    bars = list(bars_of(rows, _zone()))
    if len(bars) < 2:
        return
    table = pa.Table.from_pylist(bars)
    with st.grid(3, min_column_width=230):
        for name, title, color in _CHARTS:
            with st.container(border=True):
                st.markdown(f"**{title}**")
                st.vega_lite_chart(table, _spec(name, title, color))


def bars_of(rows: Sequence[Row], zone: tzinfo | None) -> Iterator[Row]:
    """The ``rows`` of runs, the latest first, as bars from left to right: each is called by when
    its run began and what became of it. Two that began in one minute are numbered: a chart adds up
    what has one name."""
    seen: Counter[str] = Counter()
    for row in reversed(rows):
        if row["kind"] == "validate" or not row["started"]:
            continue
        began = row["started"].astimezone(zone)
        state = row["state"].lower()
        name = f"{began:%m-%d %H:%M}\n{state.partition(',')[0][:_WORD_LENGTH]}"
        seen[name] += 1
        yield {
            "run": f"{name} {seen[name]}" if seen[name] > 1 else name,
            "began": f"{began:%Y-%m-%d %H:%M:%S}",
            "state": state,
            "update": row["update"],
            **{name: row[name] for name, _, _ in _CHARTS},
        }


def _zone() -> tzinfo | None:
    """Of who looks; None, which is this machine's, where a browser names one that is not known."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _spec(name: str, title: str, color: str) -> dict[str, Any]:
    """https://vega.github.io/vega-lite/docs/bar.html"""
    told = {"began": "Started", "state": "State", name: title, "update": "Update"}
    return {
        "height": _HEIGHT,
        "mark": {"type": "bar", "color": color},
        "encoding": {
            "x": {
                "field": "run",
                "type": "nominal",
                "sort": None,
                "title": None,
                "axis": {"labelExpr": "split(datum.label, '\\n')", "labelAngle": -90},
            },
            "y": {"field": name, "type": "quantitative", "title": None},
            "tooltip": [{"field": field, "title": said} for field, said in told.items()],
        },
    }
