from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from types import SimpleNamespace
from typing import Any

import databricks.sql
import pytest
from databricks.sdk.service.sql import State

from medallion_core.errors import MedallionError
from medallion_core.workspace import STOPPED, connect
from medallion_core.workspace.warehouse import Warehouse
from tests.conftest import RunningWorkspace


def test_without_any_workspace_it_says_how_to_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "CLIENT_ID", "CLIENT_SECRET", "TOKEN"):
        monkeypatch.delenv(f"DATABRICKS_{name}", raising=False)
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", "/nowhere")
    with pytest.raises(MedallionError) as raised:
        connect()
    assert raised.value.code == "NOT_CONNECTED"
    assert "local_workspace" in raised.value.hint


def test_days_are_those_of_the_pipeline_whatever_an_admin_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[dict[str, str]] = []

    def open_session(**options: Any) -> None:
        opened.append(options["session_configuration"])
        raise databricks.sql.Error("It goes no further.")

    monkeypatch.setattr("databricks.sql.connect", open_session)
    running = SimpleNamespace(get=lambda _: SimpleNamespace(state=State.RUNNING))
    client: Any = SimpleNamespace(
        warehouses=running, config=SimpleNamespace(hostname="w", host="https://w")
    )
    with pytest.raises(MedallionError):
        Warehouse(client, lambda: "w1").query("SELECT current_date()")
    assert opened[0]["TIMEZONE"] == "UTC"


def test_several_threads_ask_at_once(workspace: RunningWorkspace) -> None:
    ws = connect()
    with ThreadPoolExecutor(3) as pool:
        tables = list(pool.map(lambda n: ws.query("SELECT :n AS n", {"n": n}), range(6)))
    assert [table.to_pylist() for table in tables] == [[{"n": n}] for n in range(6)]


def test_a_person_acts_as_themselves_and_the_token_stays_hidden(
    workspace: RunningWorkspace,
) -> None:
    token = workspace.token("ana@example.org")
    ws = connect(token=token)
    assert ws.user_name == "ana@example.org"
    assert token not in repr(ws)
    assert token not in repr(vars(ws))


def test_what_is_wrong_with_a_statement_keeps_sparks_class(workspace: RunningWorkspace) -> None:
    with pytest.raises(MedallionError, match=r"^\[DIVIDE_BY_ZERO\]") as raised:
        connect().query("SELECT 1 / 0")
    assert raised.value.code == "STATEMENT_FAILED"


def test_a_warehouse_that_is_not_there_is_named(workspace: RunningWorkspace) -> None:
    with pytest.raises(MedallionError, match="nowhere") as raised:
        _ = connect(warehouse="nowhere").warehouse_id
    assert raised.value.code == "WAREHOUSE_NOT_FOUND"


def test_what_nobody_waits_for_is_cancelled(workspace: RunningWorkspace) -> None:
    ws = connect()
    slow = "SELECT count(*) FROM range(0, 1000000, 1, 1) a CROSS JOIN range(0, 10000000, 1, 1) b"
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(ws.query, slow)
        assert waiting not in wait([waiting], 3).done
        ws.cancel()
        with pytest.raises(MedallionError) as raised:
            waiting.result(10)
    assert raised.value.code == STOPPED
    with pytest.raises(MedallionError, match="was closed"):
        ws.query("SELECT 1")
    assert connect().query("SELECT 1 AS n").num_rows == 1
