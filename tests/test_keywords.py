"""Who reads a call of a dataclass sees what each value is."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module

import pytest

import medallion_core


def _dataclasses() -> Iterator[type]:
    for module in pkgutil.walk_packages(medallion_core.__path__, "medallion_core."):
        if module.name.endswith("__main__"):
            continue
        for found in vars(import_module(module.name)).values():
            if isinstance(found, type) and is_dataclass(found) and found.__module__ == module.name:
                yield found


@pytest.mark.parametrize(
    "kind", list(_dataclasses()), ids=lambda kind: f"{kind.__module__}.{kind.__name__}"
)
def test_no_more_than_four_values_are_told_apart_by_their_position(kind: type) -> None:
    by_position = [field.name for field in fields(kind) if field.init and not field.kw_only]
    assert len(by_position) <= 4
