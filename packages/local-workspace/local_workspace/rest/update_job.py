"""Makes the job of an update from the pipeline's settings and the workspace."""

from __future__ import annotations

from local_workspace.catalog.errors import catalog_not_found
from local_workspace.catalog.metastore import Schema
from local_workspace.catalog.privileges import Privileges
from local_workspace.lakeflow.job import Job
from local_workspace.rest.secrets import readable_secrets
from local_workspace.rest.workspace_files import tree
from local_workspace.rest.workspace_tree import plain_path
from local_workspace.state import Document
from local_workspace.workspace import LocalWorkspace


def make_job(workspace: LocalWorkspace, pipeline: Document, update: Document) -> Job:
    """What the child needs. Makes the target schema where it is missing and the owner may.

    Raises SqlError for a missing catalog or privilege.
    """
    spec = update["config"]
    owner = pipeline["run_as"]
    catalog, schema = spec["catalog"], spec.get("schema") or spec.get("target")
    _prepare_schema(workspace, owner, catalog, schema)
    return Job(
        update_id=update["update_id"],
        pipeline_id=pipeline["pipeline_id"],
        home=str(workspace.home),
        remote=workspace.spark.remote,
        session_id=update["update_id"],
        catalog=catalog,
        schema=schema,
        legacy="target" in spec,
        owner=owner,
        files=_files(workspace, spec, owner),
        configuration=dict(spec.get("configuration") or {}),
        full_refresh=update["full_refresh"],
        full_refresh_selection=tuple(update["full_refresh_selection"]),
        refresh_selection=tuple(update["refresh_selection"]),
        validate_only=update["validate_only"],
        secrets=readable_secrets(workspace.state, owner),
    )


def _prepare_schema(workspace: LocalWorkspace, owner: str, catalog: str, schema: str) -> None:
    metastore = workspace.metastore
    privileges = Privileges(metastore, owner)
    parent = metastore.catalog(catalog)
    if parent is None:
        raise catalog_not_found(catalog)
    known = metastore.schema(catalog, schema)
    if known is None:
        privileges.require("CREATE SCHEMA", parent)
        known = metastore.put(Schema(catalog, schema, owner))
    privileges.require("CREATE TABLE", known)
    privileges.require("CREATE MATERIALIZED VIEW", known)


def _files(workspace: LocalWorkspace, spec: Document, owner: str) -> dict[str, str]:
    """The pipeline's files as they lie in workspace files now, by path. Raises ApiError for one
    that is missing, or that ``owner`` may not read."""
    objects = tree(workspace)
    found: dict[str, str] = {}
    for library in spec.get("libraries") or []:
        include = library.get("glob") or library.get("file") or library.get("notebook") or {}
        path = plain_path(include.get("include") or include.get("path") or "")
        folder = path.removesuffix("/**")
        objects.check(folder, owner, "CAN_READ")
        items = objects.below(folder) if folder != path else [(path, objects.require(path))]
        for key, document in items:
            if document["object_type"] != "DIRECTORY":
                suffix = ".py" if document["object_type"] == "NOTEBOOK" else ""
                found[f"/Workspace{key}{suffix}"] = str(objects.disk(key))
    return found
