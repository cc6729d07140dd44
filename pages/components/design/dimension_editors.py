"""A dimension: its history, its attributes and the lookups merged into it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from medallion_core import edit
from medallion_core.model import ChangeHandling, Design, Dimension, Role
from pages.components.design import star_rows as rows
from pages.components.design.table_name import show_name, widget_key
from pages.components.frame.editor import apply_edit, show_editor
from pages.components.frame.text import plain

_COLUMN = st.column_config
_GOLD_HELP = "What is not ticked stays in silver, and can be had again."
_INFERRED_HELP = "A key that only facts know yet gets a row of its own, completed later."
_CHANGE_HELP = (
    "What a second row with the same key means. With versions, a fact finds the one of its own day."
)
_HANDLINGS = {
    ChangeHandling.APPEND: "is one more row",
    ChangeHandling.LATEST: "replaces the old one (SCD type 1)",
    ChangeHandling.HISTORY: "is a new version (SCD type 2)",
    ChangeHandling.SNAPSHOT: "replaces the whole table",
    ChangeHandling.SNAPSHOT_HISTORY: "is a new version, found by comparing snapshots (SCD type 2)",
}


def show_dimension(design: Design, dimension: Dimension) -> None:
    with st.grid(2, min_column_width=240, vertical_alignment="bottom"):
        show_name(dimension.name)
        if not dimension.junk:
            _choose_history(design, dimension)
            inferred = st.toggle(
                "Infer members that only facts know",
                dimension.inferred_members,
                help=_INFERRED_HELP,
                key=widget_key("inferred", dimension.name, dimension.inferred_members),
            )
            if inferred != dimension.inferred_members:
                changed = replace(dimension, inferred_members=inferred)
                apply_edit(
                    lambda now: edit.edit_dimension(
                        now, edit.carried(dimension, changed, now.star.dimension(dimension.name))
                    )
                )
    show_editor(
        f"edit_attributes_{dimension.name}",
        lambda now: rows.attribute_rows(now, now.star.dimension(dimension.name)),
        {
            "include": _COLUMN.CheckboxColumn("In gold", width="small", help=_GOLD_HELP),
            "name": _COLUMN.TextColumn("Attribute", required=True),
            "table": _COLUMN.TextColumn("Of table"),
            "column": _COLUMN.TextColumn("Silver column"),
            "comment": _COLUMN.TextColumn("Comment", width="large"),
        },
        lambda now, edited: rows.with_attributes(now, now.star.dimension(dimension.name), edited),
        by=["table", "column"],
        named="name",
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
        help=_CHANGE_HELP,
        key=widget_key("change", entity.name, entity.change),
    )
    if change is not entity.change:
        changed = replace(entity, change=change)
        apply_edit(lambda now: edit.edit_entity(now, entity, changed))


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
        apply_edit(lambda now: edit.edit_entity(now, entity, chosen))
