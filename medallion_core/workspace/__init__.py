"""The way to a Databricks workspace."""

from medallion_core.workspace.client import Workspace, connect
from medallion_core.workspace.engine import Parameters, Rows

__all__ = ["Parameters", "Rows", "Workspace", "connect"]
