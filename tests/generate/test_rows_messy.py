"""Sources as people have them, on Spark from the tables and files to gold: changes of rows, marks
of deletion, envelopes, numbers and days that are none, keys that two sides write differently, views
over views, names that only quotes keep together, names of other scripts, and names that two schemas
share. One pipeline, run once and once more."""

from __future__ import annotations

import json
from calendar import isleap
from collections.abc import Iterator, Sequence
from datetime import date

import pytest

from local_workspace.testing import RunningWorkspace
from medallion_core.browse import file_sources, list_tables, read_sources
from medallion_core.edit import answer_feed
from medallion_core.job import Order, Wish, do_job
from medallion_core.model import Design, FeedChoice, Profile, Proofs, Settings
from medallion_core.profile import WarehouseChecks, profile_sources
from medallion_core.propose import propose_design
from medallion_core.tables.proofs import ON_INFERRED
from medallion_core.trust import own_asker
from medallion_core.workspace import Workspace, connect

SOURCE, SECOND, TARGET = "`src-cat`.`sch-1`", "`src-cat`.`sch-2`", "`messy-gold2`.`t-20`"
JOINED = (
    f"fact_visits JOIN {TARGET}.dim_depots USING (depot_key)"
    f" JOIN {TARGET}.dim_plans USING (plan_key)"
)
TABLES = {
    "clients": """('I', 1, 'Ann', 'Oslo', 1), ('I', 2, 'Bob', 'Rome', 2),
        ('I', 3, 'Cid', 'Kiel', 3), ('U', 1, 'Ann', 'Bergen', 4), ('D', 2, 'Bob', 'Rome', 5),
        ('I', 4, 'Dee', 'Nice', 6), ('D', 3, 'Cid', 'Kiel', 8),
        ('U', 4, 'Dee', 'Lyon', 7), ('I', 3, 'Cid', 'Bonn', 9)
        AS t(Op, client_id, name, city, transact_seq)""",
    "orders": """(10, 1D, DATE'2024-01-31', 9.5D), (11, 2D, DATE'2024-02-01', double('NaN')),
        (12, 2D, DATE'2024-02-02', 1.25D), (13, 3D, DATE'2024-02-03', double('Infinity')),
        (14, 4D, DATE'2024-02-04', 2.5D), (15, 9D, DATE'2024-02-05', CAST(NULL AS DOUBLE)),
        (16, NULL, DATE'2024-02-06', 3.0D)
        AS t(order_id, client_id, ordered_on, total_amount)""",
    "payments": """('insert', 1, 5.0D, 1), ('insert', 2, 7.0D, 1), ('update_preimage', 1, 5.0D, 2),
        ('update_postimage', 1, 6.0D, 2), ('delete', 2, 7.0D, 3), ('insert', 3, 8.0D, 3)
        AS t(_change_type, payment_id, paid_amount, _commit_version)""",
    "class": """(1, 'a', false, 1), (2, 'b', true, 2), (3, 'c', false, 3), (4, 'd', false, 4)
        AS t(account_id, `true`, _fivetran_deleted, _fivetran_synced)""",
    "my-table": """(1, 'x', 'y', 1.5D, 'n', 7, 'Zoë', '1'), (2, 'u', 'v', 2.5D, 'm', 8, 'Łuk', '2')
        AS t(`Customer Id`, `a.b`, a_b, `Größe [cm]`, `it's`, `2nd line`, `имя`, `back``tick`)""",
    "contracts": """(1, DATE'2024-01-31', DATE'9999-12-31', TIMESTAMP_NTZ'2024-03-01 10:00:00', 5),
        (2, DATE'2025-01-31', DATE'2025-12-31', TIMESTAMP_NTZ'9999-12-31 23:59:59.999999', 6),
        (3, DATE'1900-01-01', DATE'2025-06-30', TIMESTAMP_NTZ'0001-01-01 00:00:00', 7)
        AS t(contract_id, start_date, end_date, closed_at, fee_amount)""",
    "depots": """('C01   ', 'north'), ('C02   ', 'south'), ('C03   ', 'west')
        AS t(depot_code, `return`)""",
    "visits": """(1, 'C01', DATE'2024-01-31', '1.0'), (2, 'C02', DATE'2024-02-01', '2.0'),
        (3, 'C03', DATE'2024-02-02', '3.0'), (4, 'C01', DATE'2024-02-03', '1.0')
        AS t(visit_id, depot_code, spark, plan_id)""",
    "plans": "(1, 'gold'), (2, 'silver'), (3, 'none') AS t(plan_id, `select`)",
    "branches": """(0, '10000') AS t(branch_id, plz) UNION ALL
        SELECT id, CASE WHEN id = 7 THEN ' ' WHEN id > 391 THEN concat('0', 2000 + id)
        ELSE CAST(10000 + id % 40 AS STRING) END FROM range(1, 400)""",
    "продажи": "('К1', 1.5D), ('К1', 1.5D) AS t(`клиент`, `сумма`)",
    "order details": "('a'), ('a') AS t(remark)",
    "order-details": "(1.5D), (1.5D) AS t(weight)",
    "order_details": "('x'), ('x') AS t(state)",
}
OF_BOTH_SCHEMAS = {
    "Kunden": """(1, '{of} Nord', '東京'), (2, '{of} Süd', '大阪'), (3, 'x', '東京'),
        (4, 'x', '東京') AS t(`Kunden-Nr`, `Größe`, `都道府県`)""",
    "Verkäufe": """(10, 2, 11.5D, DATE'2024-01-02'), (11, 1, 12.25D, DATE'2024-01-03'),
        (12, 2, 0.5D, DATE'2024-01-04'), (13, 4, 0.5D, DATE'2024-01-04')
        AS t(`Verkaufs-Nr`, `Kunden-Nr`, `Betrag (€)`, `дата`)""",
}
VIEWS = """
CREATE TABLE {source}.stock AS
    SELECT * FROM VALUES (1, 'bolt', 5), (2, 'nut', 7) AS t(article_id, article_name, pieces);
CREATE VIEW {source}.stock_named AS SELECT article_id, article_name FROM {source}.stock;
CREATE VIEW {source}.articles AS SELECT * FROM {source}.stock_named WHERE article_id > 0;
"""
LEFT_OUT = ("stock", "stock_named")
ENVELOPES = [
    (None, {"id": 1001, "mail": "a"}, "r", 1),
    (None, {"id": 1002, "mail": "b"}, "r", 2),
    ({"id": 1001, "mail": "a"}, {"id": 1001, "mail": None}, "u", 4),
    ({"id": 1002, "mail": "b"}, None, "d", 5),
    (None, {"id": 1003, "mail": "c"}, "c", 30),
    ({"id": 1003, "mail": "c"}, {"id": 1003, "mail": "cc"}, "u", 200),
]


def _envelopes() -> str:
    lines = [
        {"before": before, "after": after, "source": {"db": "x", "lsn": lsn}, "op": op, "ts_ms": 17}
        for before, after, op, lsn in ENVELOPES
    ]
    return "".join(json.dumps(line) + "\n" for line in lines)


@pytest.fixture(scope="module")
def ws(workspace: RunningWorkspace) -> Iterator[Workspace]:
    for name in ("`src-cat`", "`messy-gold2`"):
        workspace.sql(f"CREATE CATALOG {name}")
    for schema in (SOURCE, SECOND):
        workspace.sql(f"CREATE SCHEMA {schema}")
        both = {name: rows.format(of=schema) for name, rows in OF_BOTH_SCHEMAS.items()}
        for name, values in (both | (TABLES if schema == SOURCE else {})).items():
            made = f"CREATE TABLE {schema}.`{name}`"
            mapped = "TBLPROPERTIES ('delta.columnMapping.mode' = 'name')"
            workspace.sql(f"{made} {mapped} AS SELECT * FROM VALUES {values}")
    workspace.sql(f"CREATE VOLUME {SOURCE}.files")
    for statement in filter(str.strip, VIEWS.format(source=SOURCE).split(";")):
        workspace.sql(statement)
    folder = workspace.home / "volumes/src-cat/sch-1/files/members"
    folder.mkdir(parents=True)
    (folder / "part-0.json").write_text(_envelopes())
    connected = connect()
    yield connected
    connected.close()


@pytest.fixture(scope="module")
def design(ws: Workspace) -> Design:
    tables = [*list_tables(ws, "src-cat", "sch-1"), *list_tables(ws, "src-cat", "sch-2")]
    names = [table.name for table in tables]
    names = [name for name in names if name.table not in LEFT_OUT]
    folder = "/Volumes/src-cat/sch-1/files/members"
    sources = [*read_sources(ws, names), *file_sources(ws, folder)]
    found = profile_sources(ws, sources)
    profiles = [profile if isinstance(profile, Profile) else None for profile in found]
    settings = Settings("Vertrieb Köln #1", "messy-gold2", "t-20", proofs=Proofs.JOB)
    proposed = propose_design(sources, profiles, settings, WarehouseChecks(ws))
    return answer_feed(proposed, "payments", FeedChoice.GONE)


@pytest.fixture(scope="module")
def run(workspace: RunningWorkspace, ws: Workspace, design: Design) -> RunningWorkspace:
    outcome = do_job(own_asker(ws), design, Order())
    assert outcome.met, outcome.verdict
    return workspace


def rows(run: RunningWorkspace, columns: str, table: str) -> Sequence[tuple[object, ...]]:
    return run.sql(f"SELECT {columns} FROM {TARGET}.{table} ORDER BY ALL")


def test_the_newest_of_each_key_stays_and_a_deleted_one_has_its_mark(run: RunningWorkspace) -> None:
    columns = "client_id, city, is_deleted, is_inferred"
    found = rows(run, columns, "dim_clients WHERE client_key <> -1 AND client_id < 9")
    assert found == [
        (1, "Bergen", False, False),
        (2, "Rome", True, False),
        (3, "Bonn", False, False),
        (4, "Lyon", False, False),
    ]


def test_facts_keep_their_link_to_what_was_deleted(run: RunningWorkspace) -> None:
    joined = f"fact_orders JOIN {TARGET}.dim_clients USING (client_key)"
    found = rows(
        run, "order_id, client_id, is_deleted, is_inferred", f"{joined} WHERE order_id > 10"
    )
    assert found == [
        (11, 2, True, False),
        (12, 2, True, False),
        (13, 3, False, False),
        (14, 4, False, False),
        (15, 9, None, True),
        (16, None, None, False),
    ]


def test_what_was_before_a_change_is_left_out_and_what_was_deleted_goes(
    run: RunningWorkspace,
) -> None:
    assert rows(run, "payment_id, paid_amount", "silver_payments") == [(1, 6), (3, 8)]


def test_rows_that_are_marked_stay(run: RunningWorkspace) -> None:
    found = rows(run, "account_id, fivetran_deleted", "silver_class")
    assert found == [(1, False), (2, True), (3, False), (4, False)]


def test_an_envelope_gives_the_rows_that_it_holds(run: RunningWorkspace) -> None:
    found = rows(run, "id, mail, is_deleted", "silver_members")
    assert found == [("1001", None, False), ("1002", "b", True), ("1003", "cc", False)]


def test_nan_is_counted_and_in_no_sum(run: RunningWorkspace, design: Design) -> None:
    assert rows(run, "sum(total_amount)", "fact_orders") == [(16.25,)]
    assert rows(run, "count_if(isnan(total_amount))", "silver_orders") == [(1,)]
    assert "total_amount_finite" in {rule.name for rule in design.entity("orders").rules}
    differing = "reconciliation WHERE difference <> 0 OR difference IS NULL"
    assert rows(run, "fact, metric, difference", differing) == [("dim_clients", ON_INFERRED, 1)]
    assert ("values of total_amount left out of its sum",) in rows(run, "metric", "reconciliation")


def test_words_of_python_and_sql_are_names_like_others(run: RunningWorkspace) -> None:
    assert rows(run, "`true`", "silver_class") == [("a",), ("b",), ("c",), ("d",)]
    assert rows(run, "visit_id, spark", "silver_visits")[0] == (1, date(2024, 1, 31))
    assert rows(run, "visit_id, `return`, `select`", JOINED)[0] == (1, "north", "gold")


def test_a_key_that_is_padded_or_written_as_a_fraction_is_found(run: RunningWorkspace) -> None:
    found = rows(run, "visit_id, depot_code, plan_id", JOINED)
    assert found == [(1, "C01", 1), (2, "C02", 2), (3, "C03", 3), (4, "C01", 1)]


def test_days_that_stand_for_open_or_unknown_stop_nothing(run: RunningWorkspace) -> None:
    assert (1, date(9999, 12, 31)) in rows(run, "contract_id, end_date", "silver_contracts")
    assert len(rows(run, "DISTINCT year", "dim_date")) < 20


def test_each_year_of_the_calendar_has_its_days(run: RunningWorkspace) -> None:
    calendar = "dim_date WHERE date IS NOT NULL GROUP BY year"
    found = rows(run, "year, count(*), count(DISTINCT date), min(date), max(date)", calendar)
    assert {year for year, *_ in found} >= {1, 1900, 2024, 9999}
    for year, *days in found:
        length = 366 if isleap(year) else 365
        assert days == [length, length, date(year, 1, 1), date(year, 12, 31)]


def test_names_of_any_kind_are_readable_and_keep_their_values(run: RunningWorkspace) -> None:
    columns = "customer_id, a_b, a_b_2, grosse_cm, it_s, n2nd_line, imya, back_tick"
    assert rows(run, columns, "silver_my_table") == [
        (1, "x", "y", 1.5, "n", 7, "Zoë", 1),
        (2, "u", "v", 2.5, "m", 8, "Łuk", 2),
    ]


def test_names_that_differ_in_what_divides_their_words_only(run: RunningWorkspace) -> None:
    assert rows(run, "remark", "silver_order_details") == [("a",)] * 2
    assert rows(run, "weight", "silver_order_details_2") == [(1.5,)] * 2
    assert rows(run, "state", "silver_order_details_3") == [("x",)] * 2


def test_names_of_other_scripts_are_read_out(run: RunningWorkspace) -> None:
    assert rows(run, "klient, summa", "silver_prodazhi") == [("К1", 1.5)] * 2


@pytest.mark.parametrize(("name", "schema"), [("sch_1", SOURCE), ("sch_2", SECOND)])
def test_a_star_stays_within_its_schema(run: RunningWorkspace, name: str, schema: str) -> None:
    joined = f"fact_verkaufe_{name} JOIN {TARGET}.dim_kunden_{name} USING (kunden_{name}_key)"
    columns = "verkaufs_nr, kunden_nr, betrag_eur, data_date_key, grosse, dou_dao_fu_xian"
    assert rows(run, columns, joined) == [
        (10, 2, 11.5, 20240102, f"{schema} Süd", "大阪"),
        (11, 1, 12.25, 20240103, f"{schema} Nord", "東京"),
        (12, 2, 0.5, 20240104, f"{schema} Süd", "大阪"),
        (13, 4, 0.5, 20240104, "x", "東京"),
    ]


def test_rare_codes_that_begin_with_zero_stay_text(run: RunningWorkspace) -> None:
    found = rows(run, "plz", "silver_branches WHERE plz LIKE '0%'")
    assert [plz for (plz,) in found] == [f"0{2000 + number}" for number in range(392, 400)]


def test_a_view_over_a_view_shows_what_has_changed(
    run: RunningWorkspace, ws: Workspace, design: Design
) -> None:
    shown = "article_id, article_name"
    assert rows(run, shown, "silver_articles") == [(1, "bolt"), (2, "nut")]
    run.sql(f"INSERT INTO {SOURCE}.stock VALUES (3, 'washer', 9)")
    only = Wish(only=("bronze_articles", "silver_articles", "quarantine_articles"))
    do_job(own_asker(ws), design, Order(deploy=False, run=only))
    assert rows(run, shown, "silver_articles") == [(1, "bolt"), (2, "nut"), (3, "washer")]
