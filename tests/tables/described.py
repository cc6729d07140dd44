"""The tables that a run wrote beside what the inventory tells of them."""

from __future__ import annotations

from medallion_core.model import Design
from medallion_core.tables.datasets import Layer
from medallion_core.tables.inventory import inventory
from tests.conftest import RunningWorkspace

Columns = list[tuple[str, str]]
"""Each column's name and type, in order."""


def differing(workspace: RunningWorkspace, design: Design) -> dict[str, tuple[Columns, Columns]]:
    """Each table whose columns are others than the inventory's, with both. Bronze also has what
    the design does not know."""
    settings = design.settings
    rows = workspace.sql(
        f"SELECT table_name, column_name, full_data_type"
        f" FROM {settings.catalog}.information_schema.columns"
        f" WHERE table_schema = '{settings.schema}' ORDER BY table_name, ordinal_position"
    )
    there: dict[str, Columns] = {}
    for table, column, type_ in rows:
        there.setdefault(table, []).append((column, type_))
    told = {
        table.name: [(column.name, column.type) for column in table.columns]
        for table in inventory(design).tables
    }
    assert there.keys() == told.keys()
    for table in inventory(design).tables:
        if table.layer is Layer.BRONZE:
            known = {name for name, _ in told[table.name]}
            there[table.name] = [pair for pair in there[table.name] if pair[0] in known]
    return {name: (there[name], told[name]) for name in told if there[name] != told[name]}
