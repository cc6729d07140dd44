"""What all tests share: the local workspace, and the same examples each time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from local_workspace.testing import RunningWorkspace, clean_environment

__all__ = ["ROOT", "RunningWorkspace", "clean_environment"]

ROOT = Path(__file__).parents[1]

pytest_plugins = ["local_workspace.testing.plugin"]

# The same examples each time where nobody looks at a new one.
settings.register_profile("ci", derandomize=True, deadline=None)
if "CI" in os.environ:
    settings.load_profile("ci")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With several processes, what takes longest must not be what is begun last."""
    items.sort(key=lambda item: item.get_closest_marker("minutes") is None)
