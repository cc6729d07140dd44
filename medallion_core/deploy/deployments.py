"""What was deployed: the latest, and the designs of all before."""

from __future__ import annotations

from medallion_core.deploy.apply import deployment_of
from medallion_core.deploy.manifest import Manifest, PastDeployment, history_path, read_manifest
from medallion_core.deploy.steps import Deployment
from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.model.file import load_design
from medallion_core.workspace import Workspace
from medallion_core.workspace.folder import WorkspaceFolder
from medallion_core.workspace.folders import pipeline_folder


def find_manifest(ws: Workspace, pipeline_name: str) -> Manifest | None:
    """What the deployments remember; None where none came as far as its pipeline."""
    manifest = read_manifest(WorkspaceFolder(ws, pipeline_folder(ws, pipeline_name)))
    if manifest is None or manifest.pipeline_name != pipeline_name or not manifest.pipeline_id:
        return None
    return manifest


def find_deployment(ws: Workspace, pipeline_name: str) -> Deployment | None:
    """The latest deployment; None where none came as far as its pipeline."""
    manifest = find_manifest(ws, pipeline_name)
    return deployment_of(ws, pipeline_folder(ws, pipeline_name), manifest) if manifest else None


def deployed(ws: Workspace, design: Design) -> Deployment:
    """The latest deployment of the design's pipeline. Raises MedallionError NOT_DEPLOYED."""
    name = design.settings.pipeline_name
    deployment = find_deployment(ws, name)
    if deployment is None:
        raise _not_deployed(name)
    return deployment


def deployed_pipeline(ws: Workspace, design: Design) -> str:
    """The id of the design's pipeline. Raises MedallionError NOT_DEPLOYED."""
    return deployed(ws, design).pipeline_id


def deployed_design(ws: Workspace, pipeline_name: str) -> Design:
    """The design of the latest deployment that came to its end.

    Raises MedallionError NOT_DEPLOYED where none did.
    """
    past = past_deployments(ws, pipeline_name)
    if not past:
        raise _not_deployed(pipeline_name)
    return past_design(ws, pipeline_name, past[0].number)


def _not_deployed(pipeline_name: str) -> MedallionError:
    return MedallionError(
        "NOT_DEPLOYED", f"{pipeline_name!r} was not deployed yet.", "Deploy it first."
    )


def past_deployments(ws: Workspace, pipeline_name: str) -> list[PastDeployment]:
    """Newest first."""
    manifest = read_manifest(WorkspaceFolder(ws, pipeline_folder(ws, pipeline_name)))
    return list(reversed(manifest.history)) if manifest else []


def past_design(ws: Workspace, pipeline_name: str, number: int) -> Design:
    """The design of deployment ``number``: planned and applied again, it is a rollback.

    Raises MedallionError DEPLOYMENT_NOT_FOUND.
    """
    folder = WorkspaceFolder(ws, pipeline_folder(ws, pipeline_name))
    text = folder.read(history_path(number))
    if text is None:
        raise MedallionError(
            "DEPLOYMENT_NOT_FOUND",
            f"{pipeline_name!r} has no deployment {number}.",
            "Choose one of those that the Deploy page lists.",
        )
    return load_design(text)
