"""Failures of tables as the platform publishes them: their keys, their kind, who makes them."""

from __future__ import annotations

from dataclasses import replace

from medallion_core.model import Publishing
from medallion_core.repair.answers import first_line, hand_over, mend
from medallion_core.repair.case import Case
from medallion_core.repair.changes import ChangeSettings
from medallion_core.repair.diagnosis import Diagnosis, Risk
from medallion_core.tables import names


def parent_is_not_ready(case: Case) -> Diagnosis | None:
    """A foreign key whose parent has no primary key yet: the child's flow started first. What is
    generated comes after its parents, so that a selection of tables or an edit is behind it."""
    return mend(
        case,
        "PARENT_IS_NOT_READY",
        f"{case.subject} declares a key to a table that has no primary key yet: "
        f"{first_line(case.text)}",
        "Runs again with all tables: the parent is there by then.",
        instructions=f"If it comes again, have {case.subject} read the table that its key refers "
        "to: nothing else orders two tables.",
    )


def target_is_unknown(case: Case) -> Diagnosis | None:
    """The pipeline's configuration no longer says where its tables are."""
    return mend(
        case,
        "TARGET_IS_UNKNOWN",
        f"The pipeline's configuration has no {names.TARGET_KEY}, which keys and masks need.",
        "Deploys the pipeline's settings again and runs it.",
    )


def publishing_is_fixed(case: Case) -> Diagnosis | None:
    """A pipeline keeps the publishing mode that it was made in."""
    settings = case.design.settings
    if settings.publishing is Publishing.TARGET:
        return None
    return mend(
        case,
        "PUBLISHING_IS_FIXED",
        "The pipeline was made with target, and takes no schema instead.",
        "Publishes by target, as the pipeline was made.",
        [ChangeSettings(replace(settings, publishing=Publishing.TARGET))],
        risk=Risk.ASKS,
        instructions="Keep publishing: target, or move the pipeline to the default mode first.",
    )


def table_is_of_a_pipeline(case: Case) -> Diagnosis | None:
    """Pipeline tables refuse DROP: they go when their definition does."""
    return hand_over(
        case,
        "TABLE_IS_OF_A_PIPELINE",
        f"{case.subject} is made by a pipeline, and cannot be dropped while it is defined there.",
        f"Take {case.subject} out of the design, deploy and run; it is gone then. Put it back "
        "afterwards, or give it a new name at once.",
    )


def snapshot_is_expected_of(case: Case) -> Diagnosis | None:
    """AUTO CDC FROM SNAPSHOT takes no expectations on its way."""
    return hand_over(
        case,
        "SNAPSHOT_HAS_EXPECTATIONS",
        f"{case.subject} is filled from snapshots, where the platform takes no expectations.",
        f"Take the expectations off {case.subject} and off what it reads, and filter by "
        "_broken_rules instead, as the generated code does.",
    )


def view_is_not_incremental(case: Case) -> Diagnosis | None:
    """A refresh policy that a materialized view cannot keep."""
    return hand_over(
        case,
        "VIEW_IS_NOT_INCREMENTAL",
        f"{case.subject} has to be refreshed incrementally, and cannot be: {first_line(case.text)}",
        f"Set the refresh policy of {case.subject} to auto, or have its query do without what is "
        "named here.",
    )
