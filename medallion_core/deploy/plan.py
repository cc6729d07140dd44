"""What is wanted against what is there: a plan, made without changing anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from databricks.sdk.errors import NotFound, PermissionDenied

from medallion_core.deploy.files import Base, file_steps
from medallion_core.deploy.folder import WorkspaceFolder, sha256_of
from medallion_core.deploy.grants import Securable, standings
from medallion_core.deploy.manifest import Manifest, history_path, read_manifest
from medallion_core.deploy.pipeline import find_pipeline, pipeline_step
from medallion_core.deploy.steps import Action, Kind, Plan, Step
from medallion_core.design_file import load_design
from medallion_core.errors import MedallionError
from medallion_core.folders import pipeline_folder, workspace_root
from medallion_core.generate import generate_bundle
from medallion_core.generate.settings import pipeline_spec
from medallion_core.model import Bundle, Design
from medallion_core.permissions import (
    Privilege,
    create_statements,
    grant_statement,
    required_privileges,
)
from medallion_core.remote_errors import remote_errors
from medallion_core.workspace import Workspace


def plan_deploy(
    ws: Workspace,
    design: Design,
    *,
    overwrite: Sequence[str] = (),
    full_refresh: Sequence[str] = (),
    by: str = "",
) -> Plan:
    """Compares the design with what is deployed. Reads only.

    ``overwrite`` names files that a person edited and that may be replaced, ``full_refresh``
    tables that may be read again in full, ``by`` the person who deploys (default: the identity).
    Raises MedallionError PIPELINE_NOT_OURS or FOLDER_TAKEN where the place is somebody else's.
    """
    settings = design.settings
    folder = WorkspaceFolder(ws, pipeline_folder(settings.pipeline_name))
    manifest = read_manifest(folder) or Manifest(settings.pipeline_name)
    _require_own_folder(design, manifest, folder)
    bundle = generate_bundle(design, workspace_root())
    spec = pipeline_spec(settings, workspace_root())
    found = find_pipeline(ws, settings.pipeline_name, folder.path, manifest)
    present = folder.read_all(_comparable(folder, bundle, manifest))
    steps = [
        *_target_steps(ws, design),
        *file_steps(bundle, manifest, present, _deployed_texts(folder, manifest), overwrite),
        pipeline_step(spec, found, was_deployed=bool(manifest.pipeline_id)),
    ]
    return Plan(
        design=design,
        root_path=folder.path,
        steps=tuple(steps),
        manifest=manifest,
        by=by or ws.user_name,
        pipeline_id=found.pipeline_id if found else "",
        full_refresh=tuple(full_refresh),
    )


def _require_own_folder(design: Design, manifest: Manifest, folder: WorkspaceFolder) -> None:
    """Names that read alike in snake case share a folder: the first one has it."""
    name = design.settings.pipeline_name
    if manifest.pipeline_name != name:
        raise MedallionError(
            "FOLDER_TAKEN",
            f"{folder.path} holds the pipeline {manifest.pipeline_name!r}.",
            f"Give {name!r} a name that differs in more than case and punctuation.",
        )


def _comparable(folder: WorkspaceFolder, bundle: Bundle, manifest: Manifest) -> list[str]:
    """The files there that the bundle, the last deployment or the pipeline's glob knows."""
    known = bundle.keys() | manifest.files.keys() | manifest.pending.keys()
    return [path for path in folder.paths() if path in known or path.startswith("src/")]


def _deployed_texts(folder: WorkspaceFolder, manifest: Manifest) -> Base:
    """Generates earlier designs again, and believes the text only where its hash agrees."""

    @cache
    def earlier_bundle(number: int) -> Bundle:
        text = folder.read(history_path(number))
        try:
            return generate_bundle(load_design(text), workspace_root()) if text else {}
        except MedallionError:
            return {}

    def deployed(path: str) -> str | None:
        file = manifest.files[path]
        text = earlier_bundle(file.number).get(path)
        return text if text is not None and sha256_of(text) == file.sha256 else None

    return deployed


def _target_steps(ws: Workspace, design: Design) -> Iterator[Step]:
    """Catalog, schema, and the grants that the deploying identity lacks."""
    settings = design.settings
    schema = f"{settings.catalog}.{settings.schema}"
    create_catalog, create_schema = create_statements(design)
    has_catalog = _exists(ws, Kind.CATALOG, settings.catalog)
    has_schema = has_catalog and _exists(ws, Kind.SCHEMA, schema)
    yield _container_step(Kind.CATALOG, settings.catalog, create_catalog, exists=has_catalog)
    yield _container_step(Kind.SCHEMA, schema, create_schema, exists=has_schema)
    made: set[Securable] = set()
    if not has_catalog:
        made.add(("CATALOG", (settings.catalog,)))
    if not has_schema:
        made.add(("SCHEMA", (settings.catalog, settings.schema)))
    wanted = [
        each
        for each in required_privileges(design, ws.user_name)
        # Whoever makes an object owns it; and a schema that is there need not be made.
        if (each.securable_type, each.name) not in made
        and not (has_schema and each.privilege == "CREATE SCHEMA")
    ]
    for standing in standings(ws, wanted):
        yield _grant_step(standing.privilege, standing.held)


def _container_step(kind: Kind, name: str, statement: str, *, exists: bool) -> Step:
    action = Action.KEEP if exists else Action.CREATE
    return Step(kind, name, action, content="" if exists else statement)


def _grant_step(privilege: Privilege, held: bool | None) -> Step:
    subject = f"{privilege.privilege} on {privilege.securable_type.lower()} {privilege.subject}"
    return Step(
        Kind.GRANT,
        subject,
        Action.KEEP if held else Action.GRANT,
        f"{privilege.principal} {privilege.why}" + (" (not known)" if held is None else ""),
        content=grant_statement(privilege),
        required=held is False,
    )


def _exists(ws: Workspace, kind: Kind, name: str) -> bool:
    with remote_errors():
        try:
            if kind is Kind.CATALOG:
                ws.client.catalogs.get(name)
            else:
                ws.client.schemas.get(name)
        except NotFound:
            return False
        except PermissionDenied:
            return True
    return True
