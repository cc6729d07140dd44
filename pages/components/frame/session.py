"""What one browser session keeps: the basket and the open design. Nothing that matters lives
here: drafts, deployments and runs are in the workspace, found again by the design's name."""

from __future__ import annotations

import threading
import zlib
from dataclasses import dataclass, field
from typing import Protocol

import streamlit as st

from medallion_core.deploy.drafts import Draft, open_design, replace_draft, save_draft
from medallion_core.model import Design, Source, TableName
from medallion_core.model.file import dump_design, load_design
from pages.components.frame.connection import asker

_KEY = "medallion_session"

KEPT_STEPS = 100
"""How many edits can be taken back."""


class Typed(Protocol):
    """What was typed into a table."""

    def take(self) -> bool: ...


@dataclass(slots=True)
class Session:
    """``tables`` and ``others`` are the basket: tables are read when a design is proposed, files
    and topics were read as they were recognised, keyed by where they lie."""

    tables: list[TableName] = field(default_factory=list)
    others: dict[str, Source] = field(default_factory=dict)
    design: Design | None = None
    revision: int = 0
    """Of the draft that is open, as it was read or saved last; 0: it was not saved yet."""
    past: list[bytes] = field(default_factory=list)
    future: list[bytes] = field(default_factory=list)
    """Designs before and after the open one, the nearest last: its text, packed."""
    jumps: int = 0
    """How often the open design became another by something else than an edit that was typed into a
    table, or such an edit changed nothing: what a browser still has typed into a table is of before
    that, and is told by it from what is typed after."""
    typed: Typed | None = None
    """An edit that waits to be taken. Of two runs of a page, one of which is being stopped, the
    ``lock`` lets one take it."""
    lock: threading.RLock = field(default_factory=threading.RLock)

    def open(self, draft: Draft | None) -> None:
        self.past, self.future = [], []
        self._show(draft)

    def edited(self, draft: Draft, *, typed: bool = False) -> None:
        """Opens what became of the open design, which can be gone back to. ``typed``: by an edit
        in a table, which goes on holding it."""
        if self.design is not None:
            self.past = [*self.past, _packed(self.design)][-KEPT_STEPS:]
        self.future = []
        self._show(draft, typed=typed)

    def go(self, back: list[bytes], forth: list[bytes]) -> None:
        """To the last of ``back``, one of the two histories; the way there is put into the other.
        Raises MedallionError DRAFT_CHANGED where another browser was faster."""
        if not back or self.design is None:
            return
        wanted = load_design(zlib.decompress(back[-1]).decode())
        draft = save_draft(asker(), Draft(wanted, self.revision))
        back.pop()
        forth.append(_packed(self.design))
        self._show(draft)

    def _show(self, draft: Draft | None, *, typed: bool = False) -> None:
        if self.design is not None and not typed:
            self.jumps += 1
        self.design, self.revision = (draft.design, draft.revision) if draft else (None, 0)

    @property
    def basket_size(self) -> int:
        return len(self.tables) + len(self.others)

    def add_tables(self, names: list[TableName]) -> int:
        """How many of ``names`` were not in the basket yet."""
        new = [name for name in dict.fromkeys(names) if name not in self.tables]
        self.tables.extend(new)
        return len(new)


def session() -> Session:
    """This browser's own session."""
    if _KEY not in st.session_state:
        st.session_state[_KEY] = Session()
    state: Session = st.session_state[_KEY]
    return state


def keep_design(design: Design, *, over: bool = False, typed: bool = False) -> None:
    """Makes ``design`` the open one and saves it as a draft, if it differs from what was open.

    ``over``: whatever draft has the name is replaced, which the person has agreed to. ``typed``: as
    of ``Session.edited``. Raises MedallionError DRAFT_CHANGED where another browser was faster;
    nothing is lost then.
    """
    state = session()
    if state.design is not None and dump_design(state.design) == dump_design(design):
        return
    if over:
        state.open(replace_draft(asker(), design))
        return
    same = state.design is not None and _name(state.design) == _name(design)
    draft = save_draft(asker(), Draft(design, state.revision if same else 0))
    if same:
        state.edited(draft, typed=typed)
    else:
        state.open(draft)


def _packed(design: Design) -> bytes:
    return zlib.compress(dump_design(design).encode())


def _name(design: Design) -> str:
    return design.settings.pipeline_name


def open_from_url() -> None:
    """Opens the design that the URL names, and names the open design in the URL."""
    state = session()
    wanted = st.query_params.get("design", "")
    if wanted and state.design is None:
        with st.spinner("Opening the design"):
            state.open(open_design(asker(), wanted))
    if state.design is not None:
        name = state.design.settings.pipeline_name
        if st.query_params.get("design") != name:
            st.query_params["design"] = name
