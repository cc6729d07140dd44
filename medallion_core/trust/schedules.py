"""Whether a pipeline may run by itself: nobody is there to be asked for their rights then."""

from __future__ import annotations

import os
from collections.abc import Mapping

from medallion_core.model import Settings
from medallion_core.trust.allowed import SCHEDULED, allowed_by_admin
from medallion_core.trust.asker import Asker


def why_unscheduled(
    asker: Asker, settings: Settings, environment: Mapping[str, str] = os.environ
) -> str:
    """Why the design's schedule is left out; empty where it is not, or where there is none.

    A schedule outlives the rights of who set it, so an admin names the pipelines that may have one.
    """
    name = settings.pipeline_name
    if not settings.schedule or not asker.is_checked:
        return ""
    if {name, "*"} & allowed_by_admin(environment).scheduled:
        return ""
    return (
        f"No job runs {name} at {settings.schedule}: it would go on when who set it may no longer "
        f"read the sources. Have an admin add {name} to {SCHEDULED} in app.yaml."
    )
