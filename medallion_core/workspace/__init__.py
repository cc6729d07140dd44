"""The way to a Databricks workspace."""

from medallion_core.workspace.client import Parameters, Rows, Workspace, connect

__all__ = ["Parameters", "Rows", "Workspace", "connect"]
