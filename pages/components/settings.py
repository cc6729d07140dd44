"""The settings of a design, as a form: for a new design and for an open one."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from medallion_core.model import Publishing, Settings
from pages.components.text import plain

_NAME = ("^[a-z0-9_]+$", "Lower-case letters, digits and underscores.")
_MONTHS = range(1, 13)


def settings_form(settings: Settings, key: str, submit: str) -> Settings | None:
    """The settings as a person sent them; None as long as they have not, or where one lacks."""
    with st.form(key, border=False):
        with st.grid(3, min_column_width=240):
            edited = _main_fields(settings, key)
        with st.expander("More settings", icon=":material/tune:"):
            edited = _more_fields(edited, key)
        sent = st.form_submit_button(submit, type="primary")
    if not sent:
        return None
    missing = [
        label
        for label, value in (
            ("a pipeline name", edited.pipeline_name),
            ("a catalog", edited.catalog),
            ("a schema", edited.schema),
        )
        if not value
    ]
    if missing:
        st.warning(f"Give {plain(' and '.join(missing))}.")
        return None
    return edited


def _main_fields(settings: Settings, key: str) -> Settings:
    return replace(
        settings,
        pipeline_name=st.text_input(
            "Pipeline name", settings.pipeline_name, key=f"{key}_name", validate=_NAME
        ),
        catalog=st.text_input(
            "Catalog",
            settings.catalog,
            key=f"{key}_catalog",
            help="Created if it does not exist and you may create it.",
        ),
        schema=st.text_input(
            "Schema",
            settings.schema,
            key=f"{key}_schema",
            help="Created if it does not exist. All layers go into this one schema.",
        ),
    )


def _more_fields(settings: Settings, key: str) -> Settings:
    with st.grid(3, min_column_width=240):
        warehouse = st.text_input(
            "SQL warehouse",
            settings.sql_warehouse,
            key=f"{key}_warehouse",
            help="Id or name, for SQL only; the pipeline is serverless. Empty: the app's own.",
        )
        profile = st.text_input(
            "Databricks CLI profile", settings.databricks_cli_profile, key=f"{key}_profile"
        )
        publishing = st.selectbox(
            "Publishing",
            list(Publishing),
            list(Publishing).index(settings.publishing),
            key=f"{key}_publishing",
            help="Which field of the pipeline names the schema.",
        )
        owner = st.text_input(
            "Owner's e-mail",
            settings.owner,
            key=f"{key}_owner",
            type="email",
            help="Whom the permissions script grants to.",
        )
        readers = st.multiselect(
            "Readers of gold",
            list(settings.readers),
            list(settings.readers),
            key=f"{key}_readers",
            accept_new_options=True,
        )
        month = st.selectbox(
            "Fiscal year starts in month",
            _MONTHS,
            settings.fiscal_year_start_month - 1,
            key=f"{key}_fiscal",
        )
        schedule = st.text_input(
            "Schedule",
            settings.schedule,
            key=f"{key}_schedule",
            placeholder="0 0 5 * * ?",
            help="Quartz cron expression of a job that runs the pipeline. Empty: no job.",
        )
        notify = st.multiselect(
            "E-mails that hear of a failed scheduled run",
            list(settings.notify),
            list(settings.notify),
            key=f"{key}_notify",
            accept_new_options=True,
        )
    return replace(
        settings,
        sql_warehouse=warehouse.strip(),
        databricks_cli_profile=profile.strip() or "DEFAULT",
        publishing=publishing,
        owner=owner.strip(),
        readers=tuple(readers),
        fiscal_year_start_month=month,
        schedule=schedule.strip(),
        notify=tuple(notify),
    )
