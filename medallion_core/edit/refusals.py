"""How an edit is refused: nothing is changed, and the reason names what would break."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from medallion_core.errors import MedallionError
from medallion_core.model import Design, Entity
from medallion_core.text.identifiers import MAX_IDENTIFIER_LENGTH
from medallion_core.text.sql import check_expression
from medallion_core.text.types import check_type

_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]*")


def invalid(message: str, hint: str = "Change it back, or correct it.") -> MedallionError:
    return MedallionError("INVALID_EDIT", message, hint)


def one_of(names: Iterable[str]) -> str:
    return f"It is one of: {', '.join(sorted(names))}."


def check_unique(names: Sequence[str], what: str) -> None:
    """Raises MedallionError INVALID_EDIT where two are the same, regardless of case."""
    folded = [name.lower() for name in names]
    doubles = sorted({name for name in names if folded.count(name.lower()) > 1})
    if doubles:
        raise invalid(f"Two {what} are called {doubles[0]}.", "Give each a name of its own.")


def check_identifier(name: str, what: str) -> None:
    """Raises MedallionError INVALID_EDIT where ``what`` cannot be called ``name``."""
    if not _IDENTIFIER.fullmatch(name) or len(name) > MAX_IDENTIFIER_LENGTH:
        raise invalid(
            f"{name!r} is not a name for {what}.",
            f"Use at most {MAX_IDENTIFIER_LENGTH} lower-case letters, digits and underscores.",
        )


def check_columns(entity: Entity, names: Iterable[str]) -> None:
    """Raises MedallionError INVALID_EDIT where silver lacks one of ``names``."""
    known = {column.name for column in entity.included_columns}
    for name in names:
        if name not in known:
            raise invalid(f"{entity.name} has no column {name}.", one_of(known))


def check_sql(subject: str, text: str) -> None:
    """Raises MedallionError EXPRESSION_INVALID where ``text`` is not one expression."""
    _check(subject, check_expression, text)


def readable_type(subject: str, text: str) -> str:
    """``text`` as the catalog prints types. Raises MedallionError TYPE_INVALID for no type."""
    return _check(subject, check_type, text)


def _check(subject: str, read: Callable[[str], str], text: str) -> str:
    try:
        return read(text)
    except MedallionError as error:
        raise MedallionError(error.code, f"{subject}: {error.message}", error.hint) from error


def entity_of(design: Design, name: str) -> Entity:
    """Raises MedallionError INVALID_EDIT for a table that the design does not have."""
    try:
        return design.entity(name)
    except KeyError as error:
        known = {entity.name for entity in design.entities}
        raise invalid(f"There is no table {name} in the design.", one_of(known)) from error
