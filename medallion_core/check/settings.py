"""What settings say that no workspace takes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from medallion_core.model import Finding, Level, Proofs, Settings
from medallion_core.text.identifiers import MAX_IDENTIFIER_LENGTH
from medallion_core.text.schedules import schedule_problem

_NOT_IN_A_NAME = re.compile(r"[./ \x00-\x1f\x7f]")
"""What Unity Catalog refuses in the name of an object."""

_NOT_PRINTED = re.compile(r"[^\S ]|[\x00-\x1f\x7f]")


def check_settings(settings: Settings) -> list[Finding]:
    """An ERROR for each setting that a deployment or a run would fail on."""
    return [
        *_pipeline_name(settings.pipeline_name),
        *_catalog_name("catalog", settings.catalog),
        *_catalog_name("schema", settings.schema),
        *_fiscal_month(settings.fiscal_year_start_month),
        *_schedule(settings.schedule),
        *_people("readers", settings.readers),
        *_people("notify", settings.notify),
    ]


def _pipeline_name(name: str) -> Iterator[Finding]:
    if not name.strip():
        yield _error("pipeline_name", "It is empty.", "Give the pipeline a name.")
    elif _NOT_PRINTED.search(name) or len(name) > MAX_IDENTIFIER_LENGTH:
        yield _error(
            "pipeline_name",
            "It is not a name for a pipeline.",
            f"Use at most {MAX_IDENTIFIER_LENGTH} characters in one line.",
        )


def _catalog_name(subject: str, name: str) -> Iterator[Finding]:
    if not name:
        yield _error(subject, "It is empty.", f"Name the {subject} that the tables go into.")
    elif _NOT_IN_A_NAME.search(name) or len(name) > MAX_IDENTIFIER_LENGTH:
        yield _error(
            subject,
            f"{name!r} is not a name for a {subject}.",
            "Write one name, without dot, space and slash: catalog and schema stand apart.",
        )


def _fiscal_month(month: int) -> Iterator[Finding]:
    if not 1 <= month <= 12:
        yield _error("fiscal_year_start_month", f"There is no month {month}.", "Write 1 to 12.")


def _schedule(text: str) -> Iterator[Finding]:
    if text and (problem := schedule_problem(text)):
        yield _error(
            "schedule",
            f"{text!r} is not a Quartz cron expression: {problem}.",
            "For every day at five, write 0 0 5 * * ?",
        )


def _people(subject: str, names: tuple[str, ...]) -> Iterator[Finding]:
    if not all(name.strip() for name in names):
        yield _error(subject, "One of them is empty.", "Take it out, or write a name.")


def unproved(settings: Settings) -> Iterator[Finding]:
    """A WARNING where the job is to prove the tables and has nothing to do it with."""
    if settings.proofs is Proofs.JOB and not settings.sql_warehouse:
        detail = "The bundle's job has no SQL warehouse, and proves nothing: only a run here does."
        hint = "Name a SQL warehouse, or let the pipeline make the proofs."
        yield Finding(Level.WARNING, "settings.proofs", detail, hint)


def _error(subject: str, detail: str, hint: str) -> Finding:
    return Finding(Level.ERROR, f"settings.{subject}", detail, hint)
