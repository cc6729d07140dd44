"""What a person changes in a design, as functions from Design to Design.

An edit is applied whole or not at all: what it would break is a MedallionError INVALID_EDIT that
names it. After an edit of tables, columns or references the star is derived again, and what was
decided about it is kept.
"""

from medallion_core.edit.answers import (
    answer_all,
    answer_question,
    leave_out_unsure,
    without_answered,
)
from medallion_core.edit.carrying import carried, edit_entity
from medallion_core.edit.feeds import answer_feed, answer_feeds, open_feeds, possible_choices
from medallion_core.edit.flags import choose_flags, junk_dimension, possible_flags
from medallion_core.edit.open_questions import Confirmed, OpenQuestions, open_questions
from medallion_core.edit.privacy import decide_personal_data, joined_columns, undecided_columns
from medallion_core.edit.star import (
    add_measure,
    aggregate_keys,
    aggregate_measures,
    derived_dimension,
    derived_fact,
    edit_aggregates,
    edit_bridge,
    edit_dimension,
    edit_fact,
    edit_measures,
    find_fact,
    fit_aggregates,
    header_amounts,
    proposed_measures,
    rename_gold_table,
    spread_amounts,
    take_out_aggregate,
)
from medallion_core.edit.tables import (
    accept_references,
    edit_columns,
    edit_entities,
    edit_references,
    edit_rules,
    merge_entities,
    put_reference,
    remove_entity,
    rename_entity,
    take_out_reference,
)

__all__ = [
    "Confirmed",
    "OpenQuestions",
    "accept_references",
    "add_measure",
    "aggregate_keys",
    "aggregate_measures",
    "answer_all",
    "answer_feed",
    "answer_feeds",
    "answer_question",
    "carried",
    "choose_flags",
    "decide_personal_data",
    "derived_dimension",
    "derived_fact",
    "edit_aggregates",
    "edit_bridge",
    "edit_columns",
    "edit_dimension",
    "edit_entities",
    "edit_entity",
    "edit_fact",
    "edit_measures",
    "edit_references",
    "edit_rules",
    "find_fact",
    "fit_aggregates",
    "header_amounts",
    "joined_columns",
    "junk_dimension",
    "leave_out_unsure",
    "merge_entities",
    "open_feeds",
    "open_questions",
    "possible_choices",
    "possible_flags",
    "proposed_measures",
    "put_reference",
    "remove_entity",
    "rename_entity",
    "rename_gold_table",
    "spread_amounts",
    "take_out_aggregate",
    "take_out_reference",
    "undecided_columns",
    "without_answered",
]
