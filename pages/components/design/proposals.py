"""Proposals, which are made outside of any page: how far each is, and what came of it. A person
sees those that they began, in every browser, and nobody else's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from medallion_core.browse import find_sources
from medallion_core.builder import Builder
from medallion_core.deploy.drafts import Draft, open_design, replace_draft, save_draft
from medallion_core.errors import MedallionError
from medallion_core.model import Design, Finding, Settings, Source, TableName
from medallion_core.profile import Profiled
from medallion_core.trust import Asker
from pages.components.frame.calm import draw_again_when_calm
from pages.components.frame.connection import asker, asker_of_job
from pages.components.frame.jobs import Job, Work, proposals
from pages.components.frame.session import Session, keep_design, session
from pages.components.frame.text import count, errors_shown, plain, show_error

POLL_SECONDS = 1
LINES_SHOWN = 6
"""Of what was done; each source that could not be profiled is shown besides."""

_WATCHED = "proposal_watched"
_ASKED = "proposal_asked"
_TAKEN = ("DRAFT_EXISTS", "DRAFT_CHANGED")


@dataclass(frozen=True, slots=True)
class Unsaved:
    """A design that could not be saved, and ``why``. ``over``: to save it is to replace what has
    its name."""

    design: Design
    why: MedallionError
    over: bool


@dataclass(frozen=True, slots=True)
class Proposed:
    """It is the person's draft; ``unsaved`` where it is none: what was profiled for so long is not
    profiled again."""

    unsaved: Unsaved | None = None


ProposalJob = Job[str | Profiled, Proposed]


def start_proposal(state: Session, settings: Settings, *, over: bool) -> None:
    """Over the basket as it is now, as who asks. ``over``: whatever draft has the name is replaced,
    which the person has agreed to."""
    who = asker_of_job()
    work = _proposing(who, list(state.tables), list(state.others.values()), settings, over=over)
    proposals().start(asker().name, settings.pipeline_name, work, who.person.cancel)
    st.session_state[_WATCHED] = settings.pipeline_name
    st.session_state[_ASKED] = settings


def asked_settings() -> Settings | None:
    """What was asked for last and did not become a design: nobody types it twice."""
    found: Settings | None = st.session_state.get(_ASKED)
    return found


def _proposing(
    who: Asker,
    tables: Sequence[TableName],
    others: Sequence[Source],
    settings: Settings,
    *,
    over: bool,
) -> Work[str | Profiled, Proposed]:
    def work(report: Callable[[str | Profiled], None]) -> Proposed:
        report("Reading names, types, comments and declared keys")
        found = [*find_sources(who.person, tables), *others]
        design = Builder(who).propose(
            [each for each in found if isinstance(each, Source)],
            settings,
            unread=[each for each in found if isinstance(each, Finding)],
            tell=report,
            progress=lambda profiled: report(profiled.without_values),
        )
        report("Saving the draft")
        return _saved(who, design, over=over)

    return work


def _saved(who: Asker, design: Design, *, over: bool) -> Proposed:
    try:
        if over:
            replace_draft(who, design)
        else:
            save_draft(who, Draft(design))
    except MedallionError as error:
        why = MedallionError(error.code, error.message, error.hint)
        return Proposed(Unsaved(design, why, over or error.code in _TAKEN))
    return Proposed()


def show_proposals(state: Session) -> bool:
    """What the person has begun and not looked at yet; whether one of them goes on."""
    mine: dict[str, ProposalJob] = proposals().of(asker().name)
    for name, job in mine.items():
        with st.container(border=True), errors_shown():
            if job.running:
                st.session_state[_WATCHED] = name
                st.fragment(_show_running, run_every=POLL_SECONDS)(name, job)
            else:
                _show_ended(state, name, job)
    return any(job.running for job in mine.values())


def show_going_on() -> None:
    """On pages that are about something else."""
    for name, job in proposals().of(asker().name).items():
        label = f"{plain(name)} {in_words(job)}: look"
        st.page_link("pages/design.py", label=label, icon=":material/schema:")


def in_words(job: ProposalJob) -> str:
    if job.running:
        return "is being proposed"
    return "was not proposed" if job.error else "was proposed"


def _show_running(name: str, job: ProposalJob) -> None:
    if not job.running:
        draw_again_when_calm(f"{name}_ended")
    told = list(job.reports)
    profiled = [each for each in told if isinstance(each, Profiled)]
    st.markdown(f":material/progress_activity: **Proposing {plain(name)}**")
    if profiled:
        done, total = profiled[-1].done, profiled[-1].total
        st.progress(done / total, f"{done:,} of {count(total, 'source')} profiled")
    unread = [each for each in profiled[:-LINES_SHOWN] if isinstance(each.found, Finding)]
    with st.container(gap="xxsmall"):
        for line in (*unread, *told[-LINES_SHOWN:]):
            _show_line(line)
    st.caption("It goes on when this page is closed, and is found here again.")
    st.button(
        "Cancel",
        key=f"cancel_{name}",
        icon=":material/stop_circle:",
        disabled=job.cancelled,
        on_click=job.cancel,
    )


def _show_line(line: str | Profiled) -> None:
    unread = isinstance(line, Profiled) and isinstance(line.found, Finding)
    icon = ":orange[:material/warning:]" if unread else ":gray[:material/arrow_forward:]"
    st.markdown(f"{icon} {plain(str(line))}")


def _show_ended(state: Session, name: str, job: ProposalJob) -> None:
    """Opened where it was waited for and nothing else is open; else it waits for a click."""
    watched = st.session_state.get(_WATCHED) == name
    if job.result and job.result.unsaved is not None:
        _show_unsaved(name, job.result.unsaved)
    elif job.result and watched and state.design is None:
        open_proposed(name)
        if state.design is not None:
            st.rerun()
        _show_buttons(name, "Open it", open_proposed)
    elif job.result:
        st.markdown(f":green[:material/check_circle:] **{plain(name)}** was proposed.")
        _show_buttons(name, "Open it", open_proposed)
    elif job.error is not None:
        st.markdown(f"**{plain(name)}** was not proposed.")
        show_error(job.error)
        _show_buttons(name)


def _show_unsaved(name: str, unsaved: Unsaved) -> None:
    st.markdown(f"**{plain(name)}** was proposed, and is not saved yet.")
    if unsaved.why.code in _TAKEN:
        st.markdown("You made another draft of this name meanwhile.")
    else:
        show_error(unsaved.why)

    def keep(_: str) -> None:
        with errors_shown():
            keep_design(unsaved.design, over=unsaved.over)
            st.session_state.pop(_ASKED, None)
            _forget(name)

    _show_buttons(name, "Save it over my draft" if unsaved.over else "Save it", keep)


def _show_buttons(name: str, label: str = "", act: Callable[[str], None] | None = None) -> None:
    with st.container(horizontal=True):
        if act is not None:
            st.button(label, key=f"open_{name}", type="primary", on_click=act, args=(name,))
        st.button("Dismiss", key=f"dismiss_{name}", on_click=_forget, args=(name,))


def open_proposed(name: str) -> None:
    with errors_shown():
        session().open(open_design(asker(), name))
        st.query_params["design"] = name
        st.session_state.pop(_ASKED, None)
        _forget(name)


def _forget(name: str) -> None:
    proposals().forget(asker().name, name)
