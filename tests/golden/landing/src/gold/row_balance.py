from pyspark import pipelines as dp
from pyspark.sql import functions as F

PLACES = ("bronze", "silver", "quarantined")


def marked(rows, place, keys, dropped="false", ends="false"):
    """The key of each row, and a 1 for what the row is counted as."""
    return rows.selectExpr(
        *keys,
        *(f"{int(each == place)} AS {each}" for each in PLACES),
        f"IF({dropped}, 1, 0) AS dropped",
        f"IF({ends}, 1, 0) AS ends",
    )


def balance(rows, keys):
    """The counts of all keys, added up. Where silver has fewer rows of a key than bronze, they were
    merged into those that it has, or deleted; without a key, all of them have to be there."""
    counted = rows.groupBy(*keys).agg(
        *(F.sum(name).alias(name) for name in (*PLACES, "dropped")),
        F.max("ends").alias("ends"),
    )
    merged = "IF(silver > 0, greatest(rest, 0), 0)" if keys else "0"
    return (
        counted.selectExpr("*", "bronze - silver - quarantined - dropped AS rest")
        .selectExpr("*", f"{merged} AS merged", "IF(silver = 0 AND ends = 1, rest, 0) AS deleted")
        .selectExpr(
            "coalesce(sum(bronze), 0) AS bronze_rows",
            "coalesce(sum(silver), 0) AS silver_rows",
            "coalesce(sum(quarantined), 0) AS quarantined_rows",
            "coalesce(sum(dropped), 0) AS dropped_rows",
            "coalesce(sum(merged), 0) AS merged_rows",
            "coalesce(sum(deleted), 0) AS deleted_rows",
            "coalesce(sum(rest - merged - deleted), 0) AS unexplained_rows",
        )
    )


def balance_events():
    """The rows of bronze_events, and what became of them."""
    keys = []
    bronze = spark.read.table("bronze_events")
    typed = bronze.selectExpr(
        "trim(event_id) AS event_id",
        "sha2(email, 256) AS email",
        """
        map_filter(
            map(
                'amount',
                IF(
                    try_cast(Amount__EUR_ AS DECIMAL(10, 2)) IS NULL
                    OR Amount__EUR_ RLIKE '^ *[-+]?0[0-9]'
                    OR try_cast(
                        Amount__EUR_ AS DECIMAL(10, 2)
                    ) <> try_cast(Amount__EUR_ AS DECIMAL(38, 18)),
                    nullif(trim(Amount__EUR_), ''),
                    NULL
                ),
                'happened_at',
                IF(
                    try_to_timestamp(nullif(happened_at, ''), 'dd.MM.yyyy HH:mm') IS NULL,
                    nullif(trim(happened_at), ''),
                    NULL
                )
            ),
            (name, value) -> value IS NOT NULL
        ) AS _uncast
        """,
    )
    rows = marked(
        typed,
        "bronze",
        keys,
        dropped="""
            (NOT coalesce((email IS NOT NULL), false))
            AND NOT (
                NOT coalesce((event_id IS NOT NULL), false)
                OR NOT coalesce((NOT map_contains_key(_uncast, 'amount')), false)
            )
        """,
    )
    rows = rows.union(marked(spark.read.table("silver_events"), "silver", keys))
    rows = rows.union(marked(spark.read.table("quarantine_events"), "quarantined", keys))
    return balance(rows, keys).selectExpr("'events' AS entity", "*")


def balance_accounts():
    """The rows of bronze_accounts, and what became of them."""
    keys = ["account_id"]
    bronze = spark.read.table("bronze_accounts")
    typed = bronze.selectExpr(
        "account_id",
        "try_cast(deleted AS BOOLEAN) AS deleted",
    )
    rows = marked(typed, "bronze", keys, ends="deleted")
    rows = rows.union(marked(spark.read.table("silver_accounts"), "silver", keys))
    return balance(rows, keys).selectExpr("'accounts' AS entity", "*")


def balance_prices():
    """The rows of bronze_prices, and what became of them."""
    keys = ["sku"]
    bronze = spark.read.table("bronze_prices")
    typed = bronze.selectExpr(
        "sku",
    )
    rows = marked(typed, "bronze", keys)
    rows = rows.union(marked(spark.read.table("silver_prices"), "silver", keys))
    return balance(rows, keys).selectExpr("'prices' AS entity", "*")


def balance_staff():
    """The rows of bronze_staff, and what became of them."""
    keys = ["staff_id"]
    bronze = spark.read.table("bronze_staff")
    typed = bronze.selectExpr(
        "CAST(staff_id AS BIGINT) AS staff_id",
    )
    rows = marked(typed, "bronze", keys)
    rows = rows.union(
        marked(spark.read.table("silver_staff").where("__END_AT IS NULL"), "silver", keys)
    )
    return balance(rows, keys).selectExpr("'staff' AS entity", "*")


def balance_clicks():
    """The rows of bronze_clicks, and what became of them."""
    keys = []
    bronze = spark.read.table("bronze_clicks")
    rows = marked(bronze, "bronze", keys)
    rows = rows.union(marked(spark.read.table("silver_clicks"), "silver", keys))
    return balance(rows, keys).selectExpr("'clicks' AS entity", "*")


def balance_readings():
    """The rows of bronze_readings, and what became of them."""
    keys = []
    bronze = spark.read.table("bronze_readings")
    rows = marked(bronze, "bronze", keys)
    rows = rows.union(marked(spark.read.table("silver_readings"), "silver", keys))
    return balance(rows, keys).selectExpr("'readings' AS entity", "*")


def balance_notes():
    """The rows of bronze_notes, and what became of them."""
    keys = []
    bronze = spark.read.table("bronze_notes")
    rows = marked(bronze, "bronze", keys)
    rows = rows.union(marked(spark.read.table("silver_notes"), "silver", keys))
    return balance(rows, keys).selectExpr("'notes' AS entity", "*")


def balance_taps():
    """The rows of bronze_taps, and what became of them."""
    keys = []
    bronze = spark.read.table("bronze_taps")
    rows = marked(bronze, "bronze", keys)
    rows = rows.union(marked(spark.read.table("silver_taps"), "silver", keys))
    return balance(rows, keys).selectExpr("'taps' AS entity", "*")


def balance_devices():
    """The rows of bronze_devices, and what became of them."""
    keys = ["device_id"]
    bronze = spark.read.table("bronze_devices")
    typed = bronze.selectExpr(
        "device_id",
    )
    rows = marked(typed, "bronze", keys)
    rows = rows.union(marked(spark.read.table("silver_devices"), "silver", keys))
    return balance(rows, keys).selectExpr("'devices' AS entity", "*")


@dp.materialized_view(
    name="row_balance",
    comment="Rows of each entity in bronze, and what became of them.",
    schema="""
        entity STRING NOT NULL COMMENT 'The source, as silver names it.',
        bronze_rows BIGINT COMMENT 'Rows in bronze.',
        silver_rows BIGINT
            COMMENT 'Rows in silver; of the history of snapshots, the current ones.',
        quarantined_rows BIGINT COMMENT 'Rows in quarantine.',
        dropped_rows BIGINT COMMENT 'Rows that a rule drops.',
        merged_rows BIGINT
            COMMENT 'Older versions of a row that silver has: rows with the same key.',
        deleted_rows BIGINT COMMENT 'Rows of keys that the source has deleted.',
        unexplained_rows BIGINT
            COMMENT 'Rows of bronze that are nowhere; below 0, rows that are there too often.'
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
@dp.expect("every_row_is_accounted_for", "unexplained_rows = 0")
def row_balance():
    """One row per entity; what is unexplained is meant to be 0."""
    return (
        balance_events()
        .union(balance_accounts())
        .union(balance_prices())
        .union(balance_staff())
        .union(balance_clicks())
        .union(balance_readings())
        .union(balance_notes())
        .union(balance_taps())
        .union(balance_devices())
    )
