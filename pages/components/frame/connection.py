"""Who asks, and who acts for them. Caches belong to one browser session, so that nobody sees what
only somebody else may see."""

from __future__ import annotations

import threading

import streamlit as st

from medallion_core.trust import Asker, Mode, asker_in_app
from medallion_core.workspace import Workspace

_EMAIL_HEADER = "X-Forwarded-Email"
_TOKEN_HEADER = "X-Forwarded-Access-Token"  # noqa: S105 - the name of a header

_RIGHTS = {
    Mode.PERSON: "You see what you may see.",
    Mode.SELF: "You act as yourself.",
    Mode.APP: "You see and do what the app may see and do.",
}


def asker() -> Asker:
    """The person at the browser, as their forwarded token proves it.

    Raises MedallionError TRUST_NOT_SET where the app cannot know who that is.
    """
    headers = st.context.headers
    return _asker(headers.get(_TOKEN_HEADER), headers.get(_EMAIL_HEADER) or "")


def asker_of_job() -> Asker:
    """The same person, for work that goes on when the page is closed."""
    headers = st.context.headers
    return asker_in_app(headers.get(_TOKEN_HEADER), said_to_be=headers.get(_EMAIL_HEADER) or "")


def leave(who: Asker) -> None:
    """Nobody waits any more for the statements of a page that was closed. Cancelling them takes a
    call or two, which the server does not wait for."""
    for ws in {id(ws): ws for ws in (who.person, who.app)}.values():
        threading.Thread(target=ws.cancel, daemon=True).start()


@st.cache_resource(scope="session", show_spinner="Connecting to the workspace", on_release=leave)
def _asker(token: str | None, email: str) -> Asker:
    return asker_in_app(token, said_to_be=email)


def as_person() -> Workspace:
    """Browses, profiles, counts and previews: always as who asks."""
    return asker().person


def as_app() -> Workspace:
    """Reads what is deployed, once it is known that who asks may see it."""
    return asker().app


def identity() -> str:
    """As whom the app browses, and what that means, in two sentences."""
    return f"Browsing as {asker().name}. {_RIGHTS[asker().mode]}"
