"""Differences between texts, as people know them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping


def text_diff(before: str, after: str, before_name: str, after_name: str) -> str:
    """A unified diff; empty where nothing differs."""
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), before_name, after_name, lineterm=""
    )
    return "\n".join(lines)


def changed_texts(
    before: Mapping[str, str], after: Mapping[str, str], before_name: str, after_name: str
) -> dict[str, str]:
    """The unified diff of each text that differs, by its name; one that is missing is empty.

    >>> changed_texts({"a": "1", "b": "2"}, {"b": "2"}, "now", "then")
    {'a': '--- now\\n+++ then\\n@@ -1 +0,0 @@\\n-1'}
    """
    changes = {
        name: text_diff(before.get(name, ""), after.get(name, ""), before_name, after_name)
        for name in sorted({*before, *after})
    }
    return {name: change for name, change in changes.items() if change}
