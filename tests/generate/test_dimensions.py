"""What a dimension is made of, beside its rows: those are compared on Spark."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core.generate.dimensions import dimension_file
from medallion_core.tables.members import count_name
from tests.generate.shop import shop


def test_members_that_only_facts_know_refer_to_the_unknown_member() -> None:
    design = shop()
    employee = next(d for d in design.star.dimensions if d.name == "dim_employee")
    assert employee.outriggers
    employee = replace(employee, inferred_members=True)
    dimensions = [employee if d.name == employee.name else d for d in design.star.dimensions]
    star = replace(design.star, dimensions=tuple(dimensions))
    text = dimension_file(replace(design, star=star), employee)
    made = text.partition("inferred = ")[2].partition("unknown = ")
    assert all("-1 AS manager_key" in part for part in (made[0], made[2]))


@pytest.mark.parametrize(
    ("keys", "count"),
    [(("id",), "row_count"), (("row_count",), "row_count_2"), (("ROW_COUNT",), "row_count_2")],
)
def test_the_number_of_rows_has_a_name_that_no_key_has(keys: tuple[str, ...], count: str) -> None:
    assert count_name(keys) == count
