"""Tables that somebody agreed to read again in full, until a run has done so."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from medallion_core.deploy.manifest import Manifest
from medallion_core.run.log import recent_updates, update_state
from medallion_core.workspace import Workspace

if TYPE_CHECKING:
    from databricks.sdk.service.pipelines import UpdateInfo

_LOOKED_AT = 25
"""Updates that are asked for: a full refresh further back would not be pending any more."""


def pending_refresh(ws: Workspace, manifest: Manifest) -> dict[str, str]:
    """Those of the manifest's tables that no completed update refreshed since, and when it was
    agreed to."""
    if not manifest.full_refresh or not manifest.pipeline_id:
        return manifest.full_refresh
    updates = recent_updates(ws, manifest.pipeline_id, limit=_LOOKED_AT)
    return {
        table: agreed_at
        for table, agreed_at in manifest.full_refresh.items()
        if not any(_refreshed(update, table, agreed_at) for update in updates)
    }


def _refreshed(update: UpdateInfo, table: str, agreed_at: str) -> bool:
    started = (update.creation_time or 0) / 1000
    later = started >= datetime.fromisoformat(agreed_at).timestamp()
    whole = bool(update.full_refresh) or table in (update.full_refresh_selection or [])
    return later and whole and update_state(update) == "COMPLETED"
