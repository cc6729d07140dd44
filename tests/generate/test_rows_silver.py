"""Silver on Spark, by its rows: planted defects are found exactly, nothing is lost, and what
changes ends as it should after three updates, whatever order it came in."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from local_workspace.samples import write_landing
from medallion_core.browse import file_source, file_sources, read_sources
from medallion_core.deploy import apply_plan, plan_deploy
from medallion_core.edit.drift import Drift, DriftKind, find_drift
from medallion_core.model import FilesLocation, TableLocation, TableName, TableType
from medallion_core.run import RunStatus, start_run, verdict, wait_until_idle, watch_run
from medallion_core.workspace import Workspace, connect
from tests.conftest import RunningWorkspace
from tests.generate.dirty import CUSTOMERS, ORDERS, SOURCE, TARGET, dirty
from tests.tables.described import differing

# id, value, version, deleted: in the order in which they come
CHANGES = (
    "(1, 'a', 1, false), (2, 'b', 1, false), (3, 'c', 5, false)",
    "(1, 'old', 0, false), (2, 'b2', 2, false), (2, 'b2', 2, false), (3, NULL, 6, true)",
    "(3, 'late', 4, false), (1, 'a3', 3, false), (4, 'd', 1, false)",
)
NAMES = ("Zoë", "Jürgen", "Ana", "Li", "Søren", "Maria", "Ødegård", "Émile")
STAFF = ("(1, 'red'), (2, 'blue')", "(1, 'red'), (2, 'green')", "(2, 'green'), (3, 'red')")


@dataclass(frozen=True)
class Run:
    """The pipeline after its updates: what was planted, and what each update said."""

    workspace: RunningWorkspace
    planted: dict[str, dict[str, int]]
    updates: list[RunStatus]

    def count(self, table: str, where: str = "true") -> int:
        ((count,),) = self.workspace.sql(f"SELECT count(*) FROM {TARGET}.{table} WHERE {where}")
        return int(count)

    def broken(self, entity: str) -> Counter[tuple[str, ...]]:
        """How many rows of the quarantine broke which rules."""
        rows = self.workspace.sql(f"SELECT _broken_rules FROM {TARGET}.quarantine_{entity}")
        return Counter(tuple(names) for (names,) in rows)


def _change(workspace: RunningWorkspace, number: int) -> None:
    workspace.sql(f"INSERT INTO {SOURCE}.changes VALUES {CHANGES[number]}")
    workspace.sql(
        f"CREATE OR REPLACE TABLE {SOURCE}.staff AS "
        f"SELECT * FROM VALUES {STAFF[number]} AS t(staff_id, team)"
    )


def _update(ws: Workspace, pipeline_id: str) -> RunStatus:
    *_, status = watch_run(ws, dirty(), pipeline_id, start_run(ws, pipeline_id))
    assert (status.errors, status.state) == ((), "COMPLETED")
    return status


def _new_orders(folder: Path) -> None:
    """A column that nobody knew, and a quantity that is no number any more."""
    rows = [
        {"order_id": 9001, "quantity": 1, "amount": "1.00", "gift": True},
        {"order_id": 9002, "quantity": "many", "amount": "2.00"},
    ]
    common = {"sku": "P001", "ordered_at": "2026-02-01T00:00:00Z"}
    text = "".join(json.dumps(common | row) + "\n" for row in rows)
    (folder / "orders_99.json").write_text(text)


@pytest.fixture(scope="module")
def run(workspace: RunningWorkspace) -> Iterator[Run]:
    volume = workspace.home / "volumes/main/landing/files/dirty"
    planted = write_landing(volume, workspace.home / "topics")
    (volume / "notes").mkdir()
    (volume / "notes/notes.txt").write_text("first\nsecond\n")
    workspace.sql(f"CREATE SCHEMA {SOURCE}")
    workspace.sql(
        f"CREATE TABLE {SOURCE}.changes (id INT, value STRING, version INT, deleted BOOLEAN)"
    )
    ws = connect()
    pipeline_id = ""
    updates = []
    for number in range(len(CHANGES)):
        _change(workspace, number)
        if number == 1:
            _new_orders(volume / "orders")
        pipeline_id = pipeline_id or apply_plan(ws, plan_deploy(ws, dirty()), _say).pipeline_id
        updates.append(_update(ws, pipeline_id))
    yield Run(workspace, planted, updates)
    ws.close()


def _say(_: object) -> None:
    """Nobody listens to the steps of this deploy."""


def test_every_table_has_the_columns_that_the_inventory_tells(run: Run) -> None:
    """Of two files the design does not know all: a field of a struct, an integer kept as text."""
    assert differing(run.workspace, dirty()).keys() == {"bronze_customers", "bronze_orders"}


def test_orders_from_json(run: Run) -> None:
    planted = run.planted["orders"]
    named = Counter(name for names in run.broken("orders").elements() for name in names)
    assert named["order_id_present"] == planted["order_id_missing"]
    assert named["amount_read"] == planted["amount_not_a_number"]
    assert named["not_in_the_future"] == 0
    assert run.count("bronze_orders") == planted["rows"] + 2
    kept_out = planted["order_id_missing"] + planted["amount_not_a_number"]
    dropped = planted["in_the_future"]
    assert run.count("silver_orders") == planted["rows"] + 2 - kept_out - dropped
    assert run.count("silver_orders", "ordered_at >= TIMESTAMP'2100-01-01'") == 0


def test_customers_from_csv_with_one_row_a_key(run: Run) -> None:
    planted = run.planted["customers"]
    assert run.broken("customers") == {
        ("customer_id_present",): planted["customer_id_missing"],
        ("email_has_form",): planted["email_malformed"],
        ("birthday_read",): planted["birthday_impossible"],
    }
    assert run.count("bronze_customers") == planted["rows"]
    kept_out = run.count("quarantine_customers")
    assert run.count("silver_customers") == planted["rows"] - kept_out - planted["duplicate"]
    assert run.count("silver_customers", "name <> trim(name)") == 0
    lost = f"SELECT _uncast['birthday'] FROM {TARGET}.quarantine_customers"
    assert ("1987-02-31",) in run.workspace.sql(lost)


def test_files_of_two_encodings_are_both_read_right(run: Run) -> None:
    names = "split_part(name, ' ', 1)"
    found = run.workspace.sql(f"SELECT DISTINCT {names} FROM {TARGET}.silver_customers")
    assert {name for (name,) in found} == set(NAMES)
    ws = connect()
    [location] = CUSTOMERS.reads
    assert isinstance(location, FilesLocation)
    [source] = file_sources(ws, location.path)
    ws.close()
    assert isinstance(source.location, FilesLocation)
    assert source.location.mixed_encodings
    assert source.location.options["encoding"] == "ISO-8859-1"


def test_products_from_parquet_read_once(run: Run) -> None:
    planted = run.planted["products"]
    assert run.broken("products") == {("name_present",): planted["name_missing"]}
    assert run.count("bronze_products", "product_name IS NULL") == planted["name_missing"]
    assert run.count("silver_products", "unit_price < 0") == planted["price_negative"]
    kept = planted["rows"] - planted["name_missing"] - planted["duplicate"]
    assert run.count("silver_products") == kept


def test_two_folders_in_one_table(run: Run) -> None:
    north, south = run.planted["stores_north"], run.planted["stores_south"]
    rows = north["rows"] + south["rows"]
    impossible = north["opened_on_impossible"] + south["opened_on_impossible"]
    assert run.count("bronze_stores") == rows
    assert run.broken("stores") == {("opened_on_read",): impossible}
    assert run.count("silver_stores") == rows - impossible
    sources = run.workspace.sql(f"SELECT _source, count(*) FROM {TARGET}.bronze_stores GROUP BY 1")
    assert sorted(count for _, count in sources) == [north["rows"], south["rows"]]


def test_messages_of_a_topic(run: Run) -> None:
    planted = run.planted["payments"]
    assert run.broken("payments") == {
        ("payment_id_present", "order_id_present"): planted["malformed"],
        ("order_id_present",): planted["order_id_missing"],
    }
    assert run.count("bronze_payments") == planted["rows"]
    kept_out = planted["malformed"] + planted["order_id_missing"]
    assert run.count("silver_payments") == planted["rows"] - kept_out
    assert run.count("bronze_payments", "CAST(_value AS STRING) = '<not json>'") == 3


def test_a_new_column_and_a_retyped_one_lose_nothing(run: Run) -> None:
    assert run.count("bronze_orders", "gift") == 1
    rescued = f"SELECT order_id, _rescued_data FROM {TARGET}.silver_orders WHERE order_id > 9000"
    found = {order: text or "" for order, text in run.workspace.sql(rescued)}
    assert found.keys() == {9001, 9002}
    assert "many" in found[9002]


def test_the_app_shows_what_has_changed_at_the_source(run: Run) -> None:
    ws = connect()
    [location] = ORDERS.reads
    assert isinstance(location, FilesLocation)
    found = find_drift(ORDERS, [file_source(ws, location)])
    ws.close()
    assert Drift("orders", DriftKind.NEW, "gift", now="boolean") in found
    assert Drift("orders", DriftKind.RETYPED, "quantity", before="bigint", now="string") in found


def test_a_nested_field_is_taken_out_with_its_comment(run: Run) -> None:
    assert run.count("silver_orders", "bought_by IS NULL") == 2, "the late rows have no customer"
    rows = run.workspace.sql(
        "SELECT full_data_type, comment FROM main.information_schema.columns"
        " WHERE table_schema = 'dirty' AND table_name = 'silver_orders'"
        " AND column_name = 'bought_by'"
    )
    assert rows == [("bigint", "Who bought.")]


def test_text_is_read_line_by_line(run: Run) -> None:
    assert run.workspace.sql(f"SELECT value FROM {TARGET}.silver_notes ORDER BY 1") == [
        ("first",),
        ("second",),
    ]


def test_the_newest_version_stays_whatever_order_events_come_in(run: Run) -> None:
    rows = run.workspace.sql(f"SELECT id, value FROM {TARGET}.silver_newest ORDER BY id")
    assert rows == [(1, "a3"), (2, "b2"), (4, "d")]


def test_every_version_is_kept_in_the_order_of_its_sequence(run: Run) -> None:
    assert run.workspace.sql(
        f"SELECT id, value, __START_AT, __END_AT FROM {TARGET}.silver_versions ORDER BY 1, 3"
    ) == [
        (1, "old", 0, 1),
        (1, "a", 1, 3),
        (1, "a3", 3, None),
        (2, "b", 1, 2),
        (2, "b2", 2, None),
        (3, "late", 4, 5),
        (3, "c", 5, 6),
        (4, "d", 1, None),
    ]


def test_snapshots_show_what_is_and_remember_what_was(run: Run) -> None:
    rows = run.workspace.sql(f"SELECT staff_id, team FROM {TARGET}.silver_staff ORDER BY 1")
    assert rows == [(2, "green"), (3, "red")]
    assert run.workspace.sql(
        f"SELECT staff_id, team, __END_AT IS NULL FROM {TARGET}.silver_staff_history "
        "ORDER BY 1, __START_AT"
    ) == [(1, "red", False), (2, "blue", False), (2, "green", True), (3, "red", True)]


BALANCE = (
    "bronze_rows, silver_rows, quarantined_rows, dropped_rows, merged_rows, deleted_rows, "
    "lost_rows, surplus_rows"
)


def _balance(run: Run) -> dict[str, tuple[int, ...]]:
    rows = run.workspace.sql(f"SELECT entity, {BALANCE} FROM {TARGET}.row_balance")
    return {entity: tuple(counts) for entity, *counts in rows}


def test_every_row_of_bronze_is_accounted_for(run: Run) -> None:
    balance = _balance(run)
    planted = run.planted["orders"]
    assert balance.keys() == {entity.name for entity in dirty().entities}
    assert {entity: counts[-2:] for entity, counts in balance.items() if any(counts[-2:])} == {}
    assert balance["newest"] == (10, 3, 0, 0, 4, 3, 0, 0)
    assert balance["versions"] == (10, 8, 0, 0, 2, 0, 0, 0)
    assert balance["staff_history"] == (2, 2, 0, 0, 0, 0, 0, 0)
    assert balance["orders"][3] == planted["in_the_future"]
    assert balance["customers"][4] == run.planted["customers"]["duplicate"]
    for entity, counts in balance.items():
        assert counts[0] == run.count(f"bronze_{entity}")


def test_a_lost_row_keeps_the_verdict_from_being_met(run: Run) -> None:
    ws = connect()
    silver, kept = f"{TARGET}.silver_notes", f"{SOURCE}.kept_notes"
    run.workspace.sql(f"CREATE TABLE {kept} AS SELECT * FROM {silver} WHERE value = 'first'")
    run.workspace.sql(f"DELETE FROM {silver} WHERE value = 'first'")
    try:
        status = _update(ws, run.updates[-1].pipeline_id)
        wait_until_idle(ws, status.pipeline_id)
        judged = verdict(ws, dirty(), status.pipeline_id, status.update_id)
        unmet = [(each.name, each.detail) for each in judged.criteria if not each.met]
        assert unmet == [("Every row is accounted for", "silver_notes, rows: 1 missing")]
    finally:
        run.workspace.sql(f"INSERT INTO {silver} SELECT * FROM {kept}")
        run.workspace.sql(f"DROP TABLE {kept}")
        status = _update(ws, run.updates[-1].pipeline_id)
        judged = verdict(ws, dirty(), status.pipeline_id, status.update_id)
        ws.close()
    assert _balance(run)["notes"] == (2, 2, 0, 0, 0, 0, 0, 0)
    assert judged.criteria[-1].met
    assert "bronze_orders has columns that the design does not know" in judged.notes[0]


def test_tables_of_a_pipeline_are_sources_like_any_other(run: Run) -> None:
    ws = connect()
    names = ("bronze_orders", "silver_newest", "silver_staff")
    sources = read_sources(ws, [TableName.parse(f"{TARGET}.{name}") for name in names])
    ws.close()
    kinds = (
        (TableType.STREAMING_TABLE, True),
        (TableType.STREAMING_TABLE, False),
        (TableType.MATERIALIZED_VIEW, False),
    )
    assert [source.location for source in sources] == [
        TableLocation(TableName.parse(f"{TARGET}.{name}"), *kind)
        for name, kind in zip(names, kinds, strict=True)
    ]


def test_an_update_without_news_takes_nothing_again(run: Run) -> None:
    ws = connect()
    counts = {name: run.count(name) for name in ("bronze_orders", "silver_versions")}
    _update(ws, run.updates[-1].pipeline_id)
    assert {name: run.count(name) for name in counts} == counts
    ws.close()
