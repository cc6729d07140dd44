"""Differences between texts, as people know them."""

from __future__ import annotations

import difflib


def text_diff(before: str, after: str, before_name: str, after_name: str) -> str:
    """A unified diff; empty where nothing differs."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), before_name, after_name, lineterm=""
    )
    return "\n".join(lines)
