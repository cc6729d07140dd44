"""The bakery chain that Databricks ships as ``samples.bakehouse``: its tables and columns, with
rows of our own from a seeded generator."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa

from local_workspace.samples.table import SampleTable, write_table

FIRST_NAMES = ["Ada", "Bruno", "Chiara", "Dmitri", "Elif", "Farah", "Grace", "Hiro", "Ines", "João"]
LAST_NAMES = ["Almeida", "Baker", "Chen", "Dubois", "Eriksen", "Fischer", "García", "O'Neill"]
PLACES = [
    ("Tokyo", "Kanto", "Japan", "Asia"),
    ("Porto", "Norte", "Portugal", "Europe"),
    ("Lyon", "Rhône", "France", "Europe"),
    ("Austin", "Texas", "USA", "North America"),
    ("Toronto", "Ontario", "Canada", "North America"),
    ("Melbourne", "Victoria", "Australia", "Oceania"),
]
PRODUCTS = [
    "Golden Gate Ginger",
    "Tokyo Tidbits",
    "Austin Almond",
    "Outback Oatmeal",
    "Orchard Oasis",
]
INGREDIENTS = ["Vanilla", "Cacao", "Almonds", "Oats", "Ginger", "Butter", "Cinnamon"]
VERDICTS = ["superb", "dry", "fine", "a little too sweet"]
SIZES = ["S", "M", "L", "XL", "XXL"]
OPENED = datetime(2024, 5, 1, 8)


def write_bakehouse(folder: Path, seed: int = 17) -> list[SampleTable]:
    """48 franchises, 27 suppliers, 300 customers, 3,333 transactions and their reviews."""
    chance = random.Random(seed)  # noqa: S311 - sample rows, no secrets
    tables = [
        ("sales_customers", "Customers of the bakehouse", customers(chance)),
        (
            "sales_franchises",
            "Franchises, where they are and who supplies them",
            franchises(chance),
        ),
        ("sales_suppliers", "Suppliers of ingredients", suppliers(chance)),
        ("sales_transactions", "What customers bought, one row a purchase", transactions(chance)),
        ("media_customer_reviews", "Reviews as they were written", reviews(chance)),
        ("media_gold_reviews_chunked", "Reviews cut into chunks for search", chunks(chance)),
    ]
    return [write_table(folder, name, comment, rows) for name, comment, rows in tables]


def customers(chance: random.Random) -> pa.Table:
    rows = []
    for number in range(300):
        first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
        city, state, country, continent = chance.choice(PLACES)
        rows.append(
            {
                "customerID": 1_000_000 + number,
                "first_name": first,
                "last_name": last,
                "email_address": f"{first}.{number}@example.org".lower(),
                "phone_number": f"+1-555-{chance.randrange(10_000):04d}",
                "address": f"{chance.randrange(1, 999)} Main Street",
                "city": city,
                "state": state,
                "country": country,
                "continent": continent,
                "postal_zip_code": chance.randrange(10_000, 99_999),
                "gender": chance.choice(["female", "male"]),
            }
        )
    return pa.Table.from_pylist(rows)


def franchises(chance: random.Random) -> pa.Table:
    rows = []
    for number in range(48):
        city, district, country, _ = chance.choice(PLACES)
        rows.append(
            {
                "franchiseID": 3_000_000 + number,
                "name": f"{chance.choice(INGREDIENTS)} Corner {number + 1}",
                "city": city,
                "district": district,
                "zipcode": str(chance.randrange(10_000, 99_999)),
                "country": country,
                "size": chance.choice(SIZES),
                "longitude": round(chance.uniform(-170, 170), 6),
                "latitude": round(chance.uniform(-55, 65), 6),
                "supplierID": 4_000_000 + chance.randrange(27),
            }
        )
    return pa.Table.from_pylist(rows)


def suppliers(chance: random.Random) -> pa.Table:
    rows = []
    for number in range(27):
        city, district, _, continent = chance.choice(PLACES)
        rows.append(
            {
                "supplierID": 4_000_000 + number,
                "name": f"{chance.choice(LAST_NAMES)} {chance.choice(INGREDIENTS)} Ltd",
                "ingredient": chance.choice(INGREDIENTS),
                "continent": continent,
                "city": city,
                "district": district,
                "size": chance.choice(SIZES),
                "longitude": round(chance.uniform(-170, 170), 6),
                "latitude": round(chance.uniform(-55, 65), 6),
                "approved": chance.choice(["Y", "N"]),
            }
        )
    return pa.Table.from_pylist(rows)


def transactions(chance: random.Random) -> pa.Table:
    rows = []
    for number in range(3_333):
        quantity, price = chance.randrange(1, 40), 3
        rows.append(
            {
                "transactionID": 1_000_000 + number,
                "customerID": 1_000_000 + chance.randrange(300),
                "franchiseID": 3_000_000 + chance.randrange(48),
                "dateTime": OPENED + timedelta(seconds=chance.randrange(17 * 86_400)),
                "product": chance.choice(PRODUCTS),
                "quantity": quantity,
                "unitPrice": price,
                "totalPrice": quantity * price,
                "paymentMethod": chance.choice(["visa", "mastercard", "amex"]),
                "cardNumber": 4_000_000_000_000_000 + chance.randrange(10**12),
            }
        )
    return pa.Table.from_pylist(rows)


def reviews(chance: random.Random) -> pa.Table:
    rows = [
        {
            "review": f"The {chance.choice(PRODUCTS)} was {chance.choice(VERDICTS)}.",
            "franchiseID": 3_000_000 + chance.randrange(48),
            "review_date": OPENED + timedelta(seconds=chance.randrange(17 * 86_400)),
            "new_id": number,
        }
        for number in range(204)
    ]
    return pa.Table.from_pylist(rows)


def chunks(chance: random.Random) -> pa.Table:
    rows = [
        {
            "chunk_id": f"{chance.getrandbits(64):016x}",
            "chunked_text": f"Part {number % 3 + 1}: {chance.choice(INGREDIENTS)} as it should be.",
            "franchiseID": 3_000_000 + chance.randrange(48),
            "review_date": (OPENED + timedelta(days=chance.randrange(17))).date(),
            "review_uri": f"reviews/{number}.txt",
        }
        for number in range(196)
    ]
    return pa.Table.from_pylist(rows)
