"""Settings that no workspace takes."""

from __future__ import annotations

import pytest

from medallion_core.check import check_design
from medallion_core.model import Level
from tests.changed import changed
from tests.generate.shop import shop

REFUSED = [
    ("pipeline_name", "", "empty"),
    ("pipeline_name", " ", "empty"),
    ("pipeline_name", "a\nb", "not a name for a pipeline"),
    ("pipeline_name", "a" * 256, "not a name for a pipeline"),
    ("catalog", "", "empty"),
    ("catalog", "a.b", "'a.b' is not a name for a catalog"),
    ("schema", "x y", "'x y' is not a name for a schema"),
    ("schema", "x/y", "not a name for a schema"),
    ("schema", "x\ty", "not a name for a schema"),
    ("schema", "x\x7fy", "not a name for a schema"),
    ("schema", "a" * 256, "not a name for a schema"),
    ("fiscal_year_start_month", 0, "no month 0"),
    ("fiscal_year_start_month", 13, "no month 13"),
    ("schedule", "every morning", "not a Quartz cron expression: it has 2 fields"),
    ("readers", ["", "analysts"], "One of them is empty"),
    ("notify", [" "], "One of them is empty"),
]


@pytest.mark.parametrize(("field", "value", "words"), REFUSED)
def test_a_setting_is_refused(field: str, value: object, words: str) -> None:
    found = check_design(changed(shop(), f"settings.{field}", value))
    errors = [finding for finding in found if finding.level is Level.ERROR]
    assert [finding.subject for finding in errors] == [f"settings.{field}"]
    assert words in errors[0].detail
    assert errors[0].hint


TAKEN = [
    ("pipeline_name", "Sales, daily"),
    ("catalog", "a-b"),
    ("schema", "Straße_2"),
    ("schema", "a" * 255),
    ("fiscal_year_start_month", 1),
    ("fiscal_year_start_month", 12),
    ("schedule", ""),
    ("schedule", "0 0 5 * * ?"),
    ("readers", []),
]


@pytest.mark.parametrize(("field", "value"), TAKEN)
def test_a_setting_is_taken(field: str, value: object) -> None:
    found = check_design(changed(shop(), f"settings.{field}", value))
    assert [finding for finding in found if finding.level is Level.ERROR] == []
