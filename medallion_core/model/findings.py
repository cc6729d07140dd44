"""What a person should look at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a person should look at. ``subject`` is the table, file or rule it is about."""

    level: Level
    subject: str
    detail: str
    hint: str = ""
