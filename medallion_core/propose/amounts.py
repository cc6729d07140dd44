"""Whether a column is named as a quantity: how much or how many, not which."""

from __future__ import annotations

from medallion_core.propose.amount_words import names_amount, names_things
from medallion_core.propose.fields import Field
from medallion_core.propose.kinds import Kind


def looks_like_amount(field: Field) -> bool:
    """Text that does not read as numbers is none, whatever it is called, and only whole numbers
    are called by several things."""
    if field.marker or field.kind is Kind.STRING:
        return False
    counts = field.kind is Kind.INTEGER and not field.is_code
    return names_amount(field.words) or (counts and names_things(field.words))
