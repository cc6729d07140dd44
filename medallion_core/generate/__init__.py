"""Design to Bundle: the same design gives the same bytes."""

from medallion_core.generate.bundle import Report, bundle_of, generate_bundle

__all__ = ["Report", "bundle_of", "generate_bundle"]
