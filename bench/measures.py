"""Which numbers add up: the proposed measures beside labels that were given by reading each table.

Data sets as in ``bench.propose``, answered from memory. A label is ``+`` where the sum over any
rows means something, ``-`` where it does not, with the reason. Numbers without a label are keys,
what refers to other tables, and what describes a dimension: none of them adds up. What is made of
several columns has no label.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bench.propose import data_sets, say
from medallion_core.model import Aggregation, Design, Settings
from medallion_core.propose import propose_design
from tests.propose.in_memory import Tables

LABELS = """
adventureworks_sales.salesorderdetail
    orderqty + pieces | unitprice - price of one | unitpricediscount - a share
    specialofferid - refers to what is not here
adventureworks_sales.salesorderheader
    subtotal + money | taxamt + money | freight + money | totaldue + money | status - a code
    revisionnumber - a version | shipmethodid - refers to what is not here
    territoryid - refers to what is not here | currencyrateid - refers to what is not here
chinook.invoice
    total + money
chinook.invoice_line
    quantity + pieces | unit_price - price of one
foodmart.expense_fact
    amount + money
foodmart.inventory_fact_1997
    units_ordered + pieces | units_shipped + pieces | warehouse_sales + money
    warehouse_cost + money | supply_time + days | store_invoice + money
foodmart.inventory_fact_1998
    units_ordered + pieces | units_shipped + pieces | warehouse_sales + money
    warehouse_cost + money | supply_time + days | store_invoice + money
foodmart.salary
    salary_paid + money | overtime_paid + money | vacation_accrued + days | vacation_used + days
foodmart.sales_fact_1997
    store_sales + money | store_cost + money | unit_sales + pieces
foodmart.sales_fact_dec_1998
    store_sales + money | store_cost + money | unit_sales + pieces
formula1.constructor_results
    points + won in one race
formula1.constructor_standings
    points - running total of a season | wins - running total of a season | position - a rank
formula1.driver_standings
    points - running total of a season | wins - running total of a season | position - a rank
formula1.pit_stops
    duration + seconds | milliseconds + a duration | lap - when it was
formula1.qualifying
    number - names a car | position - a rank
formula1.results
    points + won in one race | laps + rounds driven | milliseconds + a duration
    number - names a car | grid - a rank | position - a rank | position_order - a rank
    fastest_lap - which lap | rank - a rank | fastest_lap_speed - a speed
formula1.sprint_results
    points + won in one race | laps + rounds driven | milliseconds + a duration
    number - names a car | grid - a rank | position - a rank | position_order - a rank
    fastest_lap - which lap | rank - a rank
jaffle_classic.raw_payments
    amount + money
maven_crm.sales_pipeline
    close_value + money
northwind.order_details
    quantity + pieces | unit_price - price of one | discount - a share
northwind.orders
    freight + money
nycflights13.flights
    dep_delay + minutes | arr_delay + minutes | air_time + minutes | distance + miles
    year - a date | month - a date | day - a date | hour - a date | minute - a date
    dep_time - time of day | sched_dep_time - time of day | arr_time - time of day
    sched_arr_time - time of day | flight - names a flight
nycflights13.weather
    precip + inches | year - a date | month - a date | day - a date | hour - a date
    temp - a temperature | dewp - a temperature | humid - a share | wind_dir - a direction
    wind_speed - a speed | wind_gust - a speed | pressure - a state | visib - a state
sap_bikes.sales_order_items
    grossamount + money | netamount + money | taxamount + money | quantity + pieces
    deliverydate - a date
sap_bikes.sales_orders
    grossamount + money | netamount + money | taxamount + money | fiscalyearperiod - a date
tpch.lineitem
    l_quantity + pieces | l_extendedprice + money of the whole line | l_discount - a share
    l_tax - a share
tpch.orders
    o_totalprice + money | o_shippriority - a code
tpch.partsupp
    ps_availqty - a stock | ps_supplycost - price of one
"""

Named = tuple[str, str, str]
"""Data set, table, column."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What is proposed to be summed, and what is labelled to add up."""

    found: frozenset[Named]
    labelled: frozenset[Named]

    @property
    def precision(self) -> float:
        return len(self.found & self.labelled) / len(self.found) if self.found else 1.0

    @property
    def recall(self) -> float:
        return len(self.found & self.labelled) / len(self.labelled) if self.labelled else 1.0


def labels() -> dict[Named, str]:
    """``+`` or ``-`` by data set, table and column."""
    found: dict[Named, str] = {}
    place = ("", "")
    for line in LABELS.strip().splitlines():
        if not line.startswith(" "):
            dataset, _, table = line.partition(".")
            place = (dataset, table)
            continue
        for entry in line.split("|"):
            column, sign, _ = entry.strip().split(" ", 2)
            found[*place, column] = sign
    return found


def main() -> None:
    folders = data_sets()
    if not folders:
        return
    additive = {named for named, sign in labels().items() if sign == "+"}
    say("\nMeasures that add up\ndata set              precision  recall")
    whole = Sums(frozenset(), frozenset())
    for folder in folders:
        labelled = frozenset(named for named in additive if named[0] == folder.name)
        sums = Sums(_summed(folder), labelled)
        say(_line(folder.name, sums))
        whole = Sums(whole.found | sums.found, whole.labelled | sums.labelled)
    for named in sorted(whole.found ^ whole.labelled):
        say(f"    {'missing' if named in whole.labelled else 'wrong'} {'.'.join(named)}")
    say(_line("all", whole))


def _line(name: str, sums: Sums) -> str:
    return f"{name:20} {sums.precision:10.3f} {sums.recall:7.3f}"


def _summed(folder: Path) -> frozenset[Named]:
    """The columns that the proposal sums as they are."""
    tables = Tables.read(folder)
    design = propose_design(tables.sources, tables.profiles, Settings("b", "c", "s"), tables)
    return frozenset((folder.name, table, column) for table, column in _columns(design))


def _columns(design: Design) -> set[tuple[str, str]]:
    return {
        (fact.entity_of(from_header=measure.from_header), measure.expression.strip("`"))
        for fact in design.star.facts
        for measure in fact.measures
        if measure.aggregation is Aggregation.SUM and " " not in measure.expression
    }
