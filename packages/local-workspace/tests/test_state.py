from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from local_workspace.state import State


def test_documents_survive_and_are_listed_by_prefix(tmp_path: Path) -> None:
    state = State(tmp_path)
    for key in ("a.b.c", "a.b_x.c", "a.b.d"):
        state.put("table", key, {"name": key})
    state.delete("table", "a.b.d")
    again = State(tmp_path)
    assert again.get("table", "a.b.c") == {"name": "a.b.c"}
    assert [key for key, _ in again.list("table", "a.b.")] == ["a.b.c"]
    assert again.get("table", "a.b.d") is None


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    state = State(tmp_path)
    before = state.revision("x")

    def put_and_fail() -> None:
        with state.transaction():
            state.put("x", "one", {})
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        put_and_fail()
    assert state.list("x") == []
    assert state.revision("x") == before


def test_threads_count_without_losing_any(tmp_path: Path) -> None:
    state = State(tmp_path)

    def add(_: int) -> None:
        with state.transaction():
            number = (state.get("counter", "n") or {"n": 0})["n"]
            state.put("counter", "n", {"n": number + 1})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(80)))
    assert state.get("counter", "n") == {"n": 80}
