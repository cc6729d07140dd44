"""Who gets a permission, by the name that people write."""

from __future__ import annotations

import pytest

from medallion_core.workspace.access import may_view

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
