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


def balance_region():
    """The rows of bronze_region, and what became of them."""
    keys = ["r_regionkey"]
    bronze = spark.read.table("LIVE.bronze_region")
    typed = bronze.selectExpr(
        "r_regionkey",
    )
    rows = marked(typed, "bronze", keys)
    rows = rows.union(marked(spark.read.table("LIVE.silver_region"), "silver", keys))
    return balance(rows, keys).selectExpr("'region' AS entity", "*")


def balance_nation():
    """The rows of bronze_nation, and what became of them."""
    keys = ["n_nationkey"]
    bronze = spark.read.table("LIVE.bronze_nation")
    typed = bronze.selectExpr(
        "n_nationkey",
    )
    rows = marked(typed, "bronze", keys)
    rows = rows.union(marked(spark.read.table("LIVE.silver_nation"), "silver", keys))
    return balance(rows, keys).selectExpr("'nation' AS entity", "*")


def balance_customer():
    """The rows of bronze_customer, and what became of them."""
    keys = ["c_custkey"]
    bronze = spark.read.table("LIVE.bronze_customer")
    typed = bronze.selectExpr(
        "c_custkey",
    )
    rows = marked(typed, "bronze", keys)
    rows = rows.union(marked(spark.read.table("LIVE.silver_customer"), "silver", keys))
    rows = rows.union(marked(spark.read.table("LIVE.quarantine_customer"), "quarantined", keys))
    return balance(rows, keys).selectExpr("'customer' AS entity", "*")


def balance_part():
    """The rows of bronze_part, and what became of them."""
    keys = ["p_partkey"]
    bronze = spark.read.table("LIVE.bronze_part")
    typed = bronze.selectExpr(
        "p_partkey",
    )
    rows = marked(typed, "bronze", keys)
    rows = rows.union(marked(spark.read.table("LIVE.silver_part"), "silver", keys))
    return balance(rows, keys).selectExpr("'part' AS entity", "*")


def balance_orders():
    """The rows of bronze_orders, and what became of them."""
    keys = []
    bronze = spark.read.table("LIVE.bronze_orders")
    rows = marked(bronze, "bronze", keys)
    rows = rows.union(marked(spark.read.table("LIVE.silver_orders"), "silver", keys))
    rows = rows.union(marked(spark.read.table("LIVE.quarantine_orders"), "quarantined", keys))
    return balance(rows, keys).selectExpr("'orders' AS entity", "*")


def balance_lineitem():
    """The rows of bronze_lineitem, and what became of them."""
    keys = []
    bronze = spark.read.table("LIVE.bronze_lineitem")
    rows = marked(bronze, "bronze", keys)
    rows = rows.union(marked(spark.read.table("LIVE.silver_lineitem"), "silver", keys))
    rows = rows.union(marked(spark.read.table("LIVE.quarantine_lineitem"), "quarantined", keys))
    return balance(rows, keys).selectExpr("'lineitem' AS entity", "*")


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
        balance_region()
        .union(balance_nation())
        .union(balance_customer())
        .union(balance_part())
        .union(balance_orders())
        .union(balance_lineitem())
    )
