"""What there is to build from, and how it is named."""

from __future__ import annotations

from typing import Any

from medallion_core.browse import (
    file_sources,
    list_catalogs,
    list_schemas,
    list_tables,
    read_sources,
    sample_rows,
    search_tables,
)
from medallion_core.browse.kafka import infer_value_schema, kafka_source
from medallion_core.errors import MedallionError
from medallion_core.model import KafkaLocation, Source, TableLocation, TableName
from medallion_core.workspace import Rows, Workspace


class Sources:
    """Tables, files and topics, as who is signed in sees them."""

    _workspace: Workspace

    def browse(self, scope: str = "") -> list[str]:
        """The catalogs; the schemas of a catalog; or the tables of ``catalog.schema``."""
        match [part for part in scope.split(".") if part]:
            case []:
                return list_catalogs(self._workspace)
            case [catalog]:
                return list_schemas(self._workspace, catalog)
            case [catalog, schema]:
                found = list_tables(self._workspace, catalog, schema)
                return [str(each.name) for each in found]
        raise _no_scope(scope)

    def search(self, text: str, limit: int = 100) -> list[str]:
        """Tables of all catalogs that have ``text`` in their name or comment."""
        return [str(each.name) for each in search_tables(self._workspace, text, limit)]

    def tables(self, *names: str) -> list[Source]:
        """Tables as sources: ``catalog.schema`` for all of a schema, or ``catalog.schema.table``.

        Raises MedallionError TABLE_NOT_FOUND or INVALID_NAME.
        """
        found = [name for scope in names for name in self._named(scope)]
        return read_sources(self._workspace, list(dict.fromkeys(found)))

    def files(self, path: str) -> list[Source]:
        """A folder or a file of a volume as sources: ``/Volumes/catalog/schema/volume/…``."""
        return file_sources(self._workspace, path)

    def topic(self, servers: str, *topics: str, schema: str = "", **options: Any) -> Source:
        """Kafka topics as a source. ``schema`` says what a message has: columns in SQL of JSON, as
        ``schema_of`` derives them. ``options`` are further ones of
        ``medallion_core.model.KafkaLocation``.

        Raises MedallionError SCHEMA_INVALID.
        """
        return kafka_source(KafkaLocation(servers, topics, value_schema=schema, **options))

    def schema_of(self, *messages: str) -> str:
        """The schema of JSON messages: ``id BIGINT, paid BOOLEAN``."""
        return infer_value_schema(self._workspace, messages)

    def rows(self, source: Source | str, limit: int = 20) -> Rows:
        """Some rows of a source or a table, as a ``pyarrow.Table``."""
        if isinstance(source, Source):
            return sample_rows(self._workspace, source.location, limit)
        [name] = self._named(source)
        return sample_rows(self._workspace, TableLocation(name), limit)

    def _named(self, scope: str) -> list[TableName]:
        parts = scope.split(".")
        if len(parts) not in (2, 3):
            raise _no_scope(scope)
        there = list_tables(self._workspace, parts[0], parts[1])
        found = [each.name for each in there if parts[2:] in ([], [each.name.table])]
        if not found:
            raise MedallionError(
                "TABLE_NOT_FOUND",
                f"There is no table {scope!r} that you may see.",
                f"List what there is: builder.browse({'.'.join(parts[:2])!r}).",
            )
        return found


def _no_scope(scope: str) -> MedallionError:
    return MedallionError(
        "INVALID_NAME",
        f"{scope!r} names no tables.",
        "Write catalog.schema or catalog.schema.table.",
    )
