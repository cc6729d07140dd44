"""Who asks the workspace, and what was answered lately. Caches belong to one browser session, so
that nobody sees what only somebody else may see."""

from __future__ import annotations

import streamlit as st

from medallion_core.workspace import Workspace, connect

_EMAIL_HEADER = "X-Forwarded-Email"
_TOKEN_HEADER = "X-Forwarded-Access-Token"  # noqa: S105 - the name of a header


def persons_token() -> str | None:
    """The person's own token, where Databricks Apps forwards it (user authorization is on)."""
    return st.context.headers.get(_TOKEN_HEADER)


def as_person() -> Workspace:
    """Browses: as the person where their token is forwarded, else as the app itself."""
    return _connected(persons_token())


def as_app() -> Workspace:
    """Deploys and runs: always as the app itself."""
    return _connected(None)


@st.cache_resource(scope="session", show_spinner="Connecting to the workspace")
def _connected(token: str | None) -> Workspace:
    return connect(token=token)


def persons_email() -> str:
    """Who sits at the browser, as Databricks Apps says; empty elsewhere."""
    return st.context.headers.get(_EMAIL_HEADER) or ""


def identity() -> str:
    """As whom the app browses, in a sentence."""
    name = as_person().user_name
    return name if persons_token() else f"{name} (the app's own identity)"
