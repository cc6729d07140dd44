"""Files that were guessed wrong are set right by a person in under five clicks, and the sample rows
follow. Over a local workspace."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import streamlit as st

from medallion_core.model import FilesLocation
from tests.conftest import RunningWorkspace
from tests.pages.test_source_kinds import Browser

FOLDER = "/Volumes/main/guessed/files"


@pytest.fixture
def browser(workspace: RunningWorkspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    monkeypatch.setenv("MEDALLION_TRUST", "app")
    workspace.sql("CREATE SCHEMA IF NOT EXISTS main.guessed")
    workspace.sql("CREATE VOLUME IF NOT EXISTS main.guessed.files")
    folder = workspace.home / "volumes/main/guessed/files/people"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.csv").write_text("Alpha,Beta\nParis,France\nRome,Italy\nKiel,Germany\n")
    st.cache_data.clear()
    st.cache_resource.clear()
    opened = Browser()
    opened.choose("catalog", "main")
    opened.choose("schema", "guessed")
    yield opened
    st.cache_data.clear()
    st.cache_resource.clear()


def shown(browser: Browser) -> list[list[str]]:
    """The columns of every table on the page."""
    return [list(table.value.columns) for table in browser.at.dataframe]


def test_a_header_that_was_taken_for_a_row_is_set_right(browser: Browser) -> None:
    browser.choose("kind", "Files")
    browser.choose(f"recognise_{FOLDER}", True)
    assert ["_c0", "_c1", "_rescued_data"] in shown(browser), "it is guessed wrong"
    assert any("holds names" in warning.value for warning in browser.at.warning), "and asked"
    browser.choose(f"header_{FOLDER}/people", True)
    assert ["Alpha", "Beta", "_rescued_data"] in shown(browser), "the sample follows"
    browser.click("Add to the basket")
    [source] = browser.session.others.values()
    assert isinstance(source.location, FilesLocation)
    assert source.location.options["header"] == "true"
    assert [column.name for column in source.columns] == ["Alpha", "Beta"]
