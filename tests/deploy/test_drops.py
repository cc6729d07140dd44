"""A table that changes its kind, where the platform drops no table of a pipeline."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from medallion_core.deploy.drops import drop_table
from medallion_core.errors import MedallionError
from medallion_core.workspace import Workspace

MESSAGES = [
    "[MATERIALIZED_VIEW_OPERATION_NOT_ALLOWED.DROP_DELTA_LIVE_TABLE] Remove it from the pipeline.",
    "[STREAMING_TABLE_OPERATION_NOT_ALLOWED.DROP_DELTA_LIVE_TABLE] Remove it from the pipeline.",
]


def dropped(message: str) -> MedallionError:
    def execute(statement: str) -> None:
        raise MedallionError("STATEMENT_FAILED", message)

    ws = cast(Workspace, SimpleNamespace(execute=execute))
    with pytest.raises(MedallionError) as caught:
        drop_table(ws, "DROP TABLE IF EXISTS main.gold.bronze_orders", "bronze_orders")
    return caught.value


@pytest.mark.parametrize("message", MESSAGES)
def test_it_says_what_to_do_instead(message: str) -> None:
    error = dropped(message)
    assert error.code == "KIND_HAS_CHANGED"
    assert "bronze_orders becomes another kind of table" in error.message
    assert message in error.message
    assert "Give its entity another name" in error.hint


def test_any_other_failure_stays_what_it_is() -> None:
    assert dropped("[INSUFFICIENT_PERMISSIONS] Not yours.").code == "STATEMENT_FAILED"
