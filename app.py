"""The frame: navigation, who is asking, which workspace answers, which design is open."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from medallion_core.errors import MedallionError
from medallion_core.garbage import collect_seldom, look_past_what_is_loaded
from medallion_core.trust import Mode, open_places
from medallion_core.workspace.folders import workspace_root
from pages.components.design.proposals import show_going_on
from pages.components.frame.baskets import keep_basket
from pages.components.frame.connect import show_how_to_connect
from pages.components.frame.connection import as_app, asker
from pages.components.frame.editor import take_edits
from pages.components.frame.page import Frame
from pages.components.frame.session import open_from_url, session
from pages.components.frame.text import errors_shown, exact, plain

LOGO = Path(__file__).parent / "pages" / "logo.svg"
ICON = LOGO.with_name("icon.svg")

DESIGN = "design"

_PERSON = "person"

PAGES = [
    st.Page("pages/sources.py", title="Sources", icon=":material/database:", default=True),
    st.Page("pages/design.py", title="Design", icon=":material/schema:", url_path=DESIGN),
    st.Page("pages/preview.py", title="Preview", icon=":material/code:", url_path="preview"),
    st.Page("pages/deploy.py", title="Deploy", icon=":material/rocket_launch:", url_path="deploy"),
    st.Page("pages/runs.py", title="Runs", icon=":material/history:", url_path="runs"),
    st.Page(
        "pages/pipelines.py", title="Pipelines", icon=":material/dashboard:", url_path="pipelines"
    ),
]


def main() -> None:
    collect_seldom()
    st.set_page_config(page_title="Medallion Builder", page_icon=ICON, layout="wide")
    page = st.navigation(PAGES, position="top")
    Frame.started = True
    st.logo(LOGO, size="large")
    try:
        as_app()
    except MedallionError as error:
        show_how_to_connect(error)
        return
    forget_who_was_here_before()
    show_trust()
    with errors_shown():
        open_from_url()
        keep_basket()
    if page.url_path != DESIGN:
        show_going_on()
    page.run()
    look_past_what_is_loaded()
    show_next(page)
    show_context()


def forget_who_was_here_before() -> None:
    """A browser that connects again, signed in as somebody else, takes up its old session: what it
    keeps was read as another person."""
    name = asker().name
    if st.session_state.setdefault(_PERSON, name) != name:
        st.session_state.clear()
        st.cache_data.clear()
        st.session_state[_PERSON] = name


def show_trust() -> None:
    """An admin's word that everybody may do everything is told to everybody, on every page."""
    if asker().mode is Mode.APP:
        st.warning(
            "Whoever opens this app may do what the app may do: MEDALLION_TRUST=app is set.",
            icon=":material/lock_open:",
        )
    for sentence in places_that_are_open():
        st.warning(plain(sentence), icon=":material/folder_open:")


@st.cache_data(ttl=600, scope="session", show_spinner=False)
def places_that_are_open() -> list[str]:
    """Asked once in a while: who else may write where the app keeps code and owners."""
    return open_places(as_app(), workspace_root(as_app()))


def show_next(page: StreamlitPage) -> None:
    """The way on, at the foot of each page: from the last one back to the design."""
    after = dict(zip(PAGES, [*PAGES[1:], PAGES[1]], strict=True))
    with st.container(horizontal=True, horizontal_alignment="right"):
        following = after[page]
        st.page_link(
            following,
            label=f"Next: {following.title}",
            icon=":material/arrow_forward:",
            icon_position="right",
            width="content",
        )


def show_context() -> None:
    """Where and on what, at the foot of the page. Drawn last: the page may change it."""
    design = session().design
    st.divider()
    with errors_shown(), st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/cloud: {exact(as_app().host)}", width="content")
        st.markdown(f":material/person: {exact(asker().name)}", width="content")
        if design is not None:
            st.space("stretch")
            st.markdown(
                f":material/schema: **{plain(design.settings.pipeline_name)}**", width="content"
            )
            st.button(
                "Close the design", icon=":material/close:", type="tertiary", on_click=close_design
            )


def close_design() -> None:
    take_edits(late=True)
    session().open(None)
    st.query_params.pop("design", None)


if __name__ == "__main__":
    main()
