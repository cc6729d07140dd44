"""The way to a Databricks workspace."""

from medallion_core.workspace.client import Workspace, connect
from medallion_core.workspace.engine import NOT_ASKED, STOPPED, Parameters, Rows

__all__ = ["NOT_ASKED", "STOPPED", "Parameters", "Rows", "Workspace", "connect"]
