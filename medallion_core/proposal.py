"""From sources to a proposed design: every way in goes through here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from medallion_core.model import Design, Finding, Profile, Settings, Source, asked
from medallion_core.profile import Profiled, WarehouseChecks, profile_sources
from medallion_core.profile.sampling import price
from medallion_core.propose import propose_design
from medallion_core.workspace import Workspace

Tell = Callable[[str], object]
Progress = Callable[[Profiled], object]


def _silent(*_: object) -> None:
    """Tells nobody."""


def propose(
    ws: Workspace,
    sources: Sequence[Source],
    settings: Settings,
    *,
    unread: Sequence[Finding] = (),
    tell: Tell = _silent,
    progress: Progress = _silent,
) -> Design:
    """Profiles the sources, one scan each, and proposes a star, with what is asked about it.

    A source that cannot be profiled is a question, as are those that are ``unread``, and the
    others are proposed all the same.
    Raises MedallionError where the workspace does not answer.
    """
    number, reads = len(sources), price(sources)
    told = f"Profiling {number} {'source' if number == 1 else 'sources'}: one scan each"
    tell(f"{told}, of {reads}" if reads else told)
    found = profile_sources(ws, sources, progress=progress)
    tell("Finding keys, references and roles")
    profiles = [each if isinstance(each, Profile) else None for each in found]
    design = propose_design(sources, profiles, settings, WarehouseChecks(ws, tell))
    without = (*unread, *(each for each in found if isinstance(each, Finding)))
    return replace(design, questions=(*map(asked, without), *design.questions))
