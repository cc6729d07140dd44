"""One workspace: where its state lies and what answers for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from local_workspace.catalog.metastore import Metastore
from local_workspace.spark import SparkServer
from local_workspace.state import State


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    method: str
    path: str
    status: int


@dataclass(eq=False)
class LocalWorkspace:
    """``host`` is the url that clients use, ``admin`` the client id of the service principal that
    the workspace hands out. ``scale`` is the scale factor of ``samples.tpch``."""

    home: Path
    state: State
    spark: SparkServer
    metastore: Metastore
    host: str = ""
    scale: float = 0.01
    requests: list[LoggedRequest] = field(default_factory=list)

    @classmethod
    def at(cls, home: Path, scale: float = 0.01) -> LocalWorkspace:
        """The workspace that lives in ``home``, made there if nothing is."""
        state = State(home)
        return cls(home, state, SparkServer(home), Metastore(state), scale=scale)

    @property
    def volumes(self) -> Path:
        """Where the files of volumes lie: ``<catalog>/<schema>/<volume>/…``."""
        return self.home / "volumes"
