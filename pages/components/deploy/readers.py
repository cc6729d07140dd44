"""Who is granted what once a run has met all criteria."""

from __future__ import annotations

import streamlit as st

from medallion_core.deploy import Plan
from pages.components.frame.filters import filtered
from pages.components.frame.text import count, plain

_COLUMNS = ("who", "privilege", "object", "withheld")


def show_readers(plan: Plan) -> None:
    """Nothing where nobody is granted anything. Open where something is withheld."""
    if not plan.readers:
        return
    people = plain(", ".join(dict.fromkeys(each.privilege.principal for each in plan.readers)))
    withheld = [each for each in plan.readers if each.withheld]
    label = f"Granted after the first run that meets all criteria: {people}"
    with st.expander(label, icon=":material/group:", expanded=bool(withheld)):
        if withheld:
            reasons = plain(" ".join(dict.fromkeys(each.withheld for each in withheld)))
            st.warning(f"{count(len(withheld), 'grant')} withheld. {reasons}")
        st.dataframe(
            filtered(
                [
                    {
                        "who": each.privilege.principal,
                        "privilege": each.privilege.privilege,
                        "object": each.privilege.subject,
                        "withheld": each.withheld,
                    }
                    for each in plan.readers
                ],
                "plan_readers",
            ),
            hide_index=True,
            placeholder="",
            column_order=_COLUMNS,
        )
