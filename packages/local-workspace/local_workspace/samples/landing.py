"""Deliberately dirty files, with every defect counted: what a landing zone looks like in life.

In the volume: ``orders`` (JSON lines, nested, several days; the last day has a column more),
``customers`` (CSV with ``;``, one file in latin-1), ``products`` (parquet, read once), and
``stores_north`` and ``stores_south`` (CSV, two folders for one table). Beside it the topic
``payments``, as JSON lines of records.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from local_workspace.samples.table import write_table

DAYS = 3
ORDERS_A_DAY = 60
CUSTOMERS = 80
START = datetime(2026, 1, 5, 9, tzinfo=UTC)

Manifest = dict[str, dict[str, int]]
"""For each folder or topic: ``rows``, and how many of them have which defect."""


def write_landing(volume: Path, topics: Path, seed: int = 23) -> Manifest:
    """Writes all files below ``volume`` and ``topics``. Returns what is wrong with them, by folder
    and defect, and leaves the same as ``landing_manifest.json`` beside the topics."""
    chance = random.Random(seed)  # noqa: S311 - sample rows, no secrets
    manifest = {
        "orders": write_orders(volume / "orders", chance),
        "customers": write_customers(volume / "customers", chance),
        "products": write_products(volume, chance),
        "stores_north": write_stores(volume / "stores_north", "N", chance),
        "stores_south": write_stores(volume / "stores_south", "S", chance),
        "payments": write_payments(topics / "payments", chance),
    }
    topics.parent.mkdir(parents=True, exist_ok=True)
    (topics.parent / "landing_manifest.json").write_text(json.dumps(manifest, indent=2))
    return manifest


def write_orders(folder: Path, chance: random.Random) -> dict[str, int]:
    """A file a day. Each day: two amounts that are no number, one order without an id, one in
    the future, one line that stands twice; from the second day on, one of the day before."""
    found: Counter[str] = Counter()
    for day in range(DAYS):
        orders = [order(day, number, chance) for number in range(ORDERS_A_DAY)]
        for position in (3, 11):
            orders[position]["amount"] = chance.choice(["n/a", "12,50"])
        orders[20]["order_id"] = None
        orders[30]["ordered_at"] = "2999-01-01T00:00:00Z"
        orders.append(dict(orders[40]))
        found.update(amount_not_a_number=2, order_id_missing=1, in_the_future=1, duplicate=1)
        if day:
            orders[50]["ordered_at"] = moment(day - 1, 50)
            found["late"] += 1
        write_lines(folder / f"orders_{day + 1:02d}.json", map(json.dumps, orders))
        found["rows"] += len(orders)
    return dict(found)


def order(day: int, number: int, chance: random.Random) -> dict[str, Any]:
    row: dict[str, Any] = {
        "order_id": 1 + day * ORDERS_A_DAY + number,
        "customer": {"id": 1 + chance.randrange(CUSTOMERS), "segment": chance.choice("ABC")},
        "sku": f"P{chance.randrange(1, 31):03d}",
        "quantity": chance.randrange(1, 9),
        "amount": f"{chance.randrange(100, 20_000) / 100:.2f}",
        "ordered_at": moment(day, number),
    }
    if day == DAYS - 1:
        row["channel"] = chance.choice(["web", "store"])
    return row


def write_customers(folder: Path, chance: random.Random) -> dict[str, int]:
    """Two files: four e-mails that are none, three without an id, two impossible birthdays, five
    names with outer blanks, six empty phones, two customers that come twice."""
    names = ["Zoë", "Jürgen", "Ana", "Li", "Søren", "Maria", "Ødegård", "Émile"]
    rows = [
        [
            str(number + 1),
            f"{chance.choice(names)} {number + 1}",
            f"person{number + 1}@example.org",
            (date(1950, 1, 1) + timedelta(days=chance.randrange(20_000))).isoformat(),
            f"+49 30 {chance.randrange(10**6):06d}",
        ]
        for number in range(CUSTOMERS)
    ]
    for position in (2, 12, 45, 60):
        rows[position][2] = "no email"
    for position in (7, 33, 70):
        rows[position][0] = ""
    for position in (5, 55):
        rows[position][3] = "1987-02-31"
    for position in (9, 19, 29, 39, 49):
        rows[position][1] = f"  {rows[position][1]} "
    for position in (1, 11, 21, 31, 41, 51):
        rows[position][4] = ""
    rows += [list(rows[14]), list(rows[64])]
    header = ["customer_id", "name", "email", "birthday", "phone"]
    half = len(rows) // 2
    for file, part, encoding in (
        ("customers_1.csv", rows[:half], "utf-8"),
        ("customers_2_latin1.csv", rows[half:], "latin-1"),
    ):
        write_lines(folder / file, (";".join(row) for row in [header, *part]), encoding)
    return {
        "rows": len(rows),
        "email_malformed": 4,
        "customer_id_missing": 3,
        "birthday_impossible": 2,
        "name_untrimmed": 5,
        "phone_empty": 6,
        "duplicate": 2,
    }


def write_products(volume: Path, chance: random.Random) -> dict[str, int]:
    """Thirty products: two without a name, one with a negative price, one sku that comes twice."""
    rows = [
        {
            "sku": f"P{number:03d}",
            "product name": f"Product {number}",
            "unit_price": chance.randrange(100, 9_900) / 100,
            "discontinued": chance.choice(["yes", "no"]),
        }
        for number in range(1, 31)
    ]
    rows[4]["product name"] = rows[14]["product name"] = None
    rows[8]["unit_price"] = -5.0
    rows.append(dict(rows[20]))
    write_table(volume, "products", "", pa.Table.from_pylist(rows))
    return {"rows": len(rows), "name_missing": 2, "price_negative": 1, "duplicate": 1}


def write_stores(folder: Path, letter: str, chance: random.Random) -> dict[str, int]:
    """Six stores of one region; one opened on a day that does not exist."""
    rows = [
        [
            f"{letter}{number}",
            f"Store {letter}{number}",
            f"2020-0{number}-15",
            str(chance.randrange(50, 500)),
        ]
        for number in range(1, 7)
    ]
    rows[3][2] = "2020-13-15"
    header = ["store_code", "store_name", "opened_on", "square_meters"]
    write_lines(folder / "stores.csv", (",".join(row) for row in [header, *rows]))
    return {"rows": len(rows), "opened_on_impossible": 1}


def write_payments(folder: Path, chance: random.Random) -> dict[str, int]:
    """A payment an order. Three values are no JSON, two have no order, four come twice."""
    values = [
        json.dumps(
            {
                "payment_id": f"PAY-{number:05d}",
                "order_id": number,
                "method": chance.choice(["card", "transfer", "cash"]),
                "paid": chance.randrange(100, 20_000) / 100,
                "paid_at": moment(number // ORDERS_A_DAY, number % ORDERS_A_DAY),
            }
        )
        for number in range(1, DAYS * ORDERS_A_DAY + 1)
    ]
    for position in (10, 90, 140):
        values[position] = "<not json>"
    for position in (25, 125):
        values[position] = json.dumps({**json.loads(values[position]), "order_id": None})
    values += [values[position] for position in (5, 15, 35, 45)]
    records = [
        {
            "key": str(offset),
            "value": value,
            "partition": 0,
            "offset": offset,
            "timestamp": (START + timedelta(seconds=offset)).isoformat(),
            "headers": {"source": "shop"},
        }
        for offset, value in enumerate(values)
    ]
    write_lines(folder / "part-0.jsonl", map(json.dumps, records))
    return {"rows": len(values), "malformed": 3, "order_id_missing": 2, "duplicate": 4}


def moment(day: int, number: int) -> str:
    return (START + timedelta(days=day, minutes=5 * number)).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_lines(path: Path, lines: Iterable[str], encoding: str = "utf-8") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding=encoding)
