"""The sample data is the same at every start, and the manifest counts what is in the files."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from local_workspace.samples import write_bakehouse, write_landing


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("landing")
    write_landing(home / "volume", home / "topics")
    return home


def manifest(landing: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = json.loads((landing / "landing_manifest.json").read_text())
    return found


def json_rows(folder: Path) -> list[dict[str, Any]]:
    lines = [line for path in sorted(folder.iterdir()) for line in path.read_text().splitlines()]
    return [json.loads(line) for line in lines]


def is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def test_orders_are_as_dirty_as_the_manifest_says(landing: Path) -> None:
    rows = json_rows(landing / "volume" / "orders")
    ids = [row["order_id"] for row in rows if row["order_id"] is not None]
    counted = {
        "rows": len(rows),
        "amount_not_a_number": sum(not is_number(row["amount"]) for row in rows),
        "order_id_missing": len(rows) - len(ids),
        "in_the_future": sum(row["ordered_at"] > "2999" for row in rows),
        "duplicate": len(ids) - len(set(ids)),
        "late": 2,
    }
    assert counted == manifest(landing)["orders"]
    assert {"channel" in row for row in rows} == {True, False}


def test_customers_are_as_dirty_as_the_manifest_says(landing: Path) -> None:
    folder = landing / "volume" / "customers"
    rows = [
        row
        for name, encoding in (("customers_1.csv", "utf-8"), ("customers_2_latin1.csv", "latin-1"))
        for row in csv.DictReader((folder / name).open(encoding=encoding), delimiter=";")
    ]
    ids = [row["customer_id"] for row in rows if row["customer_id"]]
    expected = manifest(landing)["customers"]
    assert len(rows) == expected["rows"]
    assert sum("@" not in row["email"] for row in rows) == expected["email_malformed"]
    assert sum(not is_date(row["birthday"]) for row in rows) == expected["birthday_impossible"]
    assert sum(row["name"] != row["name"].strip() for row in rows) == expected["name_untrimmed"]
    assert sum(not row["phone"] for row in rows) == expected["phone_empty"]
    assert len(rows) - len(ids) == expected["customer_id_missing"]
    assert len(ids) - len(set(ids)) == expected["duplicate"]


def test_payments_are_as_dirty_as_the_manifest_says(landing: Path) -> None:
    values = [row["value"] for row in json_rows(landing / "topics" / "payments")]
    readable = [json.loads(value) for value in values if value.startswith("{")]
    expected = manifest(landing)["payments"]
    assert len(values) == expected["rows"]
    assert len(values) - len(readable) == expected["malformed"]
    assert sum(row["order_id"] is None for row in readable) == expected["order_id_missing"]
    ids = [row["payment_id"] for row in readable]
    assert len(ids) - len(set(ids)) == expected["duplicate"]


def test_the_same_call_writes_the_same_rows(tmp_path: Path) -> None:
    first, second = (write_bakehouse(tmp_path / name) for name in ("first", "second"))
    for one, other in zip(first, second, strict=True):
        rows = [pq.read_table(table.folder).to_pylist() for table in (one, other)]
        assert rows[0] == rows[1]


def test_every_transaction_of_the_bakehouse_has_its_franchise(tmp_path: Path) -> None:
    tables = {table.name: pq.read_table(table.folder) for table in write_bakehouse(tmp_path)}
    known = set(tables["sales_franchises"]["franchiseID"].to_pylist())
    assert set(tables["sales_transactions"]["franchiseID"].to_pylist()) <= known
