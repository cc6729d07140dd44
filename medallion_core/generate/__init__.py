"""Design to Bundle: the same design gives the same bytes."""

from medallion_core.generate.bundle import generate_bundle
from medallion_core.tables.inventory import expected_tables

__all__ = ["expected_tables", "generate_bundle"]
