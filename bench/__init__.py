"""Measurements: the quality of the proposals, of the repairs, and the timings."""
