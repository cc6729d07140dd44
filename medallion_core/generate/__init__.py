"""Design to Bundle: the same design gives the same bytes."""

from medallion_core.generate.bundle import Report, generate_bundle

__all__ = ["Report", "generate_bundle"]
