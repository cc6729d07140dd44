"""Names in a pipeline: what a definition publishes, and what a read means."""

from __future__ import annotations

from dataclasses import dataclass

from local_workspace.catalog.column_ddl import split_name
from local_workspace.catalog.names import TableName, spark_name
from local_workspace.lakeflow.errors import PipelineError


@dataclass(frozen=True, slots=True)
class Names:
    """The pipeline's catalog and schema. ``legacy`` is the publishing mode of ``target``, where
    datasets of the same pipeline are read as ``LIVE.name`` only."""

    catalog: str
    schema: str
    legacy: bool

    def published(self, name: str) -> str:
        """The full name, in lower case, that a dataset defined as ``name`` gets.

        Raises PipelineError for a name that the publishing mode does not accept.
        """
        parts = split_name(name)
        if self.legacy and len(parts) > 1:
            raise PipelineError(
                "UNSUPPORTED_MULTIPART_NAME",
                f"Dataset name '{name}': a pipeline with 'target' publishes to its one schema. "
                "Give the dataset's name alone.",
            )
        return self._full(parts)

    def read(self, name: str) -> tuple[str, bool]:
        """The full name that a read means, and whether it was written as ``LIVE.name``."""
        parts = split_name(name)
        if len(parts) == 2 and parts[0].lower() == "live":
            return self._full(parts[1:]), True
        return self._full(parts), False

    def _full(self, parts: list[str]) -> str:
        missing = [self.catalog, self.schema][: 3 - len(parts)] if len(parts) < 3 else []
        full = [*missing, *parts]
        if len(full) != 3:
            raise PipelineError(
                "IDENTIFIER_TOO_MANY_NAME_PARTS",
                f"{'.'.join(parts)} is not a valid identifier as it has more than 3 name parts.",
                "42601",
            )
        return ".".join(full).lower()


def parse_full(full: str) -> TableName:
    """A full name as ``Names`` gives it."""
    return TableName(*full.split(".", 2))


def spark_table(full: str) -> str:
    """Where Spark's one catalog keeps ``catalog.schema.table``, quoted."""
    return spark_name(parse_full(full))
