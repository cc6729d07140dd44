"""Personal data by what columns are called, where they stand, and what is in them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from medallion_core.model import Column, Profile, Source, TableLocation, TableName
from medallion_core.propose.columns import propose_columns
from medallion_core.propose.privacy import propose_privacy
from medallion_core.propose.tables import view_tables
from medallion_core.text.patterns import PATTERNS
from tests.propose.memory import Memory

PEOPLE = "person_id, given_name, birth_date d"
TYPES = {"": "string", "i": "bigint", "d": "date", "f": "double", "b": "boolean"}


def kinds(table: str, columns: str) -> dict[str, str]:
    """Those that are taken for personal, with their kind."""
    listed = (entry.strip().partition(" ") for entry in columns.split(","))
    found = tuple(Column(name, TYPES[kind]) for name, _, kind in listed)
    [view] = view_tables([Source(TableLocation(TableName("c", "s", table)), found)], [None])
    privacy = {f.name: propose_privacy(f, view) for f in view.fields.values()}
    return {name: each.kind for name, each in privacy.items() if each}


FOUND = {
    "names in any order": (
        "claimant", "first_name, name_last, MiddleName, maiden_name, customer_name, guest_name"
    ),
    "names in one word": ("visits", "FIRST, LAST, MAIDEN, ssn, birthdate d"),
    "how to be let in": ("account", "user_name, login, password_hash, pwd_salt, user_pass"),
    "papers": ("trip", "driver_licence_no, license_plate, passport_no, tax_id, ssn"),
    "where one lives": ("lead", "address_line_1, addr2, home_street, mailing_address"),
    "where a person's home is": ("patients", "lat f, longitude f, first_name, surname"),
    "what the law calls special": ("visit", "race, ethnicity, patient_religion, nationality"),
    "how to be reached": ("t", "email, work_phone, mobile i, fax, contact_email_address"),
    "the second of several": ("t", "phone1, email2, first_name2"),
    "other languages": ("t", "nachname, telefon, strasse, apellido, correo, direccion"),
}  # fmt: skip


@pytest.mark.parametrize("name", FOUND)
def test_it_is_found(name: str) -> None:
    table, columns = FOUND[name]
    names = {entry.strip().split(" ")[0] for entry in columns.split(",")}
    assert kinds(table, columns).keys() == names


OTHERS = {
    "web addresses": ("t", "web_address, url, mac_address, website"),
    "what is said of a mail": ("t", "email_subject, emails_sent i, channel_email i, email_opt_in"),
    "what is said of a phone": ("t", "phone_type, mobile_app_version, phone_verified, fax_count i"),
    "accounts and numbers": ("t", "account_number, order_number, email_id, phone_type_id i"),
    "names of things": ("product", "name, first, last, brand_name, campaign_name, company_name"),
    "where a shop is": ("store", "latitude f, longitude f, store_phone, store_name"),
    "licences of pictures": ("photo", "license, software_license, license_url"),
    "dates of others": ("t", "hire_date d, last_login_date d, address_changed_at d"),
    "flags": ("t", "email b, phone b"),
    "where somebody was born": ("person", "birth_city, birth_country, birth_state"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_things_are_left_alone(name: str) -> None:
    assert kinds(*OTHERS[name]) == {}


def by_values(values: list[object], patterns: dict[str, float], name: str = "email") -> str:
    memory = Memory({"t": {"t_id": list(range(len(values))), name: values}})  # type: ignore[dict-item]
    profile = memory.profile("t")
    column = replace(profile.columns[1], patterns=patterns)
    seen = Profile(len(values), (profile.columns[0], column))
    [view] = view_tables(memory.sources(), [seen])
    found = propose_privacy(view.fields[name], view)
    return found.kind if found else ""


def test_what_is_empty_or_a_flag_is_nobodys() -> None:
    assert by_values([f"{n}@x.org" for n in range(30)], {}) == "email"
    assert by_values([None] * 30, {}) == ""
    assert by_values(["Y", "N"] * 15, {}) == ""
    assert by_values(["a@x.org", None], {}) == "email"


def test_numbers_of_accounts_are_no_phones() -> None:
    numbers: list[object] = [f"0170{n:07}" for n in range(30)]
    assert by_values(numbers, {"phone": 0.9}, "reached_by") == "phone"
    assert by_values(numbers, {"phone": 0.9}, "account_number") == ""
    assert by_values(numbers, {"phone": 0.5}, "reached_by") == ""


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("0170 123456", True),
        ("555-2368", True),
        ("2024-01", False),
        ("01/2024", False),
        ("2024-031", False),
        ("12345.67", False),
    ],
)
def test_a_month_or_a_number_is_no_phone(text: str, is_one: bool) -> None:
    assert bool(re.search(PATTERNS["phone"], text)) is is_one


PERSON = "struct<first_name:string,contact:struct<`e-mail`:string>>"
WITHIN = {
    "fields of a struct": (PERSON, [], "name"),
    "fields deep within lists": ("array<struct<kind:string,to:struct<phone:string>>>", [], "phone"),
    "fields that say nothing": ("struct<sku:string,qty:int,email_sent:int>", [], ""),
    "plain values in a list": ("array<int>", [], ""),
    "JSON that is kept as text": ("string", ['{"page": 1, "user": {"phone": "1"}}'] * 9, "phone"),
    "a mail among other words": ("string", ["ok", "write to ann@x.example", "no"] * 9, "email"),
    "what only looks like one": ("string", ["logo@2x.png", "a @ b.example", "no"] * 9, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", WITHIN)
def test_what_lies_within_a_column_is_found(name: str) -> None:
    type_, values, kind = WITHIN[name]
    memory = Memory({"t": {"detail": [*values]}}, types={("t", "detail"): type_})
    profiles = [memory.profile("t") if values else None]
    [view] = view_tables(memory.sources(), profiles)
    [column] = propose_columns(view, {})
    assert (column.privacy.kind if column.privacy else "") == kind
