"""Design to Bundle: the same design gives the same bytes."""

from medallion_core.generate.bundle import Report, generate_bundle
from medallion_core.tables.inventory import expected_tables

__all__ = ["Report", "expected_tables", "generate_bundle"]
