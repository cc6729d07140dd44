"""Keys, the order of versions and references, chosen among the columns of their tables."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from medallion_core.edit import put_reference
from medallion_core.model import Design, Entity, Reference
from medallion_core.text.visible import visible
from pages.components.design.entity_rows import with_key
from pages.components.design.table_name import widget_key
from pages.components.frame.editor import apply_edit

_KEY_HELP = "Columns whose values together tell one row from another, the first one first."
_ORDER_HELP = "The column that orders the versions of a key."
_THEN_HELP = "Columns that order the versions which have one place by it, the first one first."


def show_key_picker(design: Design) -> None:
    """Both are set by one click: a key of several columns is no key on the way there."""
    if not design.entities:
        return
    with st.grid(5, min_column_width=200, vertical_alignment="bottom"):
        entity = _pick_entity(design, "Key and order of", "key_of")
        key, order = _pick_key(entity), _pick_order(entity)
        changed = (key, order) != (entity.key, entity.order)
        clicked = st.button(
            "Set key and order",
            key="set_key",
            icon=":material/key:",
            type="primary" if changed else "secondary",
            disabled=not changed,
        )
    if clicked:
        apply_edit(lambda now: with_key(now, entity, key, order))


def show_reference_picker(design: Design) -> None:
    """What was said of the same columns before is replaced."""
    if not design.entities:
        return
    with st.grid(5, min_column_width=200, vertical_alignment="bottom"):
        child = _pick_entity(design, "Reference from", "reference_from")
        columns = _pick_columns(design, child, "Its columns", ())
        parent = _pick_entity(design, "To", "reference_to")
        parent_columns = _pick_columns(design, parent, "Key it refers to", parent.key)
        clicked = st.button(
            "Add the reference", key="add_reference", icon=":material/link:", disabled=not columns
        )
    if clicked:
        evidence = "Chosen by a person."
        added = Reference(child.name, columns, parent.name, parent_columns, evidence=evidence)
        apply_edit(lambda now: put_reference(now, added))


def _pick_entity(design: Design, label: str, key: str) -> Entity:
    names = [entity.name for entity in design.entities]
    return design.entity(st.selectbox(label, names, key=key))


def _pick_columns(
    design: Design, entity: Entity, label: str, chosen: Sequence[str]
) -> tuple[str, ...]:
    """Of ``entity``; begun anew once a reference came."""
    options = _columns(entity)
    return tuple(
        st.multiselect(
            label,
            options,
            [name for name in chosen if name in options],
            key=widget_key(label, entity.name, len(design.references)),
            format_func=visible,
            select_all=False,
        )
    )


def _pick_key(entity: Entity) -> tuple[str, ...]:
    options = _columns(entity)
    return tuple(
        st.multiselect(
            "Key",
            options,
            [name for name in entity.key if name in options],
            key=widget_key("key", entity.name, entity.key),
            format_func=visible,
            help=_KEY_HELP,
            select_all=False,
        )
    )


def _pick_order(entity: Entity) -> tuple[str, ...]:
    """The column that orders versions, and those that do after it; none where arrival does."""
    options = ["", *_columns(entity)]
    now = options.index(entity.sequence_by) if entity.sequence_by in options else 0
    first = st.selectbox(
        "Ordered by",
        options,
        now,
        key=widget_key("order", entity.name, entity.sequence_by),
        format_func=lambda name: visible(name) or "Nothing",
        help=_ORDER_HELP,
    )
    if not first:
        return ()
    others = [name for name in options if name not in ("", first)]
    after = st.multiselect(
        "Then by",
        others,
        [name for name in entity.then_by if name in others],
        key=widget_key("then", entity.name, (first, entity.then_by)),
        format_func=visible,
        help=_THEN_HELP,
        select_all=False,
    )
    return (first, *after)


def _columns(entity: Entity) -> list[str]:
    return [column.name for column in entity.included_columns]
