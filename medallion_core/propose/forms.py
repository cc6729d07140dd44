"""In which form the values of two columns are compared: as silver will have them."""

from __future__ import annotations

from medallion_core.propose.checks import Form
from medallion_core.propose.fields import Field


def form_of(one: Field, other: Field) -> Form:
    """How values of ``one`` are compared with those of ``other``."""
    if one.family == other.family == "time":
        return Form.TIME if one.is_text or other.is_text else Form.PLAIN
    if not (one.is_text or other.is_text):
        return Form.PLAIN
    whole = one.is_whole and other.is_whole
    if whole and (one.is_text != other.is_text or writes_point(one) != writes_point(other)):
        return Form.NUMBER
    return Form.TRIMMED if _is_padded(one) or _is_padded(other) else Form.PLAIN


def writes_point(field: Field) -> bool:
    """Whole numbers in text with a zero behind the point, as ``7.0``."""
    return field.is_text and field.is_whole and whole_type(field) != "bigint"


def whole_type(field: Field) -> str:
    """The narrowest number that whole numbers in text read as."""
    casts = {cast.type: cast.share for cast in field.profile.casts} if field.profile else {}
    if casts.get("bigint", 0.0) == 1:
        return "bigint"
    return next(type_ for type_ in casts if type_.startswith("decimal"))


def _is_padded(field: Field) -> bool:
    """Whether silver takes off blanks: those that a sample lacks may be in the table."""
    profile = field.profile
    if profile is None:
        return False
    return field.is_sampled or profile.untrimmed_count + profile.blank_count > 0
