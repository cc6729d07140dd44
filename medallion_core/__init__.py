"""Medallion Builder's core: from Unity Catalog tables to a running star schema."""
