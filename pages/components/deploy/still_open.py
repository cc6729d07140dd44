"""What the design leaves open, and what follows for what is deployed now."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from medallion_core.edit import open_questions, undecided_columns
from medallion_core.model import Design
from pages.components.frame.text import count


def show_still_open(design: Design) -> None:
    """Nothing where every question is answered."""
    left = list(still_open(design))
    if left:
        st.info(
            "**Still open in the design**, and deployed as it is:\n"
            + "".join(f"\n- {sentence}" for sentence in left),
            icon=":material/help:",
        )


def still_open(design: Design) -> Iterator[str]:
    """A sentence a kind of question: how many there are, and what becomes of the rows meanwhile."""
    left = open_questions(design)
    if left.references:
        found = count(len(left.references), "possible reference")
        yield f"{found}, by which no row is joined, and which no star has."
    if left.feeds:
        found = count(sum(map(len, left.feeds)), "table")
        yield f"{found} whose rows may be changes of rows: read as the design has it today."
    if left.personal:
        found = count(len(undecided_columns(design)), "column")
        yield f"{found} that may be personal data: readers are not granted the tables with them."
    if left.questions:
        found = count(len(left.questions), "proposal")
        yield f"{found} that nobody has confirmed: built as proposed."
    if left.findings:
        found = count(len(left.findings), "finding")
        yield f"{found} of the checks: see Findings in Preview."
