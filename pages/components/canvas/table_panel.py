"""What is to be told of one table of a design: columns, keys, evidence, rules, rows and code, where
each column comes from, and where it lies in Databricks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import streamlit as st

from medallion_core.model import (
    Bridge,
    Design,
    Dimension,
    Entity,
    Fact,
    Location,
    Reference,
    TableName,
)
from medallion_core.tables.datasets import Dataset, Layer
from medallion_core.tables.inventory import inventory
from medallion_core.tables.lineage import column_edges, downstream, table_edges, upstream
from medallion_core.tables.sources import kind_of
from medallion_core.workspace.folders import pipeline_folder
from medallion_core.workspace.links import file_link
from pages.components.canvas.layout import shown
from pages.components.frame.columns import show_values
from pages.components.frame.connection import as_app
from pages.components.frame.links import show_link, show_made_link, source_link
from pages.components.frame.text import count, errors_shown, plain
from pages.components.preview.bundles import bundle_of, language
from pages.components.preview.rows import show_sampled_rows
from pages.components.sources import catalog

Rows = Callable[[str], None]
"""Draws rows of the table of this name."""


def show_table(design: Design, name: str, made: Rows | None = None) -> None:
    """``made`` draws the rows of a table that a run has made; without it they are computed from
    samples."""
    dataset = inventory(design).find(name)
    if dataset is None:
        _show_source(design, name)
        return
    _show_dataset(design, dataset, is_made=made is not None)
    _show_neighbours(design, name)
    _show_lineage(design, name, [column.name for column in dataset.columns])
    if st.toggle("Rows", key=f"rows_in_{shown(name)}"):
        with errors_shown():
            made(name) if made else show_sampled_rows(design, name)
    if st.toggle("Code", key=f"code_of_{name}"):
        text = bundle_of(design).get(dataset.file, "")
        st.code(text, language=language(dataset.file), line_numbers=True)


def _show_source(design: Design, name: str) -> None:
    st.caption("A source: it is read, never written to.")
    found = next(_reading(design, name), None)
    if found is None:
        return
    entity, location = found
    show_link("Open in Catalog Explorer", source_link(location))
    columns = [{"column": shown(c.source), "type": c.source_type} for c in entity.columns]
    st.dataframe(columns, hide_index=True, placeholder="")
    _show_neighbours(design, name)
    _show_lineage(design, name, list(dict.fromkeys(c.source for c in entity.columns)))
    if st.toggle("Rows", key=f"rows_in_{shown(name)}"):
        with errors_shown():
            show_values(catalog.sample(location, str(location)), f"Rows of {shown(name)}")


def _reading(design: Design, name: str) -> Iterator[tuple[Entity, Location]]:
    """The entities that read the source, each with where it does."""
    for entity in design.entities:
        for location in entity.reads:
            if kind_of(location).location_name == name:
                yield entity, location


def _show_dataset(design: Design, dataset: Dataset, *, is_made: bool) -> None:
    st.caption(f"{dataset.layer.value} · {dataset.kind.value} · {plain(dataset.file)}")
    settings, host = design.settings, as_app().host
    with st.container(horizontal=True, gap="small"):
        show_made_link(TableName(settings.catalog, settings.schema, dataset.name))
        if is_made:
            folder = pipeline_folder(as_app(), settings.pipeline_name)
            show_link("Open the file", file_link(host, f"{folder}/{dataset.file}"))
    _show_columns(dataset)
    for sentence in evidence(design, dataset):
        st.caption(plain(sentence))
    if dataset.layer is not Layer.GOLD:
        for entity in inventory(design).entities_of(dataset):
            _show_rules(entity)


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


def evidence(design: Design, dataset: Dataset) -> Iterator[str]:
    """Why the table is what it is: of gold, what is known of the entity that its rows are of."""
    match dataset.of:
        case Entity() as entity:
            yield from _evidence_of(design, entity)
        case Fact(kind_evidence=said, entity=name):
            yield from [f"Its kind: {said}"] * bool(said)
            yield from _evidence_of(design, design.entity(name))
        case Dimension(entity=name) | Bridge(entity=name):
            yield from _evidence_of(design, design.entity(name))


def _evidence_of(design: Design, entity: Entity) -> Iterator[str]:
    for title, said in (("Its role", entity.role_evidence), ("Its key", entity.key_evidence)):
        if said:
            yield f"{title}: {said}"
    for reference in design.references:
        if reference.entity == entity.name and reference.accepted:
            yield _referring(reference)


def _referring(reference: Reference) -> str:
    said = f": {reference.evidence}" if reference.evidence else "."
    return f"{', '.join(reference.columns)} refers to {reference.parent}{said}"


def _show_rules(entity: Entity) -> None:
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
    _show_names({"Made of": made_of, "Goes into": goes_into})


def _show_lineage(design: Design, name: str, columns: list[str]) -> None:
    """Of one column: all that it comes from, and all that is made of it."""
    chosen = st.selectbox(
        "Lineage of a column",
        columns,
        index=None,
        format_func=shown,
        key=f"lineage_in_{shown(name)}",
        placeholder="Choose a column",
    )
    if chosen is None:
        return
    column = f"{name}.{chosen}"
    comes_from = upstream(design, column) if column in column_edges(design) else []
    goes_into = downstream(design, column)
    _show_names({"Comes from": comes_from, "Goes into": goes_into})
    if not comes_from and not goes_into:
        st.caption("It comes from no other column, and none is made of it.")


def _show_names(found: dict[str, list[str]]) -> None:
    for title, names in found.items():
        if names:
            st.caption(f"{title}: {', '.join(map(plain, dict.fromkeys(names)))}")
