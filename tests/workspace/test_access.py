"""Who gets a permission, by the name that people write."""

from __future__ import annotations

import pytest

from medallion_core.workspace.access import is_one, may_view

APPLICATION = "0c1a2b3c-0000-4000-8000-00000000000a"


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("ann@example.com", "user_name"),
        (APPLICATION, "service_principal_name"),
        ("data stewards", "group_name"),
    ],
)
def test_each_kind_of_principal_is_named_as_such(name: str, field: str) -> None:
    [entry] = may_view([name, "app"], besides="app")
    assert entry.as_dict() == {field: name, "permission_level": "CAN_VIEW"}


@pytest.mark.parametrize("name", ["ann@example.com", "O'Neil+x@mail.example.org", APPLICATION])
def test_a_person_and_a_service_principal_are_one(name: str) -> None:
    assert is_one(name)


@pytest.mark.parametrize(
    "name",
    [
        *("", "users", "account users", "data stewards", "admins", "ann", "ann@example", "@x.org"),
        *("a b@x.org", "a@b@x.org", "ann@example.com,bob@example.com", "x\u202e@y.org"),
        *("ann@example.com\n", "\u0430nn@example.com", f"{'a' * 255}@x.org", APPLICATION[:-1]),
    ],
)
def test_a_group_and_what_only_looks_like_somebody_is_not(name: str) -> None:
    assert not is_one(name)
