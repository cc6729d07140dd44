"""Text that comes from a catalog, made safe for labels, and errors in the words of the core."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from medallion_core.errors import MedallionError
from medallion_core.model import Finding, Level
from medallion_core.text.visible import visible

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_REPLACED_AFTER_PARSING = re.compile(
    r"^(?:<->|->|<-|--|>=|<=|~=)$|:[\w+-]+:|:[A-Za-z_+][\w+-]*$|:\w+/|://|www[.]|@\w", re.IGNORECASE
)
_IN_SENTENCE = re.compile(r"""(['"(\[{]*)(.*?)([]'")},;.:!?]*)""")
_BACKTICKS = re.compile("`+")
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"
_LEFTWARD = ("R", "AL", "AN")

LEVEL_ICONS = {
    Level.ERROR: ":material/error:",
    Level.WARNING: ":material/warning:",
    Level.INFO: ":material/info:",
}


def plain(text: str) -> str:
    """``text`` as Markdown that shows exactly ``text``, on one line.

    A backslash stops what the parser reads as Markdown. Emoji codes, arrows, addresses and e-mails
    are put in after parsing, out of a backslash's reach: such a word stands as code, which is left
    as it is, so that what is copied is the word and nothing else. What is written from right to
    left is set apart, so that the words around it keep their order.
    """
    line = visible(" ".join(text.split()))
    safe = " ".join(map(_word, line.split(" ")))
    leftward = any(unicodedata.bidirectional(character) in _LEFTWARD for character in line)
    return f"{_ISOLATE}{safe}{_END_OF_ISOLATE}" if leftward else safe


def exact(text: str) -> str:
    """``text`` as code in Markdown, on one line: an id, a host or a path, to be copied.

    https://spec.commonmark.org/0.31.2/#code-spans
    """
    line = visible(" ".join(text.split()))
    fence = "`" * (1 + max((len(run) for run in _BACKTICKS.findall(line)), default=0))
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}" if line else ""


def _word(word: str) -> str:
    if not _REPLACED_AFTER_PARSING.search(word):
        return _escaped(word)
    before, itself, after = _IN_SENTENCE.fullmatch(word).groups()  # type: ignore[union-attr]
    return f"{_escaped(before)}{exact(itself)}{_escaped(after)}"


def _escaped(word: str) -> str:
    return _PUNCTUATION.sub(r"\\\1", word)


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


def show_each(*parts: Callable[[], object]) -> None:
    """Draws one part after the other, each even where another could not be. What has one answer
    for several of them is told once."""
    told: set[tuple[str, str]] = set()
    for part in parts:
        try:
            part()
        except MedallionError as error:
            if (error.code, error.hint) not in told:
                show_error(error)
            told.add((error.code, error.hint))


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
        st.markdown(f"## {what}", text_alignment="center")
        st.markdown(what_to_do, text_alignment="center")
        if page:
            st.page_link(page, label=link, icon=":material/arrow_forward:")
