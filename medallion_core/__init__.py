"""Medallion Builder's core: from Unity Catalog tables to a running star schema."""

__version__ = "0.1.0"
