"""What is to be told of one table of a design: columns, keys, rules, evidence, neighbours, code."""

from __future__ import annotations

import streamlit as st

from medallion_core.model import Design, Entity
from medallion_core.tables.datasets import Dataset, Layer
from medallion_core.tables.inventory import inventory
from medallion_core.tables.lineage import table_edges
from medallion_core.tables.sources import kind_of
from medallion_core.workspace.links import table_link
from pages.components.frame.connection import as_app
from pages.components.frame.text import count, plain
from pages.components.preview.bundles import bundle_of, language


def show_table(design: Design, name: str) -> None:
    st.markdown(f"**{plain(name)}**")
    dataset = inventory(design).find(name)
    if dataset is None:
        _show_source(design, name)
    else:
        _show_dataset(design, dataset)
    _show_neighbours(design, name)
    if dataset is not None and st.toggle("Code", key=f"code_of_{name}"):
        text = bundle_of(design).get(dataset.file, "")
        st.code(text, language=language(dataset.file), line_numbers=True)


def _show_source(design: Design, name: str) -> None:
    st.caption("A source: it is read, never written to.")
    for entity in design.entities:
        if name in {kind_of(location).location_name for location in entity.reads}:
            columns = [{"column": c.source, "type": c.source_type} for c in entity.columns]
            st.dataframe(columns, hide_index=True, placeholder="")
            return


def _show_dataset(design: Design, dataset: Dataset) -> None:
    st.caption(f"{dataset.layer.value} · {dataset.kind.value} · {plain(dataset.file)}")
    settings = design.settings
    address = table_link(as_app().host, settings.catalog, settings.schema, dataset.name)
    if address:
        st.link_button("Open in Catalog Explorer", address, type="tertiary")
    _show_columns(dataset)
    for entity in inventory(design).entities_of(dataset) if dataset.layer is not Layer.GOLD else ():
        _show_entity(entity)


def _show_columns(dataset: Dataset) -> None:
    schema = dataset.schema
    referred = {column: key.parent for key in schema.foreign_keys for column in key.columns}
    rows = [
        {
            "column": column.name,
            "type": column.type,
            "key": "key" if column.name in schema.primary_key else referred.get(column.name, ""),
            "comment": column.comment,
        }
        for column in schema.columns
    ]
    st.caption(count(len(rows), "column"))
    st.dataframe(rows, hide_index=True, placeholder="")


def _show_entity(entity: Entity) -> None:
    for title, said in (("Its role", entity.role_evidence), ("Its key", entity.key_evidence)):
        if said:
            st.caption(f"{title}: {plain(said)}")
    if entity.rules:
        st.caption(count(len(entity.rules), "rule"))
        st.dataframe(
            [
                {"rule": rule.name, "condition": rule.condition, "on violation": rule.action.value}
                for rule in entity.rules
            ],
            hide_index=True,
            placeholder="",
        )


def _show_neighbours(design: Design, name: str) -> None:
    edges = list(table_edges(design))
    made_of = [start for start, end in edges if end == name]
    goes_into = [end for start, end in edges if start == name]
    for title, names in (("Made of", made_of), ("Goes into", goes_into)):
        if names:
            st.caption(f"{title}: {', '.join(map(plain, dict.fromkeys(names)))}")
