"""Where personal data is that nobody has decided on: in every layer that its values reach."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core.model import Design, Privacy, PrivacyDecision
from medallion_core.tables.personal import undecided_columns
from tests.generate.designs import tpch


def with_privacy(*decided: tuple[str, PrivacyDecision]) -> Design:
    customer = tpch().entity("customer")
    said = dict(decided)
    columns = tuple(
        replace(c, privacy=Privacy("name", said[c.name]) if c.name in said else None)
        for c in customer.columns
    )
    return tpch().with_entity(replace(customer, columns=columns))


def test_it_is_in_bronze_in_silver_and_where_gold_shows_it() -> None:
    found = undecided_columns(with_privacy(("c_name", PrivacyDecision.UNDECIDED)))
    assert found["bronze_customer"] == ("c_name",)
    assert found["silver_customer"] == ("c_name",)
    assert found["dim_customer"] == ("c_name",)
    assert not {name for name in found if "part" in name or "region" in name}


@pytest.mark.parametrize(
    "decision", [each for each in PrivacyDecision if each is not PrivacyDecision.UNDECIDED]
)
def test_what_was_decided_is_open_nowhere(decision: PrivacyDecision) -> None:
    assert undecided_columns(with_privacy(("c_name", decision))) == {}
    assert undecided_columns(with_privacy()) == {}
