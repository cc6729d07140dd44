"""Columns that look like personal data, with the evidence; what to do is for a person."""

from __future__ import annotations

from itertools import pairwise

from medallion_core.model import Privacy
from medallion_core.propose.fields import Field
from medallion_core.propose.kinds import Kind
from medallion_core.propose.names import stem
from medallion_core.propose.tables import PEOPLE, Table
from medallion_core.propose.vocabulary import PERSON_WORDS, STAFF_WORDS, vocabulary

SURE_SHARE = 0.6
"""Share of the values that match a pattern from which the pattern speaks for the column."""

FEWEST_VALUES = 3
"""Different values; a column with fewer is a flag, whatever it is called."""

ABOUT_PEOPLE = 2
"""Names or birthdays of people in a table from which its other columns are about these."""

_KINDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("password", vocabulary("password passwd pwd passwort userpass passphrase")),
    ("email", vocabulary("email mail correo courriel emailaddress")),
    (
        "phone",
        vocabulary(
            "phone telephone mobile fax cell cellphone tel msisdn imsi telefon telefono handy "
            "mobilephone phonenumber"
        ),
    ),
    (
        "national id",
        vocabulary("ssn passport nin tin taxpayer nino pesel curp cpf aadhaar dni nif cuil bsn"),
    ),
    ("card number", vocabulary("iban pan ccn cvv cardnumber")),
    ("licence", vocabulary("licence license plate medallion")),
    (
        "address",
        vocabulary(
            "address addr street addr1 addr2 addressline strasse stras direccion adresse calle rue "
            "apartment lieferadresse rechnungsadresse anschrift domicilio"
        ),
    ),
    (
        "date of birth",
        vocabulary(
            "birth dob birthdate birthday geburtsdatum geburtstag birthdatetime fechanacimiento "
            "nacimiento naissance nascita"
        ),
    ),
    ("ip address", vocabulary("ip ipaddress")),
    ("user name", vocabulary("username login nickname screenname nicename userlogin")),
    (
        "special category",
        vocabulary("race ethnicity ethnic religion religious nationality citizenship disability"),
    ),
)
_NAMES = vocabulary(
    "firstname lastname fname lname fullname surname forename maidenname middlename displayname "
    "vorname nachname apellido prenom cognome nombre"
)
_NAME_PARTS = vocabulary(
    "first last full middle given family contact maiden display emergency vor nach"
)
_NAME_WORDS = vocabulary("name nm names")
_OF_PEOPLE = vocabulary(
    "guest caller applicant patient spouse holder cardholder mother father driver doctor physician "
    "nurse tenant passenger subscriber policyholder beneficiary donor voter resident"
)
_PERSONS = frozenset(map(stem, PERSON_WORDS | STAFF_WORDS | _OF_PEOPLE)) | PEOPLE
_PHRASES = {
    ("national", "id"): "national id", ("social", "security"): "national id",
    ("tax", "id"): "national id", ("steuer", "id"): "national id",
    ("card", "number"): "card number",
    ("card", "num"): "card number", ("credit", "card"): "card number",
    ("account", "iban"): "card number", ("login", "id"): "user name",
    ("user", "name"): "user name", ("user", "login"): "user name", ("user", "pass"): "password",
    ("screen", "name"): "user name", ("comment", "author"): "name",
}  # fmt: skip
_BARE = {
    "first": "name", "last": "name", "middle": "name", "maiden": "name", "name": "name",
    "drivers": "licence", "lat": "coordinates", "latitude": "coordinates", "lon": "coordinates",
    "lng": "coordinates", "longitude": "coordinates",
}  # fmt: skip
"""Whole names of columns that say it only where the table is about people."""

_LICENCES = vocabulary("driver drivers driving hack plate number no dl medallion")
"""One of these stands beside a licence that a person has; others are of pictures or software."""

_ONLY_OF_PEOPLE = vocabulary("birth birthdate birthday dob ssn email surname gender")

_PLACES = vocabulary("store shop branch site warehouse office station airport plant hotel")
"""What is said of these is not said of a person."""

_WHERE = vocabulary("city country state town place region county province")
"""What is said of where somebody was born: alone it points to nobody."""

_SAID_OF = vocabulary(
    "type kind category format status state flag code count num opt in out optin optout verified "
    "confirmed valid invalid bounced reason sent open opened click clicked rate subject template "
    "body promotion campaign marketing newsletter preference notification notifications enabled "
    "allowed consent permission version app model domain provider source channel url website web "
    "usage visits orders minutes size normalized date time at on created updated changed approval "
    "mac photo picture image method"
)
"""Words that make a column tell something of a mail, a phone, an address instead of its text."""

_KEPT = frozenset(
    [
        ("address", "line"),
        ("birth", "date"),
        ("date", "birth"),
        ("birth", "time"),
        ("time", "birth"),
    ]
)


def propose_privacy(field: Field, table: Table) -> Privacy | None:
    """None where nothing points to personal data."""
    if field.kind not in (Kind.STRING, Kind.DATE, Kind.TIMESTAMP, Kind.INTEGER, Kind.FLOAT):
        return None
    if _is_flag(field):
        return None
    kind = _kind_by_name(field, table)
    named = Privacy(kind, evidence=f"Its name says {kind}.") if kind else None
    return _by_values(field, "email") or named or _by_values(field, "phone")


def _is_flag(field: Field) -> bool:
    """Nothing is in it, or the same few values again and again."""
    profile = field.profile
    if profile is None or not field.row_count:
        return False
    filled = field.row_count - profile.null_count
    return not filled or (field.distinct < FEWEST_VALUES and filled > 3 * FEWEST_VALUES)


def _by_values(field: Field, kind: str) -> Privacy | None:
    """Numbers of accounts and orders look like those of phones."""
    share = field.profile.patterns.get(kind, 0.0) if field.profile else 0.0
    is_number = bool(field.marker) if kind == "phone" else field.has_strong_marker
    if share < SURE_SHARE or is_number or field.kind is Kind.FLOAT:
        return None
    return Privacy(kind, evidence=f"{share:.0%} of its values look like {kind}.")


def _kind_by_name(field: Field, table: Table) -> str:
    parts = tuple(word.rstrip("0123456789") or word for word in field.words)
    if len(parts) == 1 and parts[0] in _BARE and _is_about_people(table):
        return _BARE[parts[0]] if _fits(_BARE[parts[0]], field) else ""
    if field.has_strong_marker and len(parts) > 1 and parts[-2:] not in _PHRASES:
        return ""
    phrase = next((_PHRASES[pair] for pair in pairwise(parts) if pair in _PHRASES), "")
    if phrase and _tells(parts):
        return phrase if _fits(phrase, field) else ""
    if not _tells(parts) or not _PLACES.isdisjoint(parts):
        return ""
    for kind, words in _KINDS:
        if not words.isdisjoint(parts) and _fits(kind, field) and _is_meant(kind, parts):
            return kind
    return "name" if field.kind is Kind.STRING and _is_name(parts) else ""


def _tells(parts: tuple[str, ...]) -> bool:
    """Whether the column holds the thing itself, not something about it."""
    kept = {word for pair in pairwise(parts) if pair in _KEPT for word in pair}
    return _SAID_OF.isdisjoint(set(parts) - kept - _NAME_WORDS) or parts[0] in ("date", "birth")


def _is_meant(kind: str, parts: tuple[str, ...]) -> bool:
    if kind == "date of birth":
        return _WHERE.isdisjoint(parts)
    return kind != "licence" or not _LICENCES.isdisjoint(parts)


def _is_name(parts: tuple[str, ...]) -> bool:
    if not _NAMES.isdisjoint(parts):
        return True
    if _NAME_WORDS.isdisjoint(parts) or len(parts) == 1:
        return False
    others = set(parts) - _NAME_WORDS
    return not _NAME_PARTS.isdisjoint(others) or stem(parts[0]) in _PERSONS


def _is_about_people(table: Table) -> bool:
    """People by its own name, or by several columns that only people have."""
    if table.stems[-1] in _PERSONS:
        return True
    told = sum(
        _is_name(f.words) or not _ONLY_OF_PEOPLE.isdisjoint(f.words) for f in table.fields.values()
    )
    return told >= ABOUT_PEOPLE


def _fits(kind: str, field: Field) -> bool:
    if kind == "coordinates":
        return field.kind is not Kind.INTEGER
    if kind == "date of birth":
        return field.kind not in (Kind.INTEGER, Kind.FLOAT)
    if kind in ("phone", "national id", "card number"):
        return field.kind in (Kind.STRING, Kind.INTEGER)
    return field.kind is Kind.STRING
