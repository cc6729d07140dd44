"""Columns of the sources that the design does not know yet: no run fails, and each is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pyarrow as pa
import pytest

from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.run.unread import unread_columns
from medallion_core.tables.entities import bronze_columns
from medallion_core.workspace import Workspace
from tests.generate.landing import landing


class Bronze:
    """Answers with the columns that bronze has: those of the design, and ``more`` of one table."""

    def __init__(self, design: Design, more: dict[str, list[str]], error: str = "") -> None:
        self._rows = [
            {"table_name": f"bronze_{entity.name}", "column_name": name}
            for entity in design.entities
            for name in (
                *(column.name for column in bronze_columns(entity)),
                *more.get(entity.name, ()),
            )
        ]
        self._error = error

    def query(self, statement: str, parameters: dict[str, Any]) -> Any:
        assert "information_schema" in statement
        assert list(parameters) == ["schema"]
        if self._error:
            raise MedallionError(self._error, "It is not there.")
        return pa.Table.from_pylist(self._rows)


def notes(more: dict[str, list[str]], design: Design | None = None, error: str = "") -> list[str]:
    design = design or landing()
    there = Bronze(landing(), more, error)
    return [*unread_columns(cast(Workspace, there), design)]


def test_what_the_design_knows_is_no_news() -> None:
    """Files, messages and tables: what each kind of source adds is known, too."""
    assert notes({}) == []


def test_a_column_that_only_bronze_takes_is_told_with_its_table() -> None:
    (note,) = notes({"devices": ["colour", "Size"]})
    assert note.startswith("bronze_devices has columns")
    assert "Size, colour" in note


def test_what_the_source_has_no_more_stays_known() -> None:
    (first, *_), rest = landing().entities[2].columns, landing().entities[2]
    gone = replace(first, missing=True)
    assert notes({}, landing().with_entity(rest.with_column(gone))) == []


def test_where_nobody_may_look_that_is_said() -> None:
    assert "is not known: It is not there" in notes({}, error="PERMISSION_DENIED")[0]
    with pytest.raises(MedallionError, match="not there"):
        notes({}, error="UNAVAILABLE")
