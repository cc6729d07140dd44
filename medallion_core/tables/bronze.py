"""The locations that bronze is read from."""

from __future__ import annotations

from medallion_core.model import (
    FilesLocation,
    KafkaLocation,
    Location,
    TableLocation,
)


def location_name(location: Location) -> str:
    """The location as a person would write it."""
    match location:
        case TableLocation(table=table):
            return str(table)
        case FilesLocation(path=path):
            return path
        case KafkaLocation(topics=topics, pattern=pattern):
            return f"Kafka {', '.join(topics) or pattern}"
