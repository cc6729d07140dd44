"""What is wrong with a bundle or a design, as findings: the text is read, nothing is run."""

from medallion_core.check.bundle import check_bundle
from medallion_core.check.design import check_design, personal_data
from medallion_core.check.incremental import Reason, Refresh, read_refreshes, refreshes
from medallion_core.check.refusals import (
    Refused,
    checked_bundle,
    design_refusals,
    require_accepted,
)
from medallion_core.check.settings import check_settings

__all__ = [
    "Reason",
    "Refresh",
    "Refused",
    "check_bundle",
    "check_design",
    "check_settings",
    "checked_bundle",
    "design_refusals",
    "personal_data",
    "read_refreshes",
    "refreshes",
    "require_accepted",
]
