"""Statements of a SQL session: what Unity Catalog answers, and what Spark does."""
