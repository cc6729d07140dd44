"""The code rules, on the text that was generated or edited by hand."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from medallion_core.check.files import KEPT, check_python, said_in
from medallion_core.check.incremental import refreshes
from medallion_core.check.sql_code import check_permissions
from medallion_core.garbage import undisturbed
from medallion_core.model import Bundle, Finding, Level
from medallion_core.model.file import DESIGN_FILE
from medallion_core.text.identifiers import MAX_IDENTIFIER_LENGTH
from medallion_core.text.yaml import load_yaml

PERMISSIONS = "sql/permissions.sql"


def _yaml(text: str) -> Any:
    """Whoever edits a file of a bundle by hand may use anchors."""
    return load_yaml(text, anchors=True)


_READERS: dict[str, Callable[[str], Any]] = {
    ".yml": _yaml,
    ".yaml": _yaml,
    ".json": json.loads,
}
_UNREADABLE = (ValueError, RecursionError)


@undisturbed()
def check_bundle(bundle: Bundle) -> list[Finding]:
    """Every finding on the files of ``bundle``; ``subject`` is a path, with a line where known. The
    design among them is left out: ``load_design`` and ``check_design`` say what is wrong there."""
    return [
        *(finding for path, text in bundle.items() for finding in _check_file(path, text).findings),
        *_check_names(bundle),
        *_check_pipelines(bundle),
        *_check_policies(bundle),
        *(() if PERMISSIONS in bundle else check_permissions(PERMISSIONS, "")),
    ]


@dataclass(frozen=True, slots=True)
class _FileCheck:
    """What one file tells by itself: findings, and the datasets that it defines."""

    findings: tuple[Finding, ...] = ()
    datasets: tuple[str, ...] = ()


@lru_cache(maxsize=KEPT)
def _check_file(path: str, text: str) -> _FileCheck:
    """Kept, since an edit of a design changes few of its files."""
    suffix = PurePosixPath(path).suffix
    if suffix == ".py":
        return _FileCheck(tuple(check_python(path, text)), said_in(text).datasets)
    if path == PERMISSIONS:
        return _FileCheck(tuple(check_permissions(path, text)))
    if suffix in _READERS and path != DESIGN_FILE:
        try:
            _READERS[suffix](text)
        except _UNREADABLE as error:
            detail = f"This cannot be read: {error}"
            return _FileCheck((Finding(Level.ERROR, path, detail),))
    return _FileCheck()


def _check_names(bundle: Bundle) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for path, text in bundle.items():
        for name in _check_file(path, text).datasets:
            if len(name) > MAX_IDENTIFIER_LENGTH:
                detail = f"The name of {name[:40]}… has {len(name)} characters."
                yield Finding(Level.ERROR, path, detail, "Unity Catalog takes up to 255.")
            if name.lower() in seen:
                detail = f"{name} is also defined in {seen[name.lower()]}."
                yield Finding(Level.ERROR, path, detail, "Rename one of the two.")
            seen[name.lower()] = path


def _check_policies(bundle: Bundle) -> Iterator[Finding]:
    """Views that the platform would refuse to create."""
    if not any("refresh_policy" in text for text in bundle.values()):
        return
    for refresh in refreshes(bundle):
        if refresh.reasons and refresh.policy.startswith("incremental"):
            detail = f"Its refresh policy is {refresh.policy}, and it is computed in full: "
            why = "; ".join(reason.detail for reason in refresh.reasons)
            yield Finding(Level.ERROR, refresh.view, f"{detail}{why}", "Set the policy to auto.")


def _check_pipelines(bundle: Bundle) -> Iterator[Finding]:
    for path, text in bundle.items():
        if path == "pipeline.json" or path.endswith(".pipeline.yml"):
            for spec in _pipeline_specs(path, text):
                yield from _check_pipeline(path, spec)


def _pipeline_specs(path: str, text: str) -> list[dict[str, Any]]:
    """The pipelines of a bundle's resources; of another file the whole. What is no mapping lacks
    all that a pipeline needs."""
    try:
        document = _READERS[PurePosixPath(path).suffix](text)
    except _UNREADABLE:
        return []
    pipelines = _mapping(_mapping(document).get("resources")).get("pipelines")
    found = pipelines.values() if isinstance(pipelines, dict) else [document]
    return [_mapping(spec) for spec in found]


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _check_pipeline(path: str, spec: dict[str, Any]) -> Iterator[Finding]:
    schema = spec.get("target", spec.get("schema"))
    both = "target" in spec and "schema" in spec
    if not spec.get("catalog") or not schema or both:
        detail = "A pipeline needs catalog and either target or schema, as two fields."
        yield Finding(Level.ERROR, path, detail, "Write catalog: c and target: s.")
    if isinstance(schema, str) and "." in schema.replace("${var.schema}", ""):
        detail = f"The schema {schema} holds a catalog."
        yield Finding(Level.ERROR, path, detail, "Name the catalog in catalog alone.")
    if spec.get("serverless") is not True or spec.get("clusters"):
        detail = "The pipeline is not serverless."
        yield Finding(Level.ERROR, path, detail, "Set serverless: true, without clusters.")
