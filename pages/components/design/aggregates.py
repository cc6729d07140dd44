"""Aggregates of a fact: those that there are, and a form for one more."""

from __future__ import annotations

import streamlit as st

from medallion_core import edit
from medallion_core.model import Aggregate, Design, Fact
from medallion_core.text.identifiers import shorten
from pages.components.frame.editor import apply_edit
from pages.components.frame.text import plain


def show_aggregates(design: Design, fact: Fact) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**Aggregates**", width="stretch")
        with st.popover("Sum it up", icon=":material/functions:", type="tertiary"):
            _add(design, fact)
    for aggregate in design.star.aggregates:
        if aggregate.fact == fact.name:
            _show(aggregate)


def _show(aggregate: Aggregate) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        measures = ", ".join(["rows", *aggregate.measures])
        st.markdown(
            f"**{plain(aggregate.name)}**: {plain(measures)} by {plain(', '.join(aggregate.keys))}"
        )
        if st.button("Remove", key=f"remove_{aggregate.name}", icon=":material/close:"):
            apply_edit(lambda now: edit.take_out_aggregate(now, aggregate.name))


def _add(design: Design, fact: Fact) -> None:
    with st.form(f"add_aggregate_{fact.name}", border=False):
        keys = st.multiselect("By", edit.aggregate_keys(fact), key=f"agg_keys_{fact.name}")
        possible = edit.aggregate_measures(fact)
        measures = st.multiselect("Measures", possible, possible, key=f"agg_of_{fact.name}")
        sent = st.form_submit_button("Add the aggregate", icon=":material/add:")
    if sent:
        name = _name(design, fact, keys)
        added = Aggregate(name, fact.name, keys=tuple(keys), measures=tuple(measures))
        apply_edit(lambda now: edit.edit_aggregates(now, [*now.star.aggregates, added]))


def _name(design: Design, fact: Fact, keys: list[str]) -> str:
    """``agg_orders_by_customer``."""
    by = "_".join(key.removesuffix("_key") for key in keys)
    wanted = shorten(f"agg_{fact.name.removeprefix('fact_')}_by_{by}")
    taken = {aggregate.name for aggregate in design.star.aggregates}
    return next(
        name
        for name in (wanted, *(f"{wanted}_{number}" for number in range(2, len(taken) + 3)))
        if name not in taken
    )
