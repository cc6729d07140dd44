"""The tests of the stand-in use what it offers to the tests of others."""

from __future__ import annotations

pytest_plugins = ["local_workspace.testing.plugin"]
