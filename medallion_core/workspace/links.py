"""Where a browser finds an object in the workspace: made of the host and ids, each part quoted.

https://docs.databricks.com/workspace/workspace-details.html
"""

from __future__ import annotations

from urllib.parse import quote

HTTP = ("https://", "http://")
_PARTS_OF_A_VOLUME = 3


def link(host: str, *parts: str) -> str:
    """``parts`` below ``host``; empty where that is no address of the web.

    >>> link("https://a.cloud.databricks.com", "explore", "data", "main", "a/b?c")
    'https://a.cloud.databricks.com/explore/data/main/a%2Fb%3Fc'
    """
    if not host.startswith(HTTP) or not all(parts):
        return ""
    return "/".join((host.rstrip("/"), *(quote(part, safe="", errors="replace") for part in parts)))


def table_link(host: str, catalog: str, schema: str, table: str = "") -> str:
    """The table, or its schema, in Catalog Explorer."""
    return link(host, "explore", "data", catalog, schema, *([table] if table else []))


def volume_link(host: str, path: str) -> str:
    """The volume that ``path`` lies in, in Catalog Explorer; empty for a path outside of volumes.

    >>> volume_link("https://a.net", "/Volumes/main/landing/files/orders")
    'https://a.net/explore/data/volumes/main/landing/files'
    >>> volume_link("https://a.net", "abfss://container@account/orders")
    ''
    """
    root, *parts = path.strip("/").split("/")
    if root != "Volumes" or len(parts) < _PARTS_OF_A_VOLUME:
        return ""
    return link(host, "explore", "data", "volumes", *parts[:_PARTS_OF_A_VOLUME])


def pipeline_link(host: str, pipeline_id: str, update_id: str = "") -> str:
    """The pipeline, or one of its updates."""
    return link(host, "pipelines", pipeline_id, *(["updates", update_id] if update_id else []))


def editor_link(host: str) -> str:
    """The SQL editor."""
    return link(host, "sql", "editor")


def file_link(host: str, path: str) -> str:
    """A file or folder of the workspace; ``path`` begins with ``/Workspace/`` or what is below it.

    >>> file_link("https://a.net", "/Workspace/Shared/x y/a.py")
    'https://a.net/#workspace/Shared/x%20y/a.py'
    """
    below = path.removeprefix("/Workspace").strip("/")
    if not host.startswith(HTTP) or not below:
        return ""
    return f"{host.rstrip('/')}/#workspace/{quote(below, safe='/')}"
