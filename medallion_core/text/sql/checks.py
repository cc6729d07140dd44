"""What people type, held to one expression."""

from __future__ import annotations

from medallion_core.text.sql.reading import read
from medallion_core.text.tokens import without_comments


def check_expression(text: str) -> str:
    """``text`` without its comments. Raises MedallionError EXPRESSION_INVALID for what is not one
    expression."""
    read(text)
    return without_comments(text)


def is_not_true(condition: str) -> str:
    """SQL that is true where ``condition`` is false or NULL. Raises as ``check_expression``."""
    return f"NOT coalesce(({check_expression(condition)}), false)"
