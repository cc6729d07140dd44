"""Where the rows of bronze come from."""

from __future__ import annotations

from medallion_core.model import (
    FilesLocation,
    KafkaLocation,
    Location,
    TableLocation,
)


def place(location: Location) -> str:
    """Where rows come from, as a person would say it."""
    match location:
        case TableLocation(table=table):
            return str(table)
        case FilesLocation(path=path):
            return path
        case KafkaLocation(topics=topics, pattern=pattern):
            return f"Kafka {', '.join(topics) or pattern}"
