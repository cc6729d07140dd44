"""Columns that look like personal data, with the evidence; what to do is for a person."""

from __future__ import annotations

from itertools import pairwise

from medallion_core.model import Privacy
from medallion_core.propose.fields import Field
from medallion_core.propose.kinds import Kind

SURE_SHARE = 0.6
"""Share of the values that match a pattern from which the pattern speaks for the column."""

_KINDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("email", frozenset(["email", "mail"])),
    ("phone", frozenset(["phone", "telephone", "mobile", "fax", "cell", "cellphone", "tel"])),
    ("national id", frozenset(["ssn", "passport", "nin", "tin", "taxpayer", "nino"])),
    ("card number", frozenset(["iban", "pan", "ccn", "cvv"])),
    ("address", frozenset(["address", "addr", "street", "addr1", "addr2"])),
    ("date of birth", frozenset(["birth", "dob", "birthdate", "birthday"])),
    ("ip address", frozenset(["ip", "ipaddress"])),
)
_NAMES = frozenset(
    ["firstname", "lastname", "fname", "lname", "fullname", "surname", "forename", "maidenname"]
)
_NAME_PARTS = frozenset(["first", "last", "full", "middle", "given", "family", "contact", "maiden"])
_PHRASES = {
    ("national", "id"): "national id", ("social", "security"): "national id",
    ("card", "number"): "card number", ("card", "num"): "card number",
    ("credit", "card"): "card number", ("account", "iban"): "card number",
}  # fmt: skip


def propose_privacy(field: Field) -> Privacy | None:
    """None where nothing points to personal data."""
    if field.kind not in (Kind.STRING, Kind.DATE, Kind.TIMESTAMP, Kind.INTEGER):
        return None
    patterns = field.profile.patterns if field.profile else {}
    for kind in ("email", "phone"):
        if patterns.get(kind, 0.0) >= SURE_SHARE and not field.has_strong_marker:
            return Privacy(kind, evidence=f"{patterns[kind]:.0%} of its values look like {kind}.")
    kind = _kind_by_name(field)
    return Privacy(kind, evidence=f"Its name says {kind}.") if kind else None


def _kind_by_name(field: Field) -> str:
    parts = tuple(word.rstrip("0123456789") or word for word in field.words)
    if field.has_strong_marker and len(parts) > 1 and parts[-2:] not in _PHRASES:
        return ""
    for phrase in pairwise(parts):
        if phrase in _PHRASES:
            return _PHRASES[phrase]
    for kind, vocabulary in _KINDS:
        if not vocabulary.isdisjoint(parts) and _fits(kind, field):
            return kind
    named = parts[-1] == "name" and not _NAME_PARTS.isdisjoint(parts[:-1])
    return "name" if field.kind is Kind.STRING and (named or not _NAMES.isdisjoint(parts)) else ""


def _fits(kind: str, field: Field) -> bool:
    if kind == "date of birth":
        return field.kind is not Kind.INTEGER
    return field.kind is Kind.STRING or kind in ("phone", "national id", "card number")
