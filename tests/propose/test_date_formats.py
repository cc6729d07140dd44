from __future__ import annotations

import pytest

from medallion_core.model import ColumnProfile, Settings, ValueCount
from medallion_core.propose import propose_design
from medallion_core.propose.date_formats import date_formats
from tests.propose.memory import Memory


def profile(*values: str) -> ColumnProfile:
    return ColumnProfile(
        "day",
        0,
        len(values),
        minimum=min(values),
        maximum=max(values),
        frequent=tuple(ValueCount(value, 1) for value in values),
    )


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (("31.12.2023", "01.02.2024"), [("d.M.yyyy", "date")]),
        (("12/31/2023", "1/2/2024"), [("M/d/yyyy", "date")]),
        (("31/12/2023 18:05", "01/02/2024 07:30"), [("d/M/yyyy H:mm", "timestamp")]),
        (("05-Jan-2024", "17-Feb-2024"), [("d-MMM-yyyy", "date")]),
        (("01/02/2024", "03/04/2024"), [("d/M/yyyy", "date"), ("M/d/yyyy", "date")]),
        (("31.12.2023", "unknown"), []),
        (("2024-01-31", "2024-02-29"), []),
        (("31/12/2023", "30/12/2023", "12/31/2023", "12/30/2023", "1/2/2024"), []),
        (("10.1.1.2024", "10.1.1.2025"), []),
        (("31.12.2023",), []),
    ],
)
def test_the_ways_in_which_values_read(
    values: tuple[str, ...], found: list[tuple[str, str]]
) -> None:
    assert [(way.pattern, way.type) for way in date_formats(profile(*values))] == found


def test_one_odd_value_among_many_is_left_to_a_rule() -> None:
    values = [f"{day}/{month}/2024" for day in (3, 14, 25) for month in (1, 2, 3, 4)]
    assert [way.pattern for way in date_formats(profile(*values, "n/a"))] == ["d/M/yyyy"]


def test_dates_in_both_orders_are_asked_about_with_both() -> None:
    days = [f"{n % 28 + 1}/3/2024" if n % 9 else f"3/{n % 28 + 1}/2024" for n in range(60)]
    memory = Memory({"visits": {"visit_id": list(range(60)), "came_on": [*days]}})
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    assert design.entity("visits").column("came_on").type == "string"
    [asked] = [q for q in design.questions if "days before months in some" in q.detail]
    labels = [answer.label for answer in asked.answers]
    assert labels == ["Read as d/M/yyyy", "Read as M/d/yyyy", "Keep the text"]


def test_what_is_told_apart_is_read_and_what_is_not_is_asked() -> None:
    memory = Memory(
        {
            "visits": {
                "visit_id": list(range(24)),
                "came_on": [f"{day + 1}.3.2024" for day in range(24)],
                "left_on": [f"{day % 12 + 1}/3/2024" for day in range(24)],
            }
        }
    )
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    visits = design.entity("visits")
    came, left = visits.column("came_on"), visits.column("left_on")
    assert (came.type, came.source_format) == ("date", "d.M.yyyy")
    assert "came_on_readable" in {rule.name for rule in visits.rules}
    assert (left.type, left.source_format) == ("string", "")
    (asked,) = [q for q in design.questions if q.subject == "visits.left_on"]
    assert "d/M/yyyy and as M/d/yyyy" in asked.detail
