"""A link to a table is there once the table is."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from medallion_core.errors import MedallionError
from pages.components.frame import links

HOST = "https://a.net"
ADDRESS = f"{HOST}/explore/data/main/gold/dim_date"
ANSWERS: dict[str, tuple[bool | None, list[str], str]] = {
    "made": (True, [ADDRESS], ""),
    "not made": (False, [], "not made yet"),
    "not to be seen": (None, [], "could not be seen"),
}


def linked() -> None:
    from medallion_core.model import TableName
    from pages.components.frame.links import show_made_link

    show_made_link(TableName("main", "gold", "dim_date"))


@pytest.fixture(autouse=True)
def _workspace(monkeypatch: pytest.MonkeyPatch) -> None:
    st.cache_data.clear()
    for name in ("as_app", "as_person"):
        monkeypatch.setattr(links, name, lambda: SimpleNamespace(host=HOST))


@pytest.mark.parametrize("case", ANSWERS)
def test_what_no_run_has_made_is_not_linked_to(monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    answer, addresses, told = ANSWERS[case]
    monkeypatch.setattr(links, "has_table", lambda *_: answer)
    at = AppTest.from_function(linked).run()
    assert [link.url for link in at.get("link_button")] == addresses
    assert told in " ".join(caption.value for caption in at.caption)


def test_an_answer_that_does_not_come_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> bool:
        raise MedallionError("WORKSPACE_UNREACHABLE", "No answer.")

    monkeypatch.setattr(links, "has_table", refuse)
    at = AppTest.from_function(linked).run()
    assert not at.get("link_button")
    assert "could not be seen" in at.caption[0].value
