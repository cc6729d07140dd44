"""A fact: its kind, grain, dates, flags and measures."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from medallion_core import edit
from medallion_core.model import Aggregation, DateRole, Design, Fact, FactKind, Measure
from pages.components.design import star_rows as rows
from pages.components.design.aggregates import show_aggregates
from pages.components.design.table_name import NAME, show_name, widget_key
from pages.components.frame.editor import apply_edit, show_editor
from pages.components.frame.text import plain

_COLUMN = st.column_config
_TYPE = "decimal(18,2)"
_KIND_HELP = (
    "transaction: a row for each event · factless: that something happened, without amounts · "
    "periodic snapshot: how things stood in each period, which is in the grain · "
    "accumulating snapshot: a row for each case, with the days between its dates"
)
_GRAIN_HELP = "The columns that tell the rows apart. For a coarser table, add an aggregate below."
_DATES_HELP = (
    "In this order: the first picks a dimension's version; all but planned are milestones."
)
_GOLD_HELP = "What is not ticked stays in silver, and can be had again."
_SPREAD_HELP = "Each line gets a share, and all shares add up to the header's amount."
_FLAGS_HELP = "These go into one small dimension with each combination once, instead of the fact."


def show_fact(design: Design, fact: Fact) -> None:
    with st.grid(2, min_column_width=240):
        show_name(fact.name)
        kinds = list(FactKind)
        kind = st.selectbox(
            "Kind",
            kinds,
            kinds.index(fact.kind),
            format_func=lambda kind: kind.replace("_", " "),
            help=_KIND_HELP,
            key=widget_key("kind", fact.name, fact.kind),
        )
        columns = [column.name for column in design.entity(fact.entity).included_columns]
        grain = st.multiselect(
            "Grain",
            columns,
            fact.grain,
            help=_GRAIN_HELP,
            wrap=True,
            key=widget_key("grain", fact.name, fact.grain),
        )
        dates = _choose_dates(design, fact)
    if fact.kind_evidence:
        st.caption(f"Its kind: {plain(fact.kind_evidence)}")
    changed = replace(fact, kind=kind, grain=tuple(grain), dates=dates)
    if changed != fact:
        apply_edit(
            lambda now: edit.edit_fact(
                now, edit.carried(fact, changed, edit.find_fact(now, fact.name))
            )
        )
    _choose_flags(design, fact)
    _show_measures(design, fact)
    _show_amounts(design, fact)
    with st.expander("Columns that stay on the fact", icon=":material/view_column:"):
        _show_keys(design, fact)
    show_aggregates(design, fact)


def _choose_dates(design: Design, fact: Fact) -> tuple[DateRole, ...]:
    derived = edit.derived_fact(design, fact)
    known = {role.key: role for role in (*(derived.dates if derived else ()), *fact.dates)}
    keys = [role.key for role in fact.dates]
    chosen = st.multiselect(
        "Dates",
        list(known),
        keys,
        help=_DATES_HELP,
        wrap=True,
        key=widget_key("dates", fact.name, keys),
    )
    return tuple(known[key] for key in chosen)


def _choose_flags(design: Design, fact: Fact) -> None:
    possible = edit.possible_flags(design, fact)
    junk = edit.junk_dimension(design.star, fact)
    flags = list(junk.business_key) if junk else []
    if not possible:
        return
    chosen = st.multiselect(
        "Flags in a junk dimension",
        possible,
        flags,
        help=_FLAGS_HELP,
        wrap=True,
        key=widget_key("flags", fact.name, flags),
    )
    if chosen != flags:
        apply_edit(lambda now: edit.choose_flags(now, fact.name, chosen))


def _show_measures(design: Design, fact: Fact) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**Measures**", width="stretch")
        with st.popover("Calculate one", icon=":material/add:", type="tertiary"):
            _add_measure(fact)
    if not rows.measure_rows(design, fact):
        st.caption("This fact counts rows only.")
        return
    show_editor(
        f"edit_measures_{fact.name}",
        lambda now: rows.measure_rows(now, now.star.fact(fact.name)),
        {
            "include": _COLUMN.CheckboxColumn("In gold", width="small", help=_GOLD_HELP),
            "name": _COLUMN.TextColumn("Measure", required=True),
            "expression": _COLUMN.TextColumn("Expression", required=True),
            "type": _COLUMN.TextColumn("Type", required=True),
            "aggregation": _COLUMN.SelectboxColumn(
                "Aggregation",
                options=[aggregation.value for aggregation in Aggregation],
                required=True,
                help="last: adds over everything but time · none: prices, rates, percentages",
            ),
            "unit": _COLUMN.TextColumn("Unit"),
            "comment": _COLUMN.TextColumn("Comment", width="large"),
        },
        lambda now, edited: rows.with_measures(now, now.star.fact(fact.name), edited),
        by=["expression"],
        named="name",
    )


def _add_measure(fact: Fact) -> None:
    with st.form(f"add_measure_{fact.name}", border=False, clear_on_submit=True):
        name = st.text_input("Name", validate=(NAME, "Lower-case letters, digits, underscores."))
        expression = st.text_input("Expression over a row", placeholder="quantity * unit_price")
        type_ = st.text_input("Type", _TYPE)
        sent = st.form_submit_button("Add", icon=":material/add:")
    if sent and name and expression:
        added = Measure(name, expression, type_ or _TYPE)
        apply_edit(lambda now: edit.add_measure(now, fact.name, added))


def _show_amounts(design: Design, fact: Fact) -> None:
    if fact.header is None or not rows.amount_rows(design, fact):
        return
    st.markdown(f"**Amounts of {plain(fact.header.entity)}** stay there unless they are spread")
    show_editor(
        f"edit_amounts_{fact.name}",
        lambda now: rows.amount_rows(now, now.star.fact(fact.name)),
        {
            "amount": _COLUMN.TextColumn("Amount"),
            "spread": _COLUMN.SelectboxColumn(
                "Spread over the lines",
                options=rows.spread_choices(fact),
                required=True,
                help=_SPREAD_HELP,
            ),
            "comment": _COLUMN.TextColumn("Comment", width="large"),
        },
        lambda now, edited: rows.with_amounts(now, now.star.fact(fact.name), edited),
        by=["amount"],
        locked=["amount", "comment"],
    )


def _show_keys(design: Design, fact: Fact) -> None:
    if not rows.key_rows(design, fact):
        st.caption("All of its columns are keys, dates or measures.")
        return
    show_editor(
        f"edit_keys_{fact.name}",
        lambda now: rows.key_rows(now, now.star.fact(fact.name)),
        {
            "include": _COLUMN.CheckboxColumn("In gold", width="small", help=_GOLD_HELP),
            "name": _COLUMN.TextColumn("Name", required=True),
            "column": _COLUMN.TextColumn("Silver column"),
        },
        lambda now, edited: rows.with_keys(now, now.star.fact(fact.name), edited),
        by=["column"],
        named="name",
        locked=["column"],
    )
