"""A person's hands on the app, behind the proxy that forwards their token."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from medallion_core.errors import MedallionError
from pages.components.frame.jobs import jobs, proposals
from tests.trust.people import People

APP = Path(__file__).parents[2] / "app.py"
SECONDS = 120.0
_PAGE = st.Page


class Clicks:
    """One browser of ``user``; empty: the proxy forwards no token."""

    def __init__(
        self,
        people: People,
        patch: pytest.MonkeyPatch,
        user: str,
        page: str = "",
        design: str = "",
        **session: object,
    ) -> None:
        self._people, self._patch, self.user, self._page = people, patch, user, page or "sources"
        self.at = AppTest.from_file(str(APP), default_timeout=SECONDS)
        if design:
            self.at.query_params["design"] = design
        for key, value in session.items():
            self.at.session_state[key] = value
        self.run()

    def run(self) -> Clicks:
        """Draws the page again within the app's frame: every request carries the token of its
        person, as the proxy of Databricks Apps puts it there."""
        self._patch.setattr(st, "Page", self._first)
        self.at._finished_page_script_hash = ""
        headers = {"X-Forwarded-Access-Token": self._people.forwarded(self.user)}
        self._patch.setattr(type(st.context), "headers", headers if self.user else {})
        self.at.run()
        assert not self.at.exception, self.at.exception
        return self

    def _first(self, path: str, **options: Any) -> Any:
        """The page that this browser looks at is the one that the app begins with."""
        return _PAGE(path, **(options | {"default": path == f"pages/{self._page}.py"}))

    @property
    def said(self) -> str:
        """All that stands on the page as text."""
        at = self.at
        drawn = (at.error, at.warning, at.success, at.info, at.markdown, at.caption, at.title)
        words = " ".join(str(element.value) for elements in drawn for element in elements)
        return words.replace("\\", "").replace("`", "")

    @property
    def buttons(self) -> set[str]:
        return {button.label for button in self.at.button}

    def press(self, label: str) -> Clicks:
        next(button for button in self.at.button if button.label == label).click()
        return self.run()

    def fill(self, label: str, value: Any) -> None:
        widgets: list[Any] = [*self.at.text_input, *self.at.text_area, *self.at.selectbox]
        next(widget for widget in widgets if widget.label == label).set_value(value)

    def propose(self, name: str) -> None:
        """Presses the button that begins it, and waits for its end."""
        self.press("Propose a design")
        until = time.monotonic() + SECONDS
        while (job := proposals().find(self.user, name)) is not None and job.running:
            assert time.monotonic() < until
            time.sleep(0.05)
        self.run()

    def job(self, label: str, name: str) -> MedallionError | None:
        """Presses what begins a job for the pipeline ``name``; what ended it, when it has ended."""
        before = jobs().find(self.user, name)
        self.press(label)
        until = time.monotonic() + SECONDS
        while (job := jobs().find(self.user, name)) is before or job is None or job.running:
            assert time.monotonic() < until
            time.sleep(0.05)
        self.run()
        return job.error
