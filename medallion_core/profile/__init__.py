"""What one scan tells of a source, and what else is asked of its rows."""

from medallion_core.profile.checks import WarehouseChecks
from medallion_core.profile.rule_counts import BrokenRows, count_broken_rows
from medallion_core.profile.scan import Profiled, profile_source, profile_sources

__all__ = [
    "BrokenRows",
    "Profiled",
    "WarehouseChecks",
    "count_broken_rows",
    "profile_source",
    "profile_sources",
]
