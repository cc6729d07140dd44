"""One date dimension: a source's own calendar is used as it, or stays in silver."""

from __future__ import annotations

import pytest

from medallion_core.check import check_design
from medallion_core.model import Design, Level, Role, Settings
from medallion_core.propose import propose_design, propose_star
from tests.propose.memory import schema

CALENDAR = "calendar_key pk | day_date day | month int 1 12 | quarter int 1 4 | week int 1 53"
PARTS = "D shop 30: shop_id pk | shop_name name"


def proposed(text: str) -> Design:
    memory = schema(text)
    return propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)


def test_a_calendar_that_nothing_refers_to_stays_in_silver() -> None:
    design = proposed(f"""
D calendar 1000: {CALENDAR.replace("calendar_key pk | ", "")}
{PARTS}
F sale 900: sale_id pk | shop_id fk shop | sold_on date | amount money
""")
    assert [dimension.name for dimension in design.star.dimensions] == ["dim_shop"]
    assert [date.key for date in design.star.facts[0].dates] == ["sold_date_key"]
    told = [f for f in check_design(design) if f.subject == "calendar" and "No fact" in f.detail]
    assert [finding.level for finding in told] == [Level.INFO]


@pytest.mark.parametrize(
    ("columns", "links", "dates"),
    [
        pytest.param(
            "sold_calendar_key fk calendar | at ts",
            ["calendar_key"],
            [],
            id="the only date says the same",
        ),
        pytest.param(
            "sold_calendar_key fk calendar | sold_at ts | shipped_at ts",
            ["calendar_key"],
            ["shipped_date_key"],
            id="a date of the same role says the same",
        ),
        pytest.param(
            "ordered_on date | shipped_on date",
            ["ordered_on_calendar_key", "shipped_on_calendar_key"],
            [],
            id="days that are days of it refer to it",
        ),
        pytest.param(
            "sold_at ts | shipped_at ts",
            [],
            ["sold_date_key", "shipped_date_key"],
            id="times are no days of it",
        ),
    ],
)
def test_a_calendar_that_is_referred_to_is_the_date_dimension(
    columns: str, links: list[str], dates: list[str]
) -> None:
    design = proposed(f"""
D calendar 1000: {CALENDAR}
{PARTS}
F visit 900: visit_id pk | calendar_key fk calendar | shop_id fk shop | visitors int 1 90
F sale 900: sale_id pk | shop_id fk shop | {columns} | amount money
""")
    sale = design.star.fact("fact_sale")
    assert [date.key for date in sale.dates] == dates
    assert [link.key for link in sale.links if link.dimension == "dim_calendar"] == links


def test_days_come_first_in_the_order_of_a_fact() -> None:
    design = proposed(f"""
D calendar 1000: {CALENDAR}
{PARTS}
F visit 900: visit_id pk | shop_id fk shop | calendar_key fk calendar | visitors int 1 90
""")
    assert design.star.facts[0].cluster_by[0] == "calendar_key"


def test_what_leads_to_what_facts_lead_to_stays() -> None:
    design = proposed("""
D region 40: region_id pk | region_name name | chief name | seat word 9 | founded date
D shop 90: shop_id pk | shop_name name | region_id fk region
D spare 60: spare_id pk | spare_name name
F sale 900: sale_id pk | shop_id fk shop | sold_on date | amount money
""")
    assert [d.name for d in design.star.dimensions] == ["dim_region", "dim_shop"]
    assert [d.name for d in propose_star(design, ["spare"]).dimensions][-1] == "dim_spare"


def test_where_nothing_happens_every_dimension_stays() -> None:
    design = proposed(f"{PARTS}\nD spare 60: spare_id pk | spare_name name")
    assert {entity.role for entity in design.entities} == {Role.DIMENSION}
    assert [d.name for d in design.star.dimensions] == ["dim_shop", "dim_spare"]
