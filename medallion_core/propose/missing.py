"""Words that stand for a value that is missing."""

from __future__ import annotations

from medallion_core.model import ColumnProfile

_WORDS = "na n/a n.a. #n/a nan nat null none nil (null) \\n - -- ? . unknown missing tbd"
MARKERS = frozenset([*_WORDS.split(), "not available", "not applicable"])
"""In lower case. They count only where the other values read as a number, a time or a truth:
among other texts NA is Namibia."""


WRITTEN_NONE = frozenset(["n/a", "#n/a", "nan", "nat", "null", "(null)", "\\n"])
"""Those that hardly any text says of itself: what programs write where there is none."""


def missing_markers(profile: ColumnProfile) -> dict[str, int]:
    """The texts of a column that are such words, as they are written, and their rows."""
    forms = {str(form.value): form.count for form in profile.forms}
    return {form: count for form, count in forms.items() if form.lower() in MARKERS}
