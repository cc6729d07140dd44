"""Where designs and bundles lie in workspace files."""

from __future__ import annotations

import os

from medallion_core.text.identifiers import snake_case

DEFAULT_ROOT = "/Workspace/Shared/medallion"


def workspace_root() -> str:
    """The folder of all pipelines: ``MEDALLION_ROOT``, which ``app.yaml`` sets."""
    return os.environ.get("MEDALLION_ROOT", DEFAULT_ROOT).rstrip("/")


def pipeline_folder(pipeline_name: str) -> str:
    """The folder of one pipeline. Names that read alike in snake case share it."""
    return f"{workspace_root()}/{snake_case(pipeline_name)}"
