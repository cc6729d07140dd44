"""The options of one read."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FileOptions:
    """``reader`` are the options of the file format, the others those of Databricks."""

    format: str
    infer: bool = True
    hints: str = ""
    evolution: str = "addNewColumns"
    rescued: str = "_rescued_data"
    partitions: tuple[str, ...] = ()
    reader: dict[str, str] = field(default_factory=dict)

    def flag(self, name: str) -> bool:
        return self.get(name, "false").lower() == "true"

    def get(self, name: str, default: str = "") -> str:
        """Without regard to case."""
        given = {key.lower(): value for key, value in self.reader.items()}
        return given.get(name.lower(), default)
