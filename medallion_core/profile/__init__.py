"""What one scan tells of a source, and what else is asked of its rows."""

from medallion_core.profile.checks import WarehouseChecks
from medallion_core.profile.rule_counts import BrokenRows, count_broken_rows
from medallion_core.profile.scan import profile_source, profile_sources

__all__ = [
    "BrokenRows",
    "WarehouseChecks",
    "count_broken_rows",
    "profile_source",
    "profile_sources",
]
