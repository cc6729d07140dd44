"""The pipeline as the workspace has it, and what it takes to make it what the design says."""

from __future__ import annotations

import json
import re
from dataclasses import KW_ONLY, dataclass
from typing import Any

from medallion_core.deploy.manifest import Manifest
from medallion_core.deploy.steps import PIPELINE_FILE, Action, PipelineStep, differences
from medallion_core.errors import MedallionError
from medallion_core.text.schedules import TIMEZONE
from medallion_core.workspace import Workspace, sdk
from medallion_core.workspace.errors import remote_errors

PIPELINES = "/api/2.0/pipelines"
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 _.-]+")
_BUNDLE = "deployment"
_ZONE = "spark.sql.session.timeZone"
_AS_UTC = frozenset({TIMEZONE, "Z", "ETC/UTC", "+00:00"})
_NOT_KEPT = {"schema", "target", _BUNDLE}

Spec = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """A pipeline that exists. ``last_modified`` (milliseconds) is the optimistic lock of edits,
    ``publishing_mode`` what the platform says of it, empty where it says nothing."""

    pipeline_id: str
    spec: Spec
    last_modified: int
    creator: str
    _: KW_ONLY
    publishing_mode: str = ""


def find_pipeline(ws: Workspace, name: str, folder: str, manifest: Manifest) -> Found | None:
    """Ours, by its id, or by its name where a deployment was killed before it noted the id.

    Raises MedallionError PIPELINE_NOT_OURS where another pipeline has the name.
    """
    known = _get(ws, manifest.pipeline_id) if manifest.pipeline_id else None
    for other_id in _ids_named(ws, name):
        if known and other_id == known.pipeline_id:
            continue
        other = _get(ws, other_id)
        if other is None:
            continue
        killed_before = manifest.under_way and not manifest.pipeline_id
        if killed_before and other.spec.get("root_path") == folder:
            return other
        raise not_ours(name, other)
    return known


def not_ours(name: str, other: Found | None = None) -> MedallionError:
    whose = f" It is {other.pipeline_id}, made by {other.creator}." if other else ""
    return MedallionError(
        "PIPELINE_NOT_OURS",
        f"There is a pipeline called {name!r} already that was not deployed from here.{whose}",
        "Give this design another pipeline name, or have that pipeline renamed.",
    )


def pipeline_step(
    wanted: Spec, found: Found | None, *, was_deployed: bool, take_back: bool = False
) -> PipelineStep:
    """How the pipeline gets to ``wanted``. Other settings that somebody made are kept.

    The CLI marks what a bundle deploys (``deployment.kind``), also what was bound to it. Such a
    pipeline is left alone, unless it is to be taken back. Raises MedallionError PUBLISHING_LOCKED.
    https://docs.databricks.com/api/workspace/pipelines/create
    """
    name = str(wanted["name"])
    if found is None:
        detail = "was deleted; a new one reads everything again" if was_deployed else _place(wanted)
        return PipelineStep(subject=name, action=Action.CREATE, detail=detail, spec=wanted)
    if _BUNDLE in found.spec and not take_back:
        detail = f"deployed by a bundle; not from here, unless {PIPELINE_FILE} is replaced"
        return PipelineStep(
            subject=name, action=Action.KEEP, detail=detail, spec=wanted, by_bundle=True
        )
    _require_same_publishing(name, wanted, found)
    whole = {key: value for key, value in found.spec.items() if key not in _NOT_KEPT} | wanted
    whole["configuration"] = found.spec.get("configuration", {}) | wanted["configuration"]
    mode = f"; {found.publishing_mode}" if found.publishing_mode else ""
    mode += _other_days(found)
    if whole == found.spec:
        detail = f"{_place(wanted)}{mode}"
        return PipelineStep(subject=name, action=Action.KEEP, detail=detail, spec=wanted)
    changed = sorted(key for key in whole if whole[key] != found.spec.get(key))
    return PipelineStep(
        subject=name,
        action=Action.UPDATE,
        detail=f"changes {', '.join(changed)}{mode}",
        differences=differences(_json(found.spec), _json(whole), "as it is", "as designed"),
        spec=whole | {"expected_last_modified": found.last_modified},
    )


def _other_days(found: Found) -> str:
    """Where somebody gave the pipeline a time zone: its days begin at other times than those that
    are profiled, previewed and proved."""
    zone = str(found.spec.get("configuration", {}).get(_ZONE, TIMEZONE))
    if zone.upper() in _AS_UTC:
        return ""
    return (
        f"; {_ZONE} is {zone}: its days are not those of the Preview and the proofs, in {TIMEZONE}"
    )


def _require_same_publishing(name: str, wanted: Spec, found: Found) -> None:
    """The platform refuses ``schema`` for a pipeline that was made with ``target``
    (CANNOT_SET_SCHEMA_FOR_EXISTING_PIPELINE), and knows no way back from the other.
    https://docs.databricks.com/ldp/migrate-to-dpm

    Raises MedallionError PUBLISHING_LOCKED.
    """
    for field, other in (("target", "schema"), ("schema", "target")):
        if found.spec.get(field) and wanted.get(other):
            raise MedallionError(
                "PUBLISHING_LOCKED",
                f"{name} was made with `{field}`, and a pipeline's way of publishing stays.",
                f"Set Publishing to {field} again; or give the design another pipeline name, which "
                "makes a new pipeline that reads everything again.",
            )


def create_pipeline(ws: Workspace, spec: Spec, manifest: Manifest) -> str:
    """The id of a new pipeline. Raises MedallionError PIPELINE_NOT_OURS for a name in use.

    A call that was cut off and sent again finds the pipeline that it made itself.
    """
    with remote_errors("Creating the pipeline"):
        try:
            answer = ws.client.api_client.do("POST", PIPELINES, body=spec)
        except sdk.ResourceConflict as error:
            ours = find_pipeline(ws, spec["name"], spec["root_path"], manifest)
            if ours is None:
                raise not_ours(spec["name"]) from error
            return ours.pipeline_id
    return str(answer["pipeline_id"]) if isinstance(answer, dict) else ""


def edit_pipeline(ws: Workspace, pipeline_id: str, spec: Spec) -> None:
    """Replaces the settings. Raises MedallionError CONFLICT where somebody else was faster."""
    with remote_errors("Changing the pipeline"):
        ws.client.api_client.do("PUT", f"{PIPELINES}/{pipeline_id}", body=spec)


def _get(ws: Workspace, pipeline_id: str) -> Found | None:
    with remote_errors("Reading the pipeline"):
        try:
            answer = ws.client.api_client.do("GET", f"{PIPELINES}/{pipeline_id}")
        except sdk.NotFound:
            return None
    record = answer if isinstance(answer, dict) else {}
    return Found(
        pipeline_id=pipeline_id,
        spec=record.get("spec") or {},
        last_modified=int(record.get("last_modified") or 0),
        creator=str(record.get("creator_user_name") or ""),
        publishing_mode=str(record.get("effective_publishing_mode") or ""),
    )


def _ids_named(ws: Workspace, name: str) -> list[str]:
    """The pipelines of that name among those that may be seen.

    The service's filter knows patterns only and no way to escape them, so it narrows down and
    the names are compared here.
    """
    narrowed = f"name LIKE '{name}'" if _PLAIN_NAME.fullmatch(name) else None
    with remote_errors("Looking for the pipeline"):
        listed = list(ws.client.pipelines.list_pipelines(filter=narrowed))
    return [item.pipeline_id for item in listed if item.name == name and item.pipeline_id]


def _place(spec: Spec) -> str:
    return f"serverless, to {spec['catalog']}.{spec.get('target') or spec.get('schema')}"


def _json(value: object) -> str:
    return json.dumps(value, indent=2, sort_keys=True) + "\n"
