"""The way to a Databricks workspace."""

from medallion_core.workspace.client import Workspace, connect
from medallion_core.workspace.engine import STOPPED, Parameters, Rows

__all__ = ["STOPPED", "Parameters", "Rows", "Workspace", "connect"]
