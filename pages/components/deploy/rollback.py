"""Earlier deployments, and the way back to one of them."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from medallion_core.deploy import past_deployments, past_design
from medallion_core.deploy.permit import permit_look
from medallion_core.model import Design
from pages.components.deploy.deployments import forget_plan
from pages.components.frame.code import show_code
from pages.components.frame.columns import moment_column
from pages.components.frame.connection import as_app, asker
from pages.components.frame.session import instead_of, keep_edit
from pages.components.frame.text import count, errors_shown, plain
from pages.components.frame.typed import Row
from pages.components.preview.differences import design_difference


def show_past_deployments(design: Design) -> None:
    with st.expander(
        "Earlier deployments", icon=":material/history:", key="rollback_open", on_change="rerun"
    ) as box:
        if box.open:
            with errors_shown():
                _show(design)


def _show(design: Design) -> None:
    name = design.settings.pipeline_name
    permit_look(asker(), name)
    past = past_deployments(as_app(), name)
    if not past:
        st.caption("Nothing was deployed yet.")
        return
    rows: list[Row] = [
        {"number": each.number, "when": datetime.fromisoformat(each.at), "who": each.by}
        for each in past
    ]
    chosen = st.dataframe(
        rows,
        key="past_deployments",
        hide_index=True,
        placeholder="",
        on_select="rerun",
        selection_mode="single-row",
        column_config={"when": moment_column()},
    ).selection.rows
    if not chosen:
        st.caption("Tick one to see how it differs from the open design.")
        return
    _show_one(design, past[chosen[0]].number)


def _show_one(design: Design, number: int) -> None:
    earlier = past_design(as_app(), design.settings.pipeline_name, number)
    changed = design_difference(design, earlier)
    st.markdown(f"**Deployment {number}**: {_in_words(earlier)}")
    if not changed:
        st.success("This is the open design.", icon=":material/check:")
        return
    show_code(changed, "diff", height=320)
    with st.popover(f"Go back to deployment {number}", icon=":material/undo:"):
        _confirm(design, earlier, number)


def _confirm(design: Design, earlier: Design, number: int) -> None:
    st.markdown(
        f"The open design becomes that of deployment {number}. What is deployed stays until you "
        "deploy it; the plan then says which tables need a full refresh."
    )
    if st.button("Go back", type="primary", icon=":material/undo:"):
        keep_edit(instead_of(design, earlier))
        forget_plan()
        st.rerun()


def _in_words(design: Design) -> str:
    star = design.star
    return plain(
        f"{count(len(design.entities), 'table')}, {count(len(star.facts), 'fact')}, "
        f"{count(len(star.dimensions), 'dimension')}"
    )
