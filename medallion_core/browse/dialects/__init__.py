"""How text files are written: encoding, delimiters, layout; found from samples of their bytes."""

from medallion_core.browse.dialects.dialect import Dialect, Sample
from medallion_core.browse.dialects.reading import Reading, read_dialect

__all__ = ["Dialect", "Reading", "Sample", "read_dialect"]
