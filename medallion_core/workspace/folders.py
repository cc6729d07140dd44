"""Where designs and bundles lie in workspace files.

``<root>/pipelines/<pipeline>/`` holds a bundle and, in ``.medallion``, what is known of its
deployments; ``<root>/drafts/<person>/<pipeline>/`` what a person works on.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from medallion_core.text.identifiers import folder_name
from medallion_core.workspace import sdk
from medallion_core.workspace.client import Workspace
from medallion_core.workspace.errors import remote_errors

if TYPE_CHECKING:
    from databricks.sdk.service.workspace import ObjectInfo

ROOT = "MEDALLION_ROOT"


def workspace_root(ws: Workspace) -> str:
    """The folder of all pipelines: ``MEDALLION_ROOT`` where an admin sets it, else one below the
    home of the identity that acts, where nobody else but workspace admins may write."""
    chosen = os.environ.get(ROOT, "").rstrip("/")
    return chosen or f"/Workspace/Users/{ws.user_name}/medallion"


def subfolders(ws: Workspace, path: str) -> list[ObjectInfo]:
    """The folders in ``path``; none where it is not there."""
    with remote_errors(f"Listing {path}"):
        try:
            found = list(ws.client.workspace.list(path))
        except sdk.NotFound:
            return []
    return [item for item in found if item.object_type is sdk.ObjectType.DIRECTORY and item.path]


def pipelines_folder(ws: Workspace) -> str:
    """The folder that has one for each pipeline."""
    return f"{workspace_root(ws)}/pipelines"


def pipeline_folder(ws: Workspace, pipeline_name: str) -> str:
    """The folder of one pipeline, and of no other."""
    return f"{pipelines_folder(ws)}/{folder_name(pipeline_name)}"


def drafts_folder(ws: Workspace, person: str) -> str:
    """The folder of one person's drafts."""
    return f"{workspace_root(ws)}/drafts/{folder_name(person)}"


def draft_folder(ws: Workspace, person: str, pipeline_name: str) -> str:
    """The folder of one person's draft for one pipeline."""
    return f"{drafts_folder(ws, person)}/{folder_name(pipeline_name)}"
