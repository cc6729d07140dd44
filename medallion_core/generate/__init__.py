"""Design to Bundle: the same design gives the same bytes."""

from medallion_core.generate.bundle import expected_tables, generate_bundle

__all__ = ["expected_tables", "generate_bundle"]
