"""The functions that mask columns: a pipeline makes and replaces its own, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medallion_core.deploy.manifest import Manifest
from medallion_core.deploy.steps import Action, FunctionStep
from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.tables.masks import MaskFunction, mask_functions
from medallion_core.workspace import Workspace, sdk
from medallion_core.workspace.errors import remote_errors

if TYPE_CHECKING:
    from databricks.sdk.service.catalog import FunctionInfo


def function_steps(ws: Workspace, design: Design, manifest: Manifest) -> list[FunctionStep]:
    """How each masking function gets to what the design says. Reads only.

    Raises MedallionError FUNCTION_NOT_OURS where one is there that no deployment of this pipeline
    noted. One with the same body is refused, too: whoever made it may change what it shows.
    """
    masks = {_name(design, mask): mask for mask in mask_functions(design)}
    there = {name: found for name in masks if (found := _get(ws, name))}
    ours = {name.lower() for name in manifest.functions}
    foreign = [
        f"{name} (of {found.owner or 'somebody else'})"
        for name, found in there.items()
        if name.lower() not in ours
    ]
    if foreign:
        raise MedallionError(
            "FUNCTION_NOT_OURS",
            f"There are functions of these names that this pipeline did not make: "
            f"{', '.join(foreign)}.",
            "Have their owners drop them, or choose another schema.",
        )
    return [_step(design, name, mask, there.get(name)) for name, mask in masks.items()]


def _get(ws: Workspace, name: str) -> FunctionInfo | None:
    with remote_errors(f"Reading the masking function {name}"):
        try:
            return ws.client.functions.get(name)
        except (sdk.NotFound, sdk.PermissionDenied):
            return None


def _step(
    design: Design, name: str, mask: MaskFunction, found: FunctionInfo | None
) -> FunctionStep:
    """One that cannot be seen may be there all the same: only what is known to be this pipeline's
    own is replaced, and of any other the platform says that it exists."""
    if found is None:
        action = Action.CREATE
    else:
        action = Action.KEEP if found.routine_definition == mask.body else Action.UPDATE
    return FunctionStep(
        subject=name,
        action=action,
        detail="hides personal data from readers",
        statement=mask.statement(
            design.settings.catalog, design.settings.schema, replace=found is not None
        ),
    )


def _name(design: Design, mask: MaskFunction) -> str:
    return f"{design.settings.catalog}.{design.settings.schema}.{mask.name}"
