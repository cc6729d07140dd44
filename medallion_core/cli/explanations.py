"""What a warehouse says of each materialized view, or is to be asked."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from medallion_core.check.queries import explain_statement
from medallion_core.check.views import read_views
from medallion_core.cli.terminal import show
from medallion_core.errors import MedallionError
from medallion_core.generate import generate_bundle
from medallion_core.model import Design
from medallion_core.text.identifiers import quote_name
from medallion_core.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Question:
    """``statement`` is empty where the code of the view is more than a query: ``note`` says so."""

    view: str
    statement: str = ""
    note: str = ""


def questions(design: Design) -> Iterator[Question]:
    """An EXPLAIN CREATE MATERIALIZED VIEW for each materialized view that the design generates."""
    for view in read_views(generate_bundle(design)):
        try:
            yield Question(view.name, explain_statement(view, lambda t: _name(design, t)))
        except MedallionError as error:
            yield Question(view.name, note=error.message)


def show_questions(design: Design, ws: Workspace | None) -> bool:
    """Prints every statement as a script, under each what the warehouse answers, if there is one.
    True where nothing that was asked has failed: tables have to be there, so after a first run."""
    answered = [_show(question, ws) for question in questions(design)]
    return all(answered)


def names_warehouse(design: Design, wanted: str) -> bool:
    """Whether somebody said which warehouse to ask."""
    return bool(wanted or design.settings.sql_warehouse or os.getenv("DATABRICKS_WAREHOUSE_ID"))


def _show(question: Question, ws: Workspace | None) -> bool:
    if not question.statement:
        show(f"-- {question.view}: {question.note}")
        return True
    show(f"{question.statement};")
    if ws is None:
        return True
    try:
        rows = ws.query(question.statement)
    except MedallionError as error:
        show(f"-- {question.view}: {error.message}")
        return False
    for (answer,) in (row.values() for row in rows.to_pylist()):
        for line in str(answer).rstrip().split("\n"):
            show(f"-- {question.view}: {line}")
    return True


def _name(design: Design, table: str) -> str:
    """The full name of a table of the pipeline; what has one already keeps it."""
    parts = table.split(".")
    settings = design.settings
    return (
        quote_name(*parts)
        if len(parts) > 1
        else quote_name(settings.catalog, settings.schema, table)
    )
