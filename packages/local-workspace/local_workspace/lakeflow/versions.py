"""Which version of each table a stream has read, and which it must not read on from."""

from __future__ import annotations

from collections.abc import Mapping

from local_workspace.catalog.metastore import Table
from local_workspace.lakeflow.errors import PipelineError

Versions = dict[str, list[str | int]]
"""By full name: the table's id, and how often its rows had been changed in place."""


def read_versions(tables: Mapping[str, Table | None]) -> Versions:
    return {
        name: [table.table_id, table.in_place_version]
        for name, table in tables.items()
        if table is not None
    }


def check_versions(before: Versions, now: Versions, streamed: Mapping[str, bool]) -> None:
    """Raises PipelineError for a table that was replaced, or changed in place unless the read
    skips changes (``streamed`` is true). Before the first commit nothing is refused."""
    for name, (table_id, version) in now.items():
        if name not in before:
            continue
        if before[name][0] != table_id:
            raise _replaced(str(before[name][0]), str(table_id))
        if before[name][1] != version and not streamed[name]:
            raise _changed(name, int(version))


def _replaced(before: str, now: str) -> PipelineError:
    return PipelineError(
        "DIFFERENT_DELTA_TABLE_READ_BY_STREAMING_SOURCE",
        f"The streaming query was reading from an unexpected Delta table (id = '{now}'). It used "
        f"to read from another Delta table (id = '{before}') according to checkpoint. This may "
        "happen when you changed the code to read from a new table or you deleted and re-created "
        "a table. Please revert your change or delete your streaming query checkpoint to restart "
        "from scratch.",
        "55019",
    )


def _changed(name: str, version: int) -> PipelineError:
    return PipelineError(
        "DELTA_SOURCE_TABLE_IGNORE_CHANGES",
        f"Detected a data update (for example UPDATE) in the source table {name} at version "
        f"{version}. This is currently not supported. If this is going to happen regularly and "
        "you are okay to skip changes, set the option 'skipChangeCommits' to 'true'. If you would "
        "like the data update to be reflected, please restart this query with a fresh checkpoint "
        "directory or do a full refresh.",
        "0A000",
    )
