"""The tables of the star, one at a time: what they are called, what they hold, at which grain."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from medallion_core import edit
from medallion_core.model import (
    Aggregate,
    Aggregation,
    Bridge,
    ChangeHandling,
    DateRole,
    Design,
    Dimension,
    Fact,
    FactKind,
    Measure,
    Role,
)
from pages.components.design import star_rows as rows
from pages.components.design.aggregates import show_aggregates
from pages.components.frame.editor import apply_edit, show_editor
from pages.components.frame.text import plain

NAME = "^[a-z_][a-z0-9_]*$"
_COLUMN = st.column_config
_TYPE = "decimal(18,2)"
_CHOSEN, _RENAMED = "star_table", "star_table_renamed"
_KIND_HELP = (
    "transaction: a row for each event · factless: that something happened, without amounts · "
    "periodic snapshot: a level for each period, a date is in the grain · accumulating snapshot: "
    "a row for each case, with the days between its dates"
)
_GRAIN_HELP = "The columns that tell the rows apart. For a coarser table, add an aggregate below."
_DATES_HELP = "In this order: the first picks the version of a dimension; all are milestones."
_FLAGS_HELP = "These go into one small dimension with each combination once, instead of the fact."
_INFERRED_HELP = "A key that only facts know yet gets a row of its own, completed later."


def show_star_tables(design: Design) -> None:
    found = [table for table in design.star.tables if not isinstance(table, Aggregate)]
    found.sort(key=lambda table: not isinstance(table, Fact))
    tables = {table.name: table for table in found}
    if not tables:
        st.caption("There is no star yet: make a table with amounts a fact.")
        return
    renamed = st.session_state.pop(_RENAMED, None)
    if renamed in tables:
        st.session_state[_CHOSEN] = renamed
    name = st.selectbox("Table of the star", list(tables), key=_CHOSEN)
    match tables[name]:
        case Fact() as fact:
            _show_fact(design, fact)
        case Dimension() as dimension:
            _show_dimension(design, dimension)
        case Bridge() as bridge:
            _show_bridge(design, bridge)
        case other:
            _show_name(design, other.name)


def _show_fact(design: Design, fact: Fact) -> None:
    with st.grid(2, min_column_width=240):
        _show_name(design, fact.name)
        kinds = list(FactKind)
        kind = st.selectbox(
            "Kind",
            kinds,
            kinds.index(fact.kind),
            format_func=lambda kind: kind.replace("_", " "),
            help=_KIND_HELP,
            key=_key("kind", fact.name, fact.kind),
        )
        columns = [column.name for column in design.entity(fact.entity).included_columns]
        grain = st.multiselect(
            "Grain",
            columns,
            fact.grain,
            help=_GRAIN_HELP,
            wrap=True,
            key=_key("grain", fact.name, fact.grain),
        )
        dates = _choose_dates(design, fact)
    changed = replace(fact, kind=kind, grain=tuple(grain), dates=dates)
    if changed != fact:
        apply_edit(lambda: edit.edit_fact(design, changed))
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
        "Dates", list(known), keys, help=_DATES_HELP, wrap=True, key=_key("dates", fact.name, keys)
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
        key=_key("flags", fact.name, flags),
    )
    if chosen != flags:
        apply_edit(lambda: edit.choose_flags(design, fact.name, chosen))


def _show_measures(design: Design, fact: Fact) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**Measures**", width="stretch")
        with st.popover("Calculate one", icon=":material/add:", type="tertiary"):
            _add_measure(design, fact)
    found = rows.measure_rows(design, fact)
    if not found:
        st.caption("This fact counts rows only.")
        return
    show_editor(
        f"edit_measures_{fact.name}",
        found,
        {
            "include": _COLUMN.CheckboxColumn("In gold", width="small"),
            "name": _COLUMN.TextColumn("Measure", required=True, validate=NAME),
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
        lambda edited: rows.with_measures(design, fact, edited),
    )


def _add_measure(design: Design, fact: Fact) -> None:
    with st.form(f"add_measure_{fact.name}", border=False, clear_on_submit=True):
        name = st.text_input("Name", validate=(NAME, "Lower-case letters, digits, underscores."))
        expression = st.text_input("Expression over a row", placeholder="quantity * unit_price")
        type_ = st.text_input("Type", _TYPE)
        sent = st.form_submit_button("Add", icon=":material/add:")
    if sent and name and expression:
        added = Measure(name, expression, type_ or _TYPE)
        apply_edit(lambda: edit.edit_measures(design, fact.name, [*fact.measures, added]))


def _show_amounts(design: Design, fact: Fact) -> None:
    found = rows.amount_rows(design, fact)
    if not found or fact.header is None:
        return
    st.markdown(f"**Amounts of {plain(fact.header.entity)}** stay there unless they are spread")
    show_editor(
        f"edit_amounts_{fact.name}",
        found,
        {
            "amount": _COLUMN.TextColumn("Amount"),
            "spread": _COLUMN.SelectboxColumn(
                "Spread over the lines", options=rows.spread_choices(fact), required=True
            ),
            "comment": _COLUMN.TextColumn("Comment", width="large"),
        },
        lambda edited: rows.with_amounts(design, fact, edited),
        locked=["amount", "comment"],
    )


def _show_keys(design: Design, fact: Fact) -> None:
    found = rows.key_rows(design, fact)
    if not found:
        st.caption("All of its columns are keys, dates or measures.")
        return
    show_editor(
        f"edit_keys_{fact.name}",
        found,
        {
            "include": _COLUMN.CheckboxColumn("In gold", width="small"),
            "name": _COLUMN.TextColumn("Name", required=True, validate=NAME),
            "column": _COLUMN.TextColumn("Silver column"),
        },
        lambda edited: rows.with_keys(design, fact, edited),
        locked=["column"],
    )


def _show_dimension(design: Design, dimension: Dimension) -> None:
    with st.grid(2, min_column_width=240, vertical_alignment="bottom"):
        _show_name(design, dimension.name)
        if not dimension.junk:
            _choose_history(design, dimension)
            inferred = st.toggle(
                "Infer members that only facts know",
                dimension.inferred_members,
                help=_INFERRED_HELP,
                key=_key("inferred", dimension.name, dimension.inferred_members),
            )
            if inferred != dimension.inferred_members:
                changed = replace(dimension, inferred_members=inferred)
                apply_edit(lambda: edit.edit_dimension(design, changed))
    show_editor(
        f"edit_attributes_{dimension.name}",
        rows.attribute_rows(design, dimension),
        {
            "include": _COLUMN.CheckboxColumn("In gold", width="small"),
            "name": _COLUMN.TextColumn("Attribute", required=True, validate=NAME),
            "table": _COLUMN.TextColumn("Of table"),
            "column": _COLUMN.TextColumn("Silver column"),
            "comment": _COLUMN.TextColumn("Comment", width="large"),
        },
        lambda edited: rows.with_attributes(design, dimension, edited),
        locked=["table", "column", *(["include"] if dimension.junk else [])],
    )
    _show_lookups(design, dimension)


def _choose_history(design: Design, dimension: Dimension) -> None:
    entity = design.entity(dimension.entity)
    handlings = list(ChangeHandling)
    change = st.selectbox(
        "A changed row",
        handlings,
        handlings.index(entity.change),
        format_func=lambda handling: _HANDLINGS[handling],
        key=_key("change", entity.name, entity.change),
    )
    if change is not entity.change:
        apply_edit(lambda: edit.edit_entities(design, [replace(entity, change=change)]))


_HANDLINGS = {
    ChangeHandling.APPEND: "is one more row",
    ChangeHandling.LATEST: "replaces the old one (SCD 1)",
    ChangeHandling.HISTORY: "is a new version (SCD 2)",
    ChangeHandling.SNAPSHOT: "replaces the whole table",
    ChangeHandling.SNAPSHOT_HISTORY: "is a new version, found by comparing snapshots (SCD 2)",
}


def _show_lookups(design: Design, dimension: Dimension) -> None:
    """Lookups that are merged in, and dimensions that could be."""
    parents = {d.name: d.entity for d in design.star.dimensions}
    folded = dict.fromkeys(parent.entity for parent in dimension.folded)
    others = dict.fromkeys(
        parents[link.dimension] for link in dimension.outriggers if link.dimension != dimension.name
    )
    with st.container(horizontal=True):
        for name in folded:
            _role_button(design, name, Role.DIMENSION, f"Take {name} out as a dimension")
        for name in others:
            _role_button(design, name, Role.LOOKUP, f"Merge {name} into this one")


def _role_button(design: Design, name: str, role: Role, label: str) -> None:
    icon = ":material/merge:" if role is Role.LOOKUP else ":material/call_split:"
    if st.button(plain(label), icon=icon, key=f"role_{role}_{name}"):
        entity = design.entity(name)
        chosen = replace(
            entity, role=role, role_confidence=1.0, role_evidence="Chosen by a person."
        )
        apply_edit(lambda: edit.edit_entities(design, [chosen]))


def _show_bridge(design: Design, bridge: Bridge) -> None:
    with st.grid(2, min_column_width=240):
        _show_name(design, bridge.name)
        weight = st.text_input(
            "Weight",
            bridge.weight,
            validate=("^([a-z_][a-z0-9_]*)?$", "Lower-case letters, digits, underscores."),
            help="A column that shares one whole over the pairs of the first key. Empty: none.",
            key=_key("weight", bridge.name, bridge.weight),
        )
    if weight != bridge.weight:
        changed = replace(bridge, weight=weight or "")
        apply_edit(lambda: edit.edit_bridge(design, changed))
    st.caption(f"Pairs {plain(' and '.join(link.dimension for link in bridge.links))}.")


def _show_name(design: Design, before: str) -> None:
    name = st.text_input(
        "Name",
        before,
        key=_key("name", before, ""),
        validate=(NAME, "Lower-case letters, digits, underscores."),
    )
    if name and name != before:
        apply_edit(lambda: _renamed(design, before, name))


def _renamed(design: Design, before: str, name: str) -> Design:
    """The chosen table stays the chosen one."""
    edited = edit.rename_gold_table(design, before, name)
    st.session_state[_RENAMED] = name
    return edited


def _key(field: str, table: str, value: object) -> str:
    """A widget's own key: it starts anew whenever the design says something else."""
    return f"{field}_{table}_{value}"
