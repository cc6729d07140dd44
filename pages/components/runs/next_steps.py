"""What to do with a pipeline whose run has met all criteria: query, open, schedule, share."""

from __future__ import annotations

import streamlit as st

from medallion_core.model import Design, TableName
from medallion_core.tables.inventory import inventory, reader_tables
from medallion_core.tables.personal import undecided_columns
from medallion_core.text import sql
from medallion_core.text.schedules import TIMEZONE
from medallion_core.trust import why_unscheduled
from medallion_core.workspace.folders import pipeline_folder
from medallion_core.workspace.links import editor_link, file_link, pipeline_link, table_link
from pages.components.frame.code import show_code
from pages.components.frame.connection import as_app, asker
from pages.components.frame.text import exact, plain


def show_next_steps(design: Design, pipeline_id: str) -> None:
    settings, host = design.settings, as_app().host
    with st.expander("What now: query it, open it, schedule it, share it", icon=":material/flag:"):
        st.markdown("**Query it** in the SQL editor")
        show_code(star_query(design), "sql")
        st.markdown("**Open it** in Databricks")
        show_links(
            ("Open the SQL editor", editor_link(host)),
            ("Open the schema", table_link(host, settings.catalog, settings.schema)),
            ("Open the pipeline", pipeline_link(host, pipeline_id)),
            ("Open the code", file_link(host, pipeline_folder(as_app(), settings.pipeline_name))),
        )
        st.markdown(f"**Schedule it**: {_schedule(design)}")
        st.markdown(f"**Share it**: {_readers(design)}")
        st.page_link(
            "pages/design.py", label="Settings, in Design", icon=":material/arrow_forward:"
        )


def show_links(*links: tuple[str, str]) -> None:
    """Each with what it says; one without an address is left out."""
    with st.container(horizontal=True):
        for label, address in links:
            if address:
                st.link_button(label, address, icon=":material/open_in_new:")


def star_query(design: Design) -> str:
    """The first fact with its first dimension; without a star the first table."""
    place = (design.settings.catalog, design.settings.schema)
    tables = inventory(design).tables
    facts = {fact.name for fact in design.star.facts}
    for table in tables:
        if table.name in facts and table.schema.foreign_keys:
            key = table.schema.foreign_keys[0]
            pairs = zip(key.columns, key.parent_columns, strict=True)
            on = " AND ".join(f"f.{sql.name(own)} = d.{sql.name(other)}" for own, other in pairs)
            return (
                f"SELECT * FROM {sql.dotted(*place, table.name)} AS f\n"
                f"JOIN {sql.dotted(*place, key.parent)} AS d ON {on}\nLIMIT 100"
            )
    return query_of(TableName(*place, tables[-1].name))


def query_of(name: TableName) -> str:
    return f"SELECT * FROM {sql.dotted(name.catalog, name.schema, name.table)} LIMIT 100"


def _schedule(design: Design) -> str:
    """A schedule that an admin has not allowed is left out of what is deployed."""
    schedule = design.settings.schedule
    if not schedule:
        return "give a schedule, then deploy: a job runs it."
    unscheduled = why_unscheduled(asker(), design.settings)
    return plain(unscheduled) or f"a job runs it by {exact(schedule)}, in {TIMEZONE}."


def _readers(design: Design) -> str:
    """What was asked for: whether it was granted is known to the deployment alone."""
    readers = design.settings.readers
    if not readers:
        return "name readers of gold, then deploy and run: they are granted SELECT on gold."
    undecided = undecided_columns(design)
    personal = [f"{t}.{column}" for t in reader_tables(design) for column in undecided.get(t, ())]
    asked = (
        f"SELECT on gold was asked for {plain(', '.join(readers))}; Deploy says what is withheld."
    )
    if not personal:
        return asked
    return (
        f"{asked} A table with personal data that nobody has decided on is granted to nobody: "
        f"{plain(', '.join(personal))}."
    )
