"""Whether rules did in a run what the app said they would do, table by table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.profile import BrokenRows, count_broken_rows
from medallion_core.run import RunStatus
from medallion_core.workspace import Workspace


def counts_before(ws: Workspace, design: Design) -> dict[str, BrokenRows]:
    """What is said of today's rows, by entity; those that SQL cannot read are left out."""
    counted = {}
    for entity in design.entities:
        try:
            counted[entity.name] = count_broken_rows(ws, entity)
        except MedallionError as error:
            if error.code != "NOT_READABLE":
                raise
    return counted


def differences(said: Mapping[str, BrokenRows], update: RunStatus) -> Iterator[str]:
    """What the first update of a pipeline did differently, as lines for a person."""
    tables = {table.name: table for table in update.tables}
    for entity, rows in said.items():
        silver = tables[f"silver_{entity}"]
        found = {rule.name: rule.failed for rule in silver.expectations}
        for rule, count in rows.broken.items():
            if found.get(rule) != count:
                yield f"{entity}.{rule}: said {count}, found {found.get(rule)}"
        if silver.rows_dropped != rows.quarantined + rows.dropped:
            kept_out = rows.row_count - rows.passed
            yield f"{entity}: said that {kept_out} rows stay out, {silver.rows_dropped} did"
