"""Who reads a call of the vocabulary sees what each value is."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import pytest

from medallion_core import model

KINDS = [
    kind
    for name in model.__all__
    if isinstance(kind := getattr(model, name), type)
    if is_dataclass(kind)
]


@pytest.mark.parametrize("kind", KINDS)
def test_no_more_than_four_values_are_told_apart_by_their_position(kind: type) -> None:
    by_position = [field.name for field in fields(kind) if not field.kw_only]
    assert len(by_position) <= 4
