"""What one browser session keeps: the basket and the open design. Nothing that matters lives
here: drafts, deployments and runs are in the workspace, found again by the design's name."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import streamlit as st

from medallion_core.deploy.drafts import Draft, open_design, replace_draft, save_draft
from medallion_core.edit.refusals import invalid
from medallion_core.errors import MedallionError
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
    """An edit that waits to be taken."""
    lock: threading.RLock = field(default_factory=threading.RLock)
    """Of two runs of a page, one of which is being stopped, one edits the design at a time."""
    notices: list[MedallionError] = field(default_factory=list)
    """What the person is to know of an edit, until it is closed."""

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
        with self.lock:
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


def keep_edit(edit: Callable[[Design], Design], *, typed: bool = False) -> None:
    """Makes what ``edit`` makes of the open design the open one, and saves it as a draft, if it is
    another. ``typed``: as of ``Session.edited``.

    Each edit is made of the design that is open when its turn comes, whatever it was drawn of: none
    takes another back. Where another browser has saved the draft, that one is opened and edited,
    and the person is told. Raises MedallionError where the edit is refused, which then changes
    nothing.
    """
    state = session()
    with state.lock:
        try:
            _edit(state, edit, typed=typed)
        except MedallionError as error:
            if error.code != "DRAFT_CHANGED" or not _opened_newer(state):
                raise
            _edit_as_saved(state, edit)


def instead_of(before: Design, after: Design) -> Callable[[Design], Design]:
    """The edit that puts ``after`` in the place of ``before``, and of no other design."""

    def edit(now: Design) -> Design:
        if now is not before and dump_design(now) != dump_design(before):
            raise invalid("The design has become another meanwhile.", "Look at it again.")
        return after

    return edit


def keep_design(design: Design, *, over: bool = False) -> None:
    """Makes ``design`` the open one, whatever was open, and saves it as a draft.

    ``over``: whatever draft has the name is replaced, which the person has agreed to. Raises
    MedallionError DRAFT_EXISTS where it has not been.
    """
    state = session()
    with state.lock:
        state.open(replace_draft(asker(), design) if over else save_draft(asker(), Draft(design)))


def _edit(state: Session, edit: Callable[[Design], Design], *, typed: bool) -> None:
    now = _open_of(state)
    try:
        design = edit(now)
    except KeyError as error:
        raise invalid(f"The design has no {error.args[0]} any more.") from error
    if dump_design(now) == dump_design(design):
        return
    if _name(now) == _name(design):
        saved = save_draft(asker(), Draft(design, state.revision))
        state.edited(saved, typed=typed)
    else:
        state.open(save_draft(asker(), Draft(design)))


def _open_of(state: Session) -> Design:
    if state.design is None:
        raise invalid("No design is open any more.", "Open it, and do it again.")
    return state.design


def _opened_newer(state: Session) -> bool:
    """Opens what another browser has saved, where there is such: a draft may have been deleted."""
    found = open_design(asker(), _name(_open_of(state)))
    if found.revision <= state.revision:
        return False
    state.open(found)
    return True


def _edit_as_saved(state: Session, edit: Callable[[Design], Design]) -> None:
    """The same edit of what another browser has saved, and what came of it."""
    name = _name(_open_of(state))
    saved = f"The draft {name} was saved in another browser since you opened it."
    before = state.design
    try:
        _edit(state, edit, typed=False)
    except MedallionError as error:
        lost = f"{saved} It is open now as it was saved there, without your change: {error.message}"
        raise MedallionError(error.code, lost, error.hint) from error
    hint = "It is open now as it was saved there, with your change made in it."
    if state.design is before:
        hint = (
            "It is open now as it was saved there, where your change changes nothing. Look at it."
        )
    state.notices.append(MedallionError("DRAFT_CHANGED", saved, hint))


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
