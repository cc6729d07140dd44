"""Unity Catalog, files and topics, as a person browses them, to sources."""

from medallion_core.browse.again import read_again
from medallion_core.browse.catalog import (
    TableSummary,
    fullest_schema,
    has_table,
    list_catalogs,
    list_groups,
    list_schemas,
    list_tables,
    list_warehouses,
    missing_groups,
    sample_rows,
    search_tables,
)
from medallion_core.browse.files import file_source, file_sources
from medallion_core.browse.kafka import kafka_source
from medallion_core.browse.listing import FileSummary, VolumeSummary, list_files, list_volumes
from medallion_core.browse.sources import described_sources, find_sources, read_sources

__all__ = [
    "FileSummary",
    "TableSummary",
    "VolumeSummary",
    "described_sources",
    "file_source",
    "file_sources",
    "find_sources",
    "fullest_schema",
    "has_table",
    "kafka_source",
    "list_catalogs",
    "list_files",
    "list_groups",
    "list_schemas",
    "list_tables",
    "list_volumes",
    "list_warehouses",
    "missing_groups",
    "read_again",
    "read_sources",
    "sample_rows",
    "search_tables",
]
