"""The editable tables of the Design page, one function a tab."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import pyarrow as pa
import streamlit as st

from medallion_core import edit
from medallion_core.check.rules import check_rules
from medallion_core.model import ChangeHandling, Design, Entity, PrivacyDecision, Role, RuleAction
from pages.components.design import entity_rows as rows
from pages.components.design.keys import show_key_picker, show_reference_picker
from pages.components.design.nested import show_nested
from pages.components.design.rule_counts import broken_rows, show_count_button
from pages.components.frame.connection import as_person
from pages.components.frame.editor import apply_edit, narrow, show_editor
from pages.components.frame.typed import Row

_COLUMN = st.column_config
_CONFIDENCE = _COLUMN.ProgressColumn(
    "Confidence", min_value=0.0, max_value=1.0, format="percent", width="small"
)
_EVIDENCE = _COLUMN.TextColumn("Evidence", width="large")
_TITLE_WIDTH, _CHANGE_WIDTH = 105, 130
"""Pixels: of a column that is as wide as its title, and of one that shows the longest choice but
one; the longest is rare."""

_ROLE_HELP = (
    "fact: events and amounts · dimension: who, what, where · bridge: pairs of a many-to-many · "
    "lookup: folded into its dimension · other: stays in silver"
)
_CHANGE_HELP = (
    "What a second row with the same key means. append: another row · latest: replaces the old "
    "one, SCD type 1 · history: a new version, the old one kept, SCD type 2 · snapshot: the source "
    "is the whole truth each time · snapshot_history: the same, old versions kept, SCD type 2"
)
_CONFIRMED_HELP = (
    "Role and key are as they should be: nobody is asked about them any more. Undo takes it back."
)
_CONDITION_HELP = "SQL over silver columns that must be true; NULL counts as a violation."
_VIOLATION_HELP = (
    "warn: counted, the row stays · drop: the row is left out · quarantine: the row is set aside "
    "with the names of the rules · fail: the update stops"
)
_PRIVACY_HELP = (
    "keep: readers of gold see it · mask: they see *** or nothing · hash: a value that stands for "
    "it · drop: it stays in bronze"
)
_SCD = {
    ChangeHandling.LATEST.value: "SCD type 1",
    ChangeHandling.HISTORY.value: "SCD type 2",
    ChangeHandling.SNAPSHOT_HISTORY.value: "SCD type 2",
}
_USE_HELP = "Rows are joined by what is ticked; what is not is kept, and joins nothing."
_SILVER_HELP = "What is not ticked stays in bronze."
_FORMAT_HELP = "How text is read as a date or time: d.M.yyyy, M/d/yyyy h:mm a. Empty: ISO 8601."


def change_words(change: object) -> str:
    """How changes are handled, with the platform's word for it.

    >>> change_words("history"), change_words("append")
    ('history (SCD type 2)', 'append')
    """
    word = str(change)
    return f"{word} ({_SCD[word]})" if word in _SCD else word


def show_tables(design: Design) -> None:
    show_editor(
        "edit_tables",
        rows.table_rows,
        {
            "table": _COLUMN.TextColumn("Table", pinned=True, required=True),
            "role": _COLUMN.SelectboxColumn(
                "Role", options=[role.value for role in Role], required=True, help=_ROLE_HELP
            ),
            "key": _COLUMN.TextColumn(
                "Key",
                help="Chosen below this table",
                width=narrow([rows.joined(entity.key) for entity in design.entities]),
            ),
            "change": _COLUMN.SelectboxColumn(
                "Change",
                options=[change.value for change in ChangeHandling],
                format_func=change_words,
                required=True,
                help=_CHANGE_HELP,
                width=_CHANGE_WIDTH,
            ),
            "confirmed": _COLUMN.CheckboxColumn(
                "Confirmed", width=_TITLE_WIDTH, help=_CONFIRMED_HELP
            ),
            "confidence": _CONFIDENCE,
            "evidence": _EVIDENCE,
            "sequence_by": _COLUMN.TextColumn(
                "Ordered by",
                help="The columns that order the versions of a key, chosen below this table",
            ),
            "delete_when": _COLUMN.TextColumn(
                "Deleted where", help="A condition that marks a row as a deletion of its key"
            ),
        },
        rows.with_tables,
        by=["table"],
        locked=["key", "sequence_by", "confidence", "evidence"],
        in_full=["evidence"],
    )
    show_key_picker(design)
    with st.expander("Take tables out, or feed several into one", icon=":material/merge:"):
        _show_membership(design)


def _show_membership(design: Design) -> None:
    names = [entity.name for entity in design.entities]
    chosen = st.multiselect("Tables", names, key="chosen_tables")
    with st.container(horizontal=True):
        if st.button("Take out", icon=":material/remove:", disabled=not chosen):
            apply_edit(lambda now: reduce(edit.remove_entity, chosen, now))
        if st.button("Feed into the first", icon=":material/merge:", disabled=len(chosen) < 2):
            apply_edit(lambda now: edit.merge_entities(now, chosen))


def show_references(design: Design) -> None:
    texts = ("table", "columns", "parent", "parent_columns")
    schema = pa.schema(
        [
            ("use", pa.bool_()),
            *((name, pa.string()) for name in texts),
            ("confidence", pa.float64()),
            ("evidence", pa.string()),
        ]
    )
    show_editor(
        "edit_references",
        rows.reference_rows,
        {
            "use": _COLUMN.CheckboxColumn("Use", width="small", help=_USE_HELP),
            "table": _COLUMN.TextColumn("Table"),
            "columns": _COLUMN.TextColumn("Columns"),
            "parent": _COLUMN.TextColumn("Refers to"),
            "parent_columns": _COLUMN.TextColumn("Its columns"),
            "confidence": _CONFIDENCE,
            "evidence": _EVIDENCE,
        },
        rows.with_references,
        by=texts,
        locked=[*texts, "confidence", "evidence"],
        in_full=["evidence"],
        num_rows="delete",
        schema=schema,
    )
    show_reference_picker(design)


def show_columns(design: Design) -> None:
    entity = choose_entity(design, "columns_of")
    show_editor(
        f"edit_columns_{entity.name}",
        lambda now: rows.column_rows(now.entity(entity.name)),
        {
            "name": _COLUMN.TextColumn("Name", pinned=True, required=True),
            "include": _COLUMN.CheckboxColumn("In silver", width=_TITLE_WIDTH, help=_SILVER_HELP),
            "type": _COLUMN.TextColumn("Type", required=True),
            "personal": _COLUMN.TextColumn("Looks like"),
            "privacy": _COLUMN.SelectboxColumn(
                "Personal data",
                options=[decision.value for decision in PrivacyDecision],
                help=_PRIVACY_HELP,
            ),
            "source": _COLUMN.TextColumn("Source column"),
            "source_type": _COLUMN.TextColumn("Source type"),
            "format": _COLUMN.TextColumn("Date format", help=_FORMAT_HELP),
            "trim": _COLUMN.CheckboxColumn(
                "Trim", width="small", help="Takes blanks around a text away"
            ),
            "empty_to_null": _COLUMN.CheckboxColumn(
                "Empty is NULL", width="small", help="An empty text is no value"
            ),
            "comment": _COLUMN.TextColumn("Comment", width="large"),
        },
        lambda now, edited: rows.with_columns(now, now.entity(entity.name), edited),
        by=["source"],
        named="name",
        locked=["source", "source_type", "personal"],
        schema=_column_schema(),
    )
    show_nested(entity)


def _column_schema() -> pa.Schema:
    texts = ("source", "source_type", "name", "type", "format", "personal", "privacy", "comment")
    flags = ("include", "trim", "empty_to_null")
    return pa.schema(
        [(name, pa.bool_()) for name in flags] + [(name, pa.string()) for name in texts]
    )


def show_rules(design: Design) -> None:
    entity = choose_entity(design, "rules_of")
    schema = pa.schema(
        [
            ("name", pa.string()),
            ("condition", pa.string()),
            ("action", pa.string()),
            ("broken", pa.int64()),
            ("reason", pa.string()),
        ]
    )
    show_count_button(entity)
    show_editor(
        f"edit_rules_{entity.name}",
        lambda now: _rule_rows(now.entity(entity.name)),
        {
            "name": _COLUMN.TextColumn("Rule", pinned=True, required=True),
            "action": _COLUMN.SelectboxColumn(
                "On violation",
                options=[action.value for action in RuleAction],
                default="warn",
                help=_VIOLATION_HELP,
            ),
            "broken": _COLUMN.NumberColumn("Broken today", format="localized", width=_TITLE_WIDTH),
            "condition": _COLUMN.TextColumn(
                "Condition", required=True, width="medium", help=_CONDITION_HELP
            ),
            "reason": _COLUMN.TextColumn("Why", width="large"),
        },
        lambda now, edited: _with_checked_rules(now, now.entity(entity.name), edited),
        by=["name"],
        named="name",
        locked=["broken"],
        in_full=["condition", "reason"],
        num_rows="dynamic",
        schema=schema,
    )


def _rule_rows(entity: Entity) -> list[Row]:
    return rows.rule_rows(entity, broken_rows(entity))


def _with_checked_rules(design: Design, entity: Entity, edited: Sequence[Row]) -> Design:
    """A condition that Spark cannot read stays in the table, with what Spark says of it."""
    changed = rows.with_rules(design, entity, edited)
    check_rules(as_person(), changed.entity(entity.name))
    return changed


def choose_entity(design: Design, key: str) -> Entity:
    """The table whose columns or rules are shown. ``design`` has at least one."""
    names = [entity.name for entity in design.entities]
    return design.entity(st.selectbox("Table", names, key=key, label_visibility="collapsed"))
