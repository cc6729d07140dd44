"""Gold on Spark, by its rows: one pipeline over the shop, then the same one when more is known.

Rows are written as what they mean (the name behind a key), not as the keys themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from medallion_core.check.sampled import sample_table
from medallion_core.deploy import apply_plan, plan_deploy
from medallion_core.generate.proofs import proof_queries
from medallion_core.run import start_run, watch_run
from medallion_core.tables.inventory import expected_tables
from medallion_core.tables.proofs import HEADERLESS, ON_INFERRED
from medallion_core.workspace import Workspace, connect
from tests.conftest import RunningWorkspace
from tests.generate.shop import CATALOG, ROWS, SCHEMA, shop
from tests.tables.described import differing

GOLD = f"{CATALOG}.{shop().settings.schema}"

Rows = list[tuple[Any, ...]]

QUESTIONS = {
    "customers": """
        SELECT customer_id, name, tier, country_name, valid_from, valid_to, is_current, is_inferred,
               next_from
        FROM {0}.dim_customer ORDER BY customer_id, valid_from""",
    "customer_keys": """
        SELECT customer_id, min_by(customer_key, valid_from) FROM {0}.dim_customer
        GROUP BY customer_id ORDER BY customer_id""",
    "orders": """
        SELECT order_id, c.customer_id, c.tier, s.name, f.channel, order_date_key, shipping
        FROM {0}.fact_orders JOIN {0}.dim_customer c USING (customer_key)
        JOIN {0}.dim_employee s ON seller_key = employee_key
        JOIN {0}.dim_order_flags f USING (order_flags_key) ORDER BY order_id""",
    "lines": """
        SELECT order_id, line_no, tier, p.product_id, order_date_key,
               quantity, amount, price, shipping, discount
        FROM {0}.fact_order_line JOIN {0}.dim_customer USING (customer_key)
        JOIN {0}.dim_product p USING (product_key) ORDER BY order_id, line_no""",
    "products": """
        SELECT product_id, name, category, told, is_inferred
        FROM {0}.dim_product ORDER BY product_id""",
    "managers": """
        SELECT e.name, m.name FROM {0}.dim_employee e
        JOIN {0}.dim_employee m ON e.manager_key = m.employee_key ORDER BY e.name""",
    "flags": """
        SELECT is_gift, channel FROM {0}.dim_order_flags ORDER BY is_gift, channel""",
    "owners": """
        SELECT account_id, customer_id, weight
        FROM {0}.bridge_account_owner JOIN {0}.dim_account USING (account_key)
        JOIN {0}.dim_customer USING (customer_key) ORDER BY account_id, customer_id""",
    "deliveries": """
        SELECT order_id, tier, pack_date_key, delivery_date_key, days_order_to_pack,
               days_pack_to_delivery
        FROM {0}.fact_delivery JOIN {0}.dim_customer USING (customer_key) ORDER BY order_id""",
    "stock": """
        SELECT product_id, row_count, on_hand
        FROM {0}.agg_stock_by_product JOIN {0}.dim_product USING (product_key)
        ORDER BY product_id""",
    "sold": """
        SELECT product_id, row_count, quantity, amount
        FROM {0}.agg_order_line_by_product JOIN {0}.dim_product USING (product_key)
        ORDER BY product_id""",
    "calendar": "SELECT count(*), min(date), max(date), min(date_key) FROM {0}.dim_date",
    "days": """
        SELECT date_key, day_name, is_weekend, quarter, week, fiscal_year, fiscal_quarter,
               fiscal_month
        FROM {0}.dim_date WHERE date_key IN (20240630, 20240701) ORDER BY date_key""",
    "quarantine": "SELECT name, _broken_rules FROM {0}.quarantine_product",
    "differences": "SELECT fact, metric, difference FROM {0}.reconciliation WHERE difference <> 0",
    "proofs": "SELECT fact, metric, gold FROM {0}.reconciliation ORDER BY fact, metric",
    "unexplained": "SELECT entity FROM {0}.row_balance WHERE lost_rows <> 0 OR surplus_rows <> 0",
    "shared_keys": "SELECT dimension FROM {0}.key_check WHERE row_count <> 1",
}


@dataclass(frozen=True)
class Shop:
    """The shop's pipeline, and the answers to all questions after its latest update."""

    ws: Workspace
    workspace: RunningWorkspace
    pipeline_id: str
    answers: dict[str, Rows]


def _updated(ws: Workspace, workspace: RunningWorkspace, pipeline_id: str, **how: Any) -> Shop:
    update = start_run(ws, pipeline_id, **how)
    *_, status = watch_run(ws, shop(), pipeline_id, update)
    assert (status.errors, status.state) == ((), "COMPLETED")
    answers = {name: workspace.sql(text.format(GOLD)) for name, text in QUESTIONS.items()}
    return Shop(ws, workspace, pipeline_id, answers)


@pytest.fixture(scope="module")
def first(workspace: RunningWorkspace) -> Iterator[Shop]:
    workspace.sql(f"CREATE SCHEMA {CATALOG}.{SCHEMA}")
    for name, rows in ROWS.items():
        workspace.sql(f"CREATE TABLE {CATALOG}.{SCHEMA}.{name} AS SELECT * FROM {rows}")
    ws = connect()
    deployment = apply_plan(ws, plan_deploy(ws, shop()), lambda result: None)
    yield _updated(ws, workspace, deployment.pipeline_id)
    ws.close()


@pytest.fixture(scope="module")
def later(first: Shop) -> Shop:
    """After customer 7 became known, late, Ada left and came back, and Bob left for good."""
    first.workspace.sql(
        f"INSERT INTO {CATALOG}.{SCHEMA}.customer VALUES "
        "(7, 'Cid', 'silver', 'FR', TIMESTAMP'2024-09-01 00:00:00'), "
        "(2, 'Bob', 'closed', 'XX', TIMESTAMP'2024-06-20 00:00:00'), "
        "(1, 'Ada', 'closed', 'DE', TIMESTAMP'2024-06-20 00:00:00'), "
        "(1, 'Ada', 'platinum', 'FR', TIMESTAMP'2024-09-01 00:00:00')"
    )
    return _updated(first.ws, first.workspace, first.pipeline_id)


def test_every_table_has_the_columns_that_the_inventory_tells(first: Shop) -> None:
    assert differing(first.workspace, shop()) == {}


BEGINNING, END = datetime(1900, 1, 1), datetime(9999, 12, 31)
JUNE, LEFT, SEPTEMBER = (datetime(2024, *day) for day in ((6, 1), (6, 20), (9, 1)))


def _plain(rows: Rows) -> Rows:
    """Timestamps without their zone, which is UTC on both sides."""
    return [
        tuple(v.replace(tzinfo=None) if isinstance(v, datetime) else v for v in row) for row in rows
    ]


SAMPLED = ("dim_customer", "fact_order_line", "quarantine_product", "silver_employee")
"""A history, a window, a rule that keeps rows out, a snapshot."""


@pytest.mark.parametrize("table", SAMPLED)
def test_all_rows_of_the_sources_give_by_a_query_what_the_run_gave(first: Shop, table: str) -> None:
    sample = sample_table(first.ws, shop(), table, shown=1_000)
    assert sample.is_whole
    assert sample.read
    written = first.ws.query(f"SELECT * FROM {GOLD}.{table}")
    assert comparable(sample.rows) == comparable(written)


def comparable(rows: pa.Table) -> list[str]:
    """Rows without when they were ingested, in any order."""
    kept = [name for name in rows.column_names if name != "_ingested_at"]
    return sorted(str(sorted(row.items())) for row in rows.select(kept).to_pylist())


def test_history_has_a_row_per_version_that_begins_before_all_facts(first: Shop) -> None:
    assert _plain(first.answers["customers"]) == [
        (None, "Unknown", "Unknown", "Unknown", BEGINNING, END, True, False, None),
        (1, "Ada", "silver", "Germany", BEGINNING, JUNE, False, False, JUNE),
        (1, "Ada", "gold", "Germany", JUNE, END, True, False, None),
        (2, "Bob", "silver", None, BEGINNING, END, True, False, None),
        (5, None, None, None, BEGINNING, END, True, True, None),
        (7, None, None, None, BEGINNING, END, True, True, None),
    ]


def test_facts_find_the_version_of_their_date_or_the_unknown_member(first: Shop) -> None:
    assert first.answers["orders"] == [
        (100, 1, "silver", "Max", "web", 20240301, Decimal("10.00")),
        (101, 1, "gold", "Max", None, 20240701, Decimal("5.00")),
        (102, 7, None, "Unknown", "web", 20240702, Decimal("7.00")),
        (103, None, "Unknown", "Zoe", "shop", -1, Decimal("2.00")),
    ]


def test_lines_take_over_their_header_and_spread_its_amounts_exactly_once(first: Shop) -> None:
    money = Decimal
    assert first.answers["lines"] == [
        (100, 1, "silver", 10, 20240301, 3, money(3), money(1), money("3.33"), money("0.10")),
        (
            100,
            2,
            "silver",
            11,
            20240301,
            1,
            money("2.5"),
            money("2.5"),
            money("3.34"),
            money(".25"),
        ),
        (
            100,
            3,
            "silver",
            10,
            20240301,
            1,
            money("6.5"),
            money("6.5"),
            money("3.33"),
            money(".65"),
        ),
        (101, 1, "gold", 99, 20240701, 2, money(8), money(4), money(5), money("0.10")),
        (102, 1, None, None, 20240702, 1, None, None, money(7), money(0)),
        (103, 1, "Unknown", 10, -1, 1, money(10), money(10), money(1), money(0)),
        (103, 2, "Unknown", 10, -1, 1, money("-9.90"), money("-9.90"), money(1), money(0)),
        (999, 1, "Unknown", 10, -1, 1, money(1), money(1), None, None),
    ]


def test_keys_that_only_facts_know_get_a_member_and_rows_without_a_key_are_kept_out(
    first: Shop,
) -> None:
    assert first.answers["products"] == [
        (None, "Unknown", "Unknown", "Unknown", False),
        (10, "Bolt", "small", "A bolt", False),
        (11, "Nut", "small", None, False),
        (99, None, None, None, True),
    ]
    ((name, broken),) = first.answers["quarantine"]
    assert (name, list(broken)) == ("Ghost", ["product_id_present"])


def test_a_dimension_refers_to_itself(first: Shop) -> None:
    assert first.answers["managers"] == [
        ("Eve", "Unknown"),
        ("Max", "Eve"),
        ("Unknown", "Unknown"),
        ("Zoe", "Unknown"),
    ]


def test_a_junk_dimension_has_each_combination_once(first: Shop) -> None:
    assert first.answers["flags"] == [
        (None, None),
        (False, None),
        (False, "shop"),
        (False, "web"),
        (True, "web"),
    ]


def test_a_bridge_shares_one_whole(first: Shop) -> None:
    half, whole = Decimal("0.5"), Decimal(1)
    assert first.answers["owners"] == [(1, 1, half), (1, 2, half), (2, 1, whole), (3, 5, whole)]


def test_milestones_and_what_lies_between(first: Shop) -> None:
    assert first.answers["deliveries"] == [
        (100, "silver", 20240303, 20240308, 2, 5),
        (101, "gold", 20240702, -1, 1, None),
        (102, "silver", -1, -1, None, None),
        (103, "gold", -1, -1, None, None),
    ], "a member is told by its name, and has a version on each day"


def test_aggregates_add_what_adds_and_take_the_last_of_what_does_not(first: Shop) -> None:
    assert first.answers["stock"] == [(10, 2, 7), (11, 1, 2)]
    assert first.answers["sold"] == [
        (None, 1, 1, None),
        (10, 5, 7, Decimal("10.6")),
        (11, 1, 1, Decimal("2.5")),
        (99, 1, 2, Decimal(8)),
    ]


def test_the_calendar_has_exactly_the_years_in_the_data(first: Shop) -> None:
    days = 365 + 366 + 365 + 1
    assert first.answers["calendar"] == [(days, date(1899, 1, 1), date(9999, 12, 31), -1)]
    assert first.answers["days"] == [
        (20240630, "Sunday", True, 2, 26, 2024, 4, 12),
        (20240701, "Monday", False, 3, 27, 2025, 1, 1),
    ]


def test_the_jobs_sql_gives_the_rows_that_the_pipelines_proofs_have(first: Shop) -> None:
    for table, query in proof_queries(shop(), lambda name: f"{GOLD}.{name}"):
        written = first.ws.query(f"SELECT * FROM {GOLD}.{table}")
        made = first.ws.query(query)
        assert comparable(made) == comparable(written), table
        assert made.schema.types == written.schema.types, table


def test_nothing_is_lost_and_no_key_is_shared(first: Shop) -> None:
    assert sorted(first.answers["differences"]) == [
        ("dim_customer", ON_INFERRED, 2),
        ("dim_product", ON_INFERRED, 1),
        ("fact_order_line", HEADERLESS, 1),
    ], "a key that no row of the source has is no loss, and told"
    assert first.answers["shared_keys"] == []
    assert first.answers["unexplained"] == []
    proofs = {(fact, metric): gold for fact, metric, gold in first.answers["proofs"]}
    assert proofs["fact_order_line", "rows"] == 8
    assert proofs["fact_order_line", "sum of shipping"] == 24
    assert proofs["fact_orders", "rows on the unknown customer_key"] == 1


def test_every_expected_table_is_there_and_no_foreign_key_is_null(first: Shop) -> None:
    made = {name for _, name, *_ in first.workspace.sql(f"SHOW TABLES IN {GOLD}")}
    assert made >= set(expected_tables(shop()))
    for fact in (*shop().star.facts, *shop().star.bridges):
        for link in fact.links:
            (row,) = first.workspace.sql(
                f"SELECT count_if({link.key} IS NULL) FROM {GOLD}.{fact.name}"
            )
            assert row == (0,), (fact.name, link.key)


def test_what_happened_while_a_member_was_gone_refers_to_its_last_version_before(
    first: Shop, later: Shop
) -> None:
    """Order 101 is of July, between Ada's leaving and her return."""
    assert [row[:3] for row in later.answers["orders"] if row[0] == 101] == [(101, 1, "gold")]
    assert later.answers["owners"] == first.answers["owners"], "Bob's account is still his"


def test_a_late_row_completes_its_inferred_member_under_the_same_key(
    first: Shop, later: Shop
) -> None:
    assert later.answers["customer_keys"] == first.answers["customer_keys"]
    versions = [row[:3] + row[4:] for row in _plain(later.answers["customers"]) if row[0]]
    assert versions == [
        (1, "Ada", "silver", BEGINNING, JUNE, False, False, JUNE),
        (1, "Ada", "gold", JUNE, LEFT, False, False, SEPTEMBER),
        (1, "Ada", "platinum", SEPTEMBER, END, True, False, None),
        (2, "Bob", "silver", BEGINNING, LEFT, False, False, None),
        (5, None, None, BEGINNING, END, True, True, None),
        (7, "Cid", "silver", BEGINNING, END, True, False, None),
    ]
    tiers = [(order, tier) for order, _, tier, *_ in later.answers["orders"]]
    assert tiers == [(100, "silver"), (101, "gold"), (102, "silver"), (103, "Unknown")]
    assert later.answers["lines"][4][:3] == (102, 1, "silver")
    assert ("dim_customer", ON_INFERRED, 1) in later.answers["differences"]


def test_a_full_refresh_changes_no_row_and_no_key(later: Shop) -> None:
    again = _updated(later.ws, later.workspace, later.pipeline_id, full_refresh=True)
    assert again.answers == later.answers
