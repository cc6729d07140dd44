"""The canvas alone, over a design of many tables: what a browser test opens without a workspace.

``?picture=`` is star, lineage or run, ``tables`` how many the design has.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[2]))

from bench.generate import wide_star
from medallion_core.model import Design, Entity
from medallion_core.run.events import TableRun
from medallion_core.tables.inventory import expected_tables
from pages.components.canvas import table_panel
from pages.components.canvas.pictures import show_lineage_canvas, show_star_canvas
from pages.components.runs import graph as run_pictures
from pages.components.runs.view import show_graph

HOSTILE = "<img src=x onerror=alert(1)>"
LONG = "interaction_history_of_customers_by_sales_representative"
STATES = tuple(run_pictures.STATES)


@st.cache_resource
def design(tables: int) -> Design:
    """With one source of a hostile name, and one of a long one."""
    wide = wide_star(tables)
    first, second, *others = wide.entities
    return replace(wide, entities=(read_from(first, HOSTILE), read_from(second, LONG), *others))


def read_from(entity: Entity, table: str) -> Entity:
    (location,) = entity.reads
    return replace(entity, reads=(replace(location, table=replace(location.table, table=table)),))


def run(of: Design) -> SimpleNamespace:
    names = expected_tables(of)
    tables = [
        TableRun(name=name, state=STATES[number % len(STATES)]) for number, name in enumerate(names)
    ]
    return SimpleNamespace(update_id="u1", tables=tables)


def main() -> None:
    table_panel.as_app = lambda: SimpleNamespace(host="https://shop.example.com", user_name="ada")
    st.set_page_config(layout="wide")
    opened = design(int(st.query_params.get("tables", "300")))
    match st.query_params.get("picture", "star"):
        case "star":
            show_star_canvas(opened, "star")
        case "lineage":
            show_lineage_canvas(opened, "lineage")
        case _:
            show_graph(opened, run(opened))


# What collects tests imports every file.
if __name__ == "__main__":
    main()
