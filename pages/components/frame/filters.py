"""Of many rows, those that are looked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st

from medallion_core.model import Finding
from pages.components.frame.text import count, show_finding

FILTERED_FROM = 20
"""Rows: so many can be looked through, more of them cannot."""

FINDINGS_SHOWN = 50

Shown = TypeVar("Shown", bound=Mapping[str, Any])


def filtered(rows: Sequence[Shown], key: str) -> Sequence[Shown]:
    """``rows``; of many those with what a person looks for, which they are asked for."""
    wanted = wanted_among(len(rows), key)
    return [rows[place] for place in found(rows, wanted)]


def show_findings(findings: Sequence[Finding], key: str) -> None:
    """Each in a box of its own; of many the first, and those that are looked for."""
    told = [{"subject": each.subject, "detail": each.detail} for each in findings]
    places = found(told, wanted_among(len(told), key))
    for place in places[:FINDINGS_SHOWN]:
        show_finding(findings[place])
    if len(places) > FINDINGS_SHOWN:
        st.caption(f"{count(len(places) - FINDINGS_SHOWN, 'more finding')}: filter for them.")


def wanted_among(number: int, key: str) -> str:
    """What a person looks for among so many rows; empty where there are few."""
    if number <= FILTERED_FROM:
        return ""
    wanted = st.text_input(
        f"Filter {number:,} rows",
        type="search",
        live=True,
        key=f"{key}_filter",
        placeholder=f"Filter {number:,} rows",
        label_visibility="collapsed",
    )
    return (wanted or "").strip()


def found(rows: Sequence[Mapping[str, Any]], wanted: str) -> tuple[int, ...]:
    """The places of the rows with ``wanted`` in one of their texts.

    >>> found([{"table": "Orders", "rows": 7}, {"table": "buyers"}], "order")
    (0,)
    """
    text = wanted.lower()
    return tuple(
        place
        for place, row in enumerate(rows)
        if any(isinstance(value, str) and text in value.lower() for value in row.values())
        or not text
    )
