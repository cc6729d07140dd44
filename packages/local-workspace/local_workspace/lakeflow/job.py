"""What an update hands to its child process, as one JSON document."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Job:
    """One update. ``files`` maps workspace paths to where their text lies on disk."""

    update_id: str
    pipeline_id: str
    home: str
    remote: str
    session_id: str
    catalog: str
    schema: str
    legacy: bool
    owner: str
    files: dict[str, str]
    configuration: dict[str, str] = field(default_factory=dict)
    full_refresh: bool = False
    full_refresh_selection: tuple[str, ...] = ()
    refresh_selection: tuple[str, ...] = ()
    validate_only: bool = False
    secrets: dict[str, str] = field(default_factory=dict)

    @property
    def storage(self) -> Path:
        """Where the pipeline keeps its tables' files and its checkpoints."""
        return Path(self.home) / "pipelines" / self.pipeline_id

    @property
    def code(self) -> str:
        """Changes with every file and every setting of the pipeline."""
        texts = [Path(file).read_text(encoding="utf-8") for _, file in sorted(self.files.items())]
        return json.dumps([texts, self.catalog, self.schema, sorted(self.configuration.items())])

    def dump(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, text: str) -> Job:
        document: dict[str, Any] = json.loads(text)
        for name in ("full_refresh_selection", "refresh_selection"):
            document[name] = tuple(document[name])
        return cls(**document)
