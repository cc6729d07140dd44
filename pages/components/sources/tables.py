"""Tables to tick: of a schema, found by a search, or from a pasted list."""

from __future__ import annotations

import re
from collections.abc import Collection

import streamlit as st

from medallion_core.browse import TableSummary
from medallion_core.errors import MedallionError
from medallion_core.model import TableName
from pages.components.frame.columns import rows_key, ticked
from pages.components.frame.filters import found, wanted_among
from pages.components.frame.session import session
from pages.components.frame.text import count, empty_state, errors_shown, plain
from pages.components.frame.typed import Row
from pages.components.sources import catalog
from pages.components.sources.basket import add_tables, show_add_buttons
from pages.components.sources.details import show_details

_SEPARATOR = re.compile(r"[\s,;|\"]+")
_QUOTED = re.compile(r"`([^`.]+)`")
_TICKED, _MISSING = "ticked_tables", "missing_tables"


def choose_schema() -> tuple[str, str] | None:
    """The catalog and the schema that a person looks into; None where there is none to see."""
    catalogs = catalog.catalogs()
    if not catalogs:
        empty_state("No catalog to see", "Ask for USE CATALOG on the catalog that you work with.")
        return None
    first = _first_place()
    left, right = st.columns(2)
    with left:
        chosen = _select("Catalog", catalogs, "catalog", first[0])
    schemas = catalog.schemas(chosen)
    with right:
        if not schemas:
            st.info("This catalog shows no schema to you. Ask for USE SCHEMA.")
            return None
        return chosen, _select("Schema", schemas, "schema", first[1] if chosen == first[0] else "")


def _first_place() -> tuple[str, str]:
    """Where there is something to see, for who comes without an address or a choice of theirs."""
    if {"catalog", "schema"} & {*st.query_params, *map(str, st.session_state)}:
        return "", ""
    try:
        return catalog.fullest_schema() or ("", "")
    except MedallionError:
        return "", ""


def _select(label: str, options: list[str], key: str, first: str) -> str:
    """A choice that outlives page changes and stands in the URL, so that it can be shared."""
    wanted = st.query_params.get(key) or first
    if key not in st.session_state and wanted in options:
        st.session_state[key] = wanted
    chosen = st.selectbox(label, options, key=key, persist_state="session")
    st.query_params[key] = chosen
    return chosen


def show_schema_tables() -> TableName | None:
    """The ticked table to show details of."""
    chosen = choose_schema()
    if chosen is None:
        return None
    tables = catalog.tables(*chosen)
    if not tables:
        empty_state("No tables here", "Choose another schema, or look at its files.")
        return None
    return show_table_list(tables, ".".join(chosen))


def show_found_tables(text: str) -> TableName | None:
    tables = catalog.found_tables(text)
    if not tables:
        st.info(f"No table, comment, column or schema matches {plain(text)}.")
        return None
    if len(tables) >= catalog.SEARCH_LIMIT:
        st.caption(f"The first {len(tables)} that match: search for more of the name.")
    return show_table_list(tables, f"search_{text}", searched=True)


def show_table_list(
    tables: list[TableSummary], key: str, *, searched: bool = False
) -> TableName | None:
    """Draws tables with ticks; returns the last one ticked. Ticks stay when another schema or
    search is looked at."""
    before: list[TableName] = st.session_state.setdefault(_TICKED, [])
    basket, had = {*session().tables}, {*before}
    every = [table_row(table, basket, searched=searched) for table in tables]
    places = found(every, wanted_among(len(every), f"tables_{key}"))
    tables, rows = [tables[place] for place in places], [every[place] for place in places]
    selected = st.dataframe(
        rows,
        key=rows_key(f"tables_{key}", (table.name for table in tables)),
        hide_index=True,
        placeholder="",
        on_select="rerun",
        selection_mode="multi-row",
        selection_default=ticked([i for i, table in enumerate(tables) if table.name in had]),
        column_config={"comment": st.column_config.TextColumn(width="large")},
    ).selection.rows
    here = [tables[row].name for row in selected if row < len(tables)]
    shown = {table.name for table in tables}
    names = [*(name for name in before if name not in shown), *here]
    st.session_state[_TICKED] = names
    show_add_buttons(names, [table.name for table in tables], key)
    return here[-1] if here else None


def table_row(table: TableSummary, basket: Collection[TableName], *, searched: bool) -> Row:
    in_basket = "✓" if table.name in basket else ""
    where = {
        "schema": f"{table.name.catalog}.{table.name.schema}",
        "found in": ", ".join(table.found),
    }
    return {
        "table": table.name.table,
        **(where if searched else {}),
        "basket": in_basket,
        "type": table.table_type,
        "columns": table.column_count,
        "comment": table.comment,
    }


def show_table_details(name: TableName) -> None:
    with errors_shown():
        show_details(catalog.source(name))


def show_pasted_list() -> None:
    """Many tables at once, from a list of names or a CSV file that holds them."""
    text = st.text_area(
        "Names of tables",
        placeholder="catalog.schema.table, one a line",
        height=180,
        key="names_of_tables",
        persist_state="session",
    )
    upload = st.file_uploader("Or a CSV file", type=["csv", "txt"])
    if upload is not None:
        text += "\n" + upload.getvalue().decode(errors="replace")
    names, others = parse_names(text)
    if others:
        st.warning(
            f"{count(len(others), 'word')} not read as catalog.schema.table: "
            f"{plain(', '.join(others[:5]))}"
        )
    st.button(
        f"Add {count(len(names), 'table')}" if names else "Add the tables of the list",
        type="primary",
        icon=":material/add_shopping_cart:",
        disabled=not names,
        on_click=add_existing,
        args=(names,),
    )
    missing = st.session_state.pop(_MISSING, [])
    if missing:
        st.error(
            f"{count(len(missing), 'table')} not added: not there, or you may not see "
            f"{'it' if len(missing) == 1 else 'them'}: {plain(', '.join(missing))}",
            icon=":material/error:",
        )


def add_existing(names: list[TableName]) -> None:
    """Those of ``names`` that are there go into the basket; the others are told of at once."""
    known = {name for place in {(n.catalog, n.schema) for n in names} for name in _names_in(*place)}
    there = [name for name in names if name in known]
    if there:
        add_tables(there)
    st.session_state[_MISSING] = [str(name) for name in names if name not in there]


def _names_in(catalog_name: str, schema: str) -> list[TableName]:
    """None where the schema is not there, or not for the person to see."""
    try:
        return [table.name for table in catalog.tables(catalog_name, schema)]
    except MedallionError:
        return []


def parse_names(text: str) -> tuple[list[TableName], list[str]]:
    """The tables that ``text`` names, once each and in order, and the words that name none. Names
    may be quoted, as Databricks copies them, and in any case, since the catalog knows none."""
    names: dict[TableName, None] = {}
    others: list[str] = []
    for word in filter(None, _SEPARATOR.split(text)):
        try:
            names[TableName.parse(_QUOTED.sub(r"\1", word).lower())] = None
        except ValueError:
            others.append(word)
    return list(names), others
