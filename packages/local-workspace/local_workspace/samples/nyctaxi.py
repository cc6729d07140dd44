"""The taxi trips that Databricks ships as ``samples.nyctaxi``: its table and columns, with rows of
our own from a seeded generator."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa

from local_workspace.samples.table import SampleTable, write_table

TRIPS = 5_000
ZIP_CODES = [10001, 10003, 10009, 10011, 10019, 10023, 10036, 10065, 10110, 10199, 11101, 11371]
FIRST_DAY = datetime(2016, 1, 1)
DAYS = 60
BASE_FARE, FARE_PER_MILE = 2.5, 2.5


def write_nyctaxi(folder: Path, seed: int = 23) -> list[SampleTable]:
    """5,000 trips of two months of 2016."""
    chance = random.Random(seed)  # noqa: S311 - sample rows, no secrets
    return [write_table(folder, "trips", "Taxi trips in New York City", trips(chance))]


def trips(chance: random.Random) -> pa.Table:
    rows = []
    for _ in range(TRIPS):
        begun = FIRST_DAY + timedelta(seconds=chance.randrange(DAYS * 86_400))
        miles = round(chance.lognormvariate(0.6, 0.8), 2)
        minutes = 2 + miles * chance.uniform(3, 6)
        rows.append(
            {
                "tpep_pickup_datetime": begun,
                "tpep_dropoff_datetime": begun + timedelta(seconds=int(minutes * 60)),
                "trip_distance": miles,
                "fare_amount": round(BASE_FARE + FARE_PER_MILE * miles, 1),
                "pickup_zip": chance.choice(ZIP_CODES),
                "dropoff_zip": chance.choice(ZIP_CODES),
            }
        )
    moment = pa.timestamp("us", tz="UTC")
    return pa.Table.from_pylist(
        rows,
        schema=pa.schema(
            [
                ("tpep_pickup_datetime", moment),
                ("tpep_dropoff_datetime", moment),
                ("trip_distance", pa.float64()),
                ("fare_amount", pa.float64()),
                ("pickup_zip", pa.int32()),
                ("dropoff_zip", pa.int32()),
            ]
        ),
    )
