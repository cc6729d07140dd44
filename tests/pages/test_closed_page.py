"""What runs for a page ends when the page is closed, and a deployment goes on."""

from __future__ import annotations

import threading

import pytest
import streamlit as st
from streamlit.runtime.caching import clear_session_resource_cache
from streamlit.testing.v1 import AppTest

from medallion_core.trust import Asker, Mode
from pages.components.frame import connection

SESSION = "test session id"
"""What AppTest calls its session."""


class Connected:
    """A workspace whose statements run until they are cancelled."""

    def __init__(self) -> None:
        self.cancelled = threading.Event()

    def cancel(self) -> None:
        self.cancelled.set()


def page() -> None:
    from pages.components.frame.connection import asker, asker_of_job

    asker()
    asker_of_job()


def test_closing_a_page_cancels_its_statements_and_no_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[Asker] = []

    def made_anew(token: str | None, *, said_to_be: str) -> Asker:
        made.append(Asker(Connected(), Connected(), "ada", Mode.PERSON))  # type: ignore[arg-type]
        return made[-1]

    st.cache_resource.clear()
    monkeypatch.setattr(connection, "asker_in_app", made_anew)
    shown = AppTest.from_function(page).run()
    assert not shown.exception
    shown.run()
    seen, *of_jobs = ((who.person.cancelled, who.app.cancelled) for who in made)  # type: ignore[attr-defined]
    clear_session_resource_cache(SESSION)
    assert all(cancelled.wait(5) for cancelled in seen)
    assert len(of_jobs) == 2
    assert not any(cancelled.is_set() for each in of_jobs for cancelled in each)
