"""Text that comes from a catalog, made safe for labels, and errors in the words of the core."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from medallion_core.errors import MedallionError
from medallion_core.model import Finding, Level
from medallion_core.text.visible import visible

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_REPLACED_AFTER_PARSING = re.compile(r"([:<>=~@-])")
_WORD_JOINER = "\u2060"
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"
_LEFTWARD = ("R", "AL", "AN")

LEVEL_ICONS = {
    Level.ERROR: ":material/error:",
    Level.WARNING: ":material/warning:",
    Level.INFO: ":material/info:",
}


def plain(text: str) -> str:
    """``text`` as Markdown that shows exactly ``text``, on one line.

    A backslash stops what the parser reads as Markdown. Emoji codes, arrows and bare links are
    put in after parsing, out of a backslash's reach; an invisible joiner breaks them up. What is
    written from right to left is set apart, so that the words around it keep their order.
    """
    line = visible(" ".join(text.split()))
    safe = _PUNCTUATION.sub(_escape, line)
    leftward = any(unicodedata.bidirectional(character) in _LEFTWARD for character in line)
    return f"{_ISOLATE}{safe}{_END_OF_ISOLATE}" if leftward else safe


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    joiner = _WORD_JOINER if _REPLACED_AFTER_PARSING.match(character) else ""
    return f"\\{character}{joiner}"


def count(number: int, singular: str, plural: str = "") -> str:
    """A number with its noun: ``1 table``, ``1,200 tables``."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def show_error(error: MedallionError) -> None:
    """What went wrong, and below it what to do."""
    hint = f"\n\n{plain(error.hint)}" if error.hint else ""
    st.error(f"**{plain(error.message)}**{hint}", icon=":material/error:")


@contextmanager
def errors_shown() -> Iterator[None]:
    """Draws a MedallionError where it was raised; the rest of the page goes on."""
    try:
        yield
    except MedallionError as error:
        show_error(error)


def show_finding(finding: Finding) -> None:
    box = {Level.ERROR: st.error, Level.WARNING: st.warning, Level.INFO: st.info}[finding.level]
    hint = f"  \n{plain(finding.hint)}" if finding.hint else ""
    box(
        f"**{plain(finding.subject)}**: {plain(finding.detail)}{hint}",
        icon=LEVEL_ICONS[finding.level],
    )


def empty_state(what: str, what_to_do: str, page: str = "", link: str = "") -> None:
    """Says that there is nothing here yet and what to do next, with a link to where it is done."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.markdown(f"### {what}", text_alignment="center")
        st.markdown(what_to_do, text_alignment="center")
        if page:
            st.page_link(page, label=link, icon=":material/arrow_forward:")
