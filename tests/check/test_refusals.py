"""What keeps a design from being deployed, as it is said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core.check import checked_bundle, design_refusals, require_accepted
from medallion_core.errors import MedallionError
from medallion_core.model import Finding, Level
from tests.generate.designs import tpch

NO_NAME = Finding(Level.ERROR, "settings.schema", "It is empty.", "Name it.")
NO_HINT = Finding(Level.ERROR, "orders", "It has no column.")


def test_a_design_is_refused_for_its_errors_alone_and_nothing_is_generated_from_it() -> None:
    assert design_refusals(tpch()) == ()
    bundle, refused = checked_bundle(tpch(), "/bundle")
    assert (bool(bundle), refused) == (True, ())
    nameless = replace(tpch(), settings=replace(tpch().settings, schema=""))
    assert [f.subject for f in design_refusals(nameless)] == ["settings.schema"]
    assert checked_bundle(nameless, "/bundle") == ({}, design_refusals(nameless))


@pytest.mark.parametrize(
    ("refused", "message", "hint"),
    [
        ((NO_NAME,), "settings.schema: It is empty.", "Name it."),
        ((NO_HINT,), "orders: It has no column.", "Correct the design, then plan again."),
        (
            (NO_NAME, NO_HINT, NO_HINT),
            "settings.schema: It is empty. There are 2 more such findings.",
            "Name it.",
        ),
    ],
)
def test_the_first_refusal_is_told_and_how_many_more_there_are(
    refused: tuple[Finding, ...], message: str, hint: str
) -> None:
    with pytest.raises(MedallionError) as raised:
        require_accepted(refused)
    assert raised.value.message == f"The design is not deployed or run: {message}"
    assert raised.value.hint == hint
    require_accepted(())
