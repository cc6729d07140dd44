"""The settings of a design, as a form: for a new design and for an open one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from medallion_core.browse import missing_groups
from medallion_core.check import check_settings
from medallion_core.errors import MedallionError
from medallion_core.model import Ci, Finding, Level, Proofs, Publishing, Settings
from medallion_core.text.visible import visible
from pages.components.frame.connection import as_person
from pages.components.frame.text import plain, show_finding
from pages.components.sources.catalog import catalogs, groups, schemas, warehouses

_NAME = ("^[a-z0-9_]+$", "Lower-case letters, digits and underscores.")
_MONTHS = range(1, 13)
_APPLICATION_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NO_GROUP = "Write it as the account does; a group of the workspace alone can be granted nothing."


def settings_form(settings: Settings, key: str, submit: str) -> Settings | None:
    """The settings as a person sent them; None as long as they have not, or where no workspace
    would take them."""
    with st.form(key, border=False):
        with st.grid(3, min_column_width=240):
            edited = _main_fields(settings, key)
        with st.expander("More settings", icon=":material/tune:"):
            edited = _more_fields(edited, key)
        sent = st.form_submit_button(submit, type="primary")
    if not sent:
        return None
    findings = check_settings(edited) or unknown_groups(settings, edited)
    for finding in findings:
        show_finding(finding)
    return None if findings else edited


def unknown_groups(before: Settings, edited: Settings) -> list[Finding]:
    """An ERROR for each group that was typed and that nobody has."""
    said = {*before.readers, before.unmasked_group, *groups()[0], ""}
    asked = {"readers": edited.readers, "unmasked_group": (edited.unmasked_group,)}
    typed = {
        field: [name for name in names if _is_group(name) and name not in said]
        for field, names in asked.items()
    }
    return [
        Finding(Level.ERROR, f"settings.{field}", f"The account has no group {name}.", _NO_GROUP)
        for field, names in typed.items()
        for name in missing_groups(as_person(), names)
    ]


def _is_group(name: str) -> bool:
    """And neither an e-mail nor an application id."""
    return "@" not in name and not _APPLICATION_ID.fullmatch(name)


def _main_fields(settings: Settings, key: str) -> Settings:
    return replace(
        settings,
        pipeline_name=st.text_input(
            "Pipeline name", settings.pipeline_name, key=f"{key}_name", validate=_NAME
        )
        or "",
        catalog=_picked(
            "Catalog",
            settings.catalog,
            known(catalogs),
            f"{key}_catalog",
            "Choose one, or type a new one: it is created if you may create it.",
        ),
        schema=_picked(
            "Schema",
            settings.schema,
            known(lambda: schemas(settings.catalog)),
            f"{key}_schema",
            "Choose one, or type a new one: it is created. All layers go into this one schema.",
        ),
    )


def _more_fields(settings: Settings, key: str) -> Settings:
    with st.grid(3, min_column_width=240):
        settings = _workspace_fields(settings, key)
        settings = _people_fields(settings, key)
        return _time_fields(settings, key)


def _workspace_fields(settings: Settings, key: str) -> Settings:
    fields, services, makers = list(Publishing), list(Ci), list(Proofs)
    return replace(
        settings,
        sql_warehouse=_picked(
            "SQL warehouse",
            settings.sql_warehouse,
            known(warehouses),
            f"{key}_warehouse",
            "Id or name, for SQL only; the pipeline is serverless.",
            nothing="The app's own",
        ),
        databricks_cli_profile=_text(
            "Databricks CLI profile", settings.databricks_cli_profile, f"{key}_profile"
        )
        or "DEFAULT",
        publishing=st.selectbox(
            "Publishing",
            fields,
            fields.index(settings.publishing),
            key=f"{key}_publishing",
            help="The field that names the schema. A pipeline keeps what it was made with.",
        ),
        proofs=st.selectbox(
            "Proofs",
            makers,
            makers.index(settings.proofs),
            key=f"{key}_proofs",
            help="What makes the tables that prove the others: each update of the pipeline, or the "
            "job after it, by a SQL warehouse. Tables that are there keep what made them.",
        ),
        ci=st.selectbox(
            "Continuous deployment",
            services,
            services.index(settings.ci),
            key=f"{key}_ci",
            help="The service whose steps the bundle holds.",
        ),
    )


def _people_fields(settings: Settings, key: str) -> Settings:
    return replace(
        settings,
        owner=_text(
            "Owner's e-mail",
            settings.owner,
            f"{key}_owner",
            "Whom the permissions script grants to.",
        ),
        readers=_readers(settings.readers, f"{key}_readers"),
        unmasked_group=_picked(
            "Group that sees masked columns",
            settings.unmasked_group,
            groups()[0],
            f"{key}_unmasked",
            "An account group: choose one, or type its name.",
            nothing="Nobody",
        ),
    )


def _readers(readers: tuple[str, ...], key: str) -> tuple[str, ...]:
    known_groups, refused = groups()
    help_ = "Account groups to choose from; e-mails and application ids can be typed."
    with st.container(gap="xxsmall"):
        chosen = _names("Readers of gold", readers, key, known_groups, help_)
        if refused:
            st.caption(f"The groups cannot be listed for you; type their names. {plain(refused)}")
    return chosen


def _time_fields(settings: Settings, key: str) -> Settings:
    return replace(
        settings,
        fiscal_year_start_month=st.selectbox(
            "Fiscal year starts in month",
            _MONTHS,
            settings.fiscal_year_start_month - 1,
            key=f"{key}_fiscal",
            help="The calendar counts fiscal years and quarters from it.",
        ),
        schedule=_text(
            "Schedule",
            settings.schedule,
            f"{key}_schedule",
            "Quartz cron expression, in UTC, of a job that runs the pipeline. Empty: no job.",
            placeholder="0 0 5 * * ?",
        ),
        notify=_names(
            "E-mails that hear of a failed scheduled run", settings.notify, f"{key}_notify"
        ),
    )


def known(look: Callable[[], list[str]]) -> list[str]:
    """What there is to choose from, as the person sees it; nothing where that cannot be read: a
    name can be typed all the same."""
    try:
        return look()
    except MedallionError:
        return []


def _picked(
    label: str, value: str, options: list[str], key: str, help_: str, *, nothing: str = ""
) -> str:
    """One of ``options``, or what was typed. ``nothing``: what an empty text is called, which can
    be chosen then."""
    offered = list(dict.fromkeys([*filter(None, [value]), *[""] * bool(nothing), *options]))
    chosen = st.selectbox(
        label,
        offered,
        index=0 if value or nothing else None,
        format_func=lambda each: visible(each) or nothing,
        key=key,
        help=help_,
        accept_new_options=True,
    )
    return (chosen or "").strip()


def _text(label: str, value: str, key: str, help_: str = "", placeholder: str = "") -> str:
    text = st.text_input(label, value, key=key, help=help_ or None, placeholder=placeholder or None)
    return (text or "").strip()


def _names(
    label: str, names: tuple[str, ...], key: str, known_names: Sequence[str] = (), help_: str = ""
) -> tuple[str, ...]:
    """Some of ``known_names``, and what was typed."""
    chosen = st.multiselect(
        label,
        list(dict.fromkeys([*names, *known_names])),
        list(names),
        format_func=visible,
        key=key,
        help=help_ or None,
        accept_new_options=True,
        select_all=False,
    )
    return tuple(chosen)
