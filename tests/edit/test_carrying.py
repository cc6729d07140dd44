"""A change of a part is carried into what the part became, unless both changed the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core.edit import carried, edit_entity
from medallion_core.errors import MedallionError
from medallion_core.model import Role, Settings
from tests.pages.designs import shop_design

BEFORE = Settings("shop", "main", "gold")


def test_both_changes_hold_where_they_are_of_different_fields() -> None:
    now = replace(BEFORE, owner="ann@example.com")
    both = carried(BEFORE, replace(BEFORE, schema="sales"), now)
    assert both == replace(now, schema="sales")
    assert carried(BEFORE, now, now) == now, "the same twice is once"


def test_a_field_that_became_another_is_not_overwritten() -> None:
    now = replace(BEFORE, owner="ann@example.com")
    with pytest.raises(MedallionError, match="The owner has become another"):
        carried(BEFORE, replace(BEFORE, owner="cleo@example.com"), now)


def test_a_table_that_is_gone_is_named() -> None:
    design = shop_design()
    buyers = design.entity("buyers")
    without = replace(design, entities=design.entities[:1])
    with pytest.raises(MedallionError, match="no table buyers"):
        edit_entity(without, buyers, replace(buyers, role=Role.OTHER))
