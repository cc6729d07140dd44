"""One date dimension: a source's own calendar is used as it, or stays in silver."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core.check import check_design
from medallion_core.edit import edit_entities
from medallion_core.model import ChangeHandling, Design, Level, Role, Settings
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


VISITS = f"""
D calendar 1000: {CALENDAR}
D shop 30: shop_id pk | shop_name name | updated_at ts
F sale 900: sale_id pk | calendar_key fk calendar | shop_id fk shop | sold_at ts | amount money
O note 900: note_id pk | sale_id fk sale | written_at ts | stars int 1 5
"""


@pytest.mark.parametrize("change", [ChangeHandling.SNAPSHOT_HISTORY, ChangeHandling.HISTORY])
def test_a_date_that_picks_versions_stays(change: ChangeHandling) -> None:
    design = proposed(VISITS)
    assert design.star.fact("fact_sale").dates == ()
    edited = edit_entities(design, [replace(design.entity("shop"), change=change)])
    assert [date.column for date in edited.star.fact("fact_sale").dates] == ["sold_at"]
    note = edited.star.fact("fact_note")
    assert ("sold_at", True) in [(date.column, date.from_header) for date in note.dates]
    assert propose_star(edited).fact("fact_sale").dates == edited.star.fact("fact_sale").dates


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("fiscal", "first_day"),
        ("fiscal", "week_ending"),
        ("fiscal", "valid_until"),
        ("fiscal", "changed_on"),
        ("fiscal_periods", "day"),
        ("months", "date"),
    ],
)
def test_a_table_of_periods_is_no_calendar(name: str, day: str) -> None:
    design = proposed(f"""
D {name} 60: period_id pk | {day} date | month int 1 12 | quarter int 1 4 | fiscal_year int 19 24
{PARTS}
F sale 900: sale_id pk | period_id fk {name} | shop_id fk shop | sold_on date | amount money
""")
    sale = design.star.fact("fact_sale")
    assert f"dim_{name}" in [link.dimension for link in sale.links]
    assert [date.key for date in sale.dates] == ["sold_date_key"]


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
