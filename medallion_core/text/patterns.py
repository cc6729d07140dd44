"""What texts look like: named patterns."""

from __future__ import annotations

PATTERNS = {
    "email": "^[^@ ]+@[^@ ]+[.][^@ ]+$",
    "uuid": r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
    "phone": r"^(?=.{7,24}$)(?!([0-9]{4}[-/][0-9]{1,3}|[0-9]{1,2}[-/][0-9]{4}|[0-9]+[.][0-9]+)$)"
    r"(?=.*[-+() /.])[+(]?[0-9][-0-9() /.]*[0-9]( ?x[0-9]+)?$",
    "url": "^[a-zA-Z][a-zA-Z0-9+.-]*://[^ ]+$",
    "postal_code": r"^([0-9]{5}(-[0-9]{4})?|[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}|"
    r"[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9])$",
    "iso_code_2": r"^[A-Z]{2}$",
    "iso_code_3": r"^[A-Z]{3}$",
    "ip_address": r"^([0-9]{1,3}[.]){3}[0-9]{1,3}$",
    "iban": r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$",
    "json": r"^(\{.*\}|\[.*\])$",
}
"""Named patterns of trimmed text. A date such as 2024-01-31, a day of a year such as 2024-031, a
month such as 2024-01 or a number with a fraction is not taken for a phone number."""
