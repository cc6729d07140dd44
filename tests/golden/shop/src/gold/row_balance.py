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


def balance_country():
    """The rows of bronze_country, and what became of them."""
    keys = ["country_code"]
    bronze = spark.read.table("LIVE.bronze_country")
    typed = bronze.selectExpr(
        "country_code",
    )
    rows = marked(typed, "bronze", keys)
    rows = rows.union(marked(spark.read.table("LIVE.silver_country"), "silver", keys))
    return balance(rows, keys).selectExpr("'country' AS entity", "*")


def balance_customer():
    """The rows of bronze_customer, and what became of them."""
    keys = ["customer_id"]
    bronze = spark.read.table("LIVE.bronze_customer")
    typed = bronze.selectExpr(
        "customer_id",
    )
    rows = marked(typed, "bronze", keys)
    rows = rows.union(marked(spark.read.table("LIVE.silver_customer"), "silver", keys))
    return balance(rows, keys).selectExpr("'customer' AS entity", "*")


def balance_product():
    """The rows of bronze_product, and what became of them."""
    keys = ["product_id"]
    bronze = spark.read.table("LIVE.bronze_product")
    typed = bronze.selectExpr(
        "product_id",
    )
    rows = marked(typed, "bronze", keys)
    rows = rows.union(marked(spark.read.table("LIVE.silver_product"), "silver", keys))
    rows = rows.union(marked(spark.read.table("LIVE.quarantine_product"), "quarantined", keys))
    return balance(rows, keys).selectExpr("'product' AS entity", "*")


def balance_employee():
    """The rows of bronze_employee, and what became of them."""
    keys = ["employee_id"]
    bronze = spark.read.table("LIVE.bronze_employee")
    typed = bronze.selectExpr(
        "employee_id",
    )
    rows = marked(typed, "bronze", keys)
    rows = rows.union(marked(spark.read.table("LIVE.silver_employee"), "silver", keys))
    return balance(rows, keys).selectExpr("'employee' AS entity", "*")


def balance_orders():
    """The rows of bronze_orders, and what became of them."""
    keys = []
    bronze = spark.read.table("LIVE.bronze_orders")
    rows = marked(bronze, "bronze", keys)
    rows = rows.union(marked(spark.read.table("LIVE.silver_orders"), "silver", keys))
    return balance(rows, keys).selectExpr("'orders' AS entity", "*")


def balance_order_line():
    """The rows of bronze_order_line, and what became of them."""
    keys = []
    bronze = spark.read.table("LIVE.bronze_order_line")
    rows = marked(bronze, "bronze", keys)
    rows = rows.union(marked(spark.read.table("LIVE.silver_order_line"), "silver", keys))
    return balance(rows, keys).selectExpr("'order_line' AS entity", "*")


def balance_account_owner():
    """The rows of bronze_account_owner, and what became of them."""
    keys = []
    bronze = spark.read.table("LIVE.bronze_account_owner")
    rows = marked(bronze, "bronze", keys)
    rows = rows.union(marked(spark.read.table("LIVE.silver_account_owner"), "silver", keys))
    return balance(rows, keys).selectExpr("'account_owner' AS entity", "*")


def balance_stock():
    """The rows of bronze_stock, and what became of them."""
    keys = []
    bronze = spark.read.table("LIVE.bronze_stock")
    rows = marked(bronze, "bronze", keys)
    rows = rows.union(marked(spark.read.table("LIVE.silver_stock"), "silver", keys))
    return balance(rows, keys).selectExpr("'stock' AS entity", "*")


def balance_delivery():
    """The rows of bronze_delivery, and what became of them."""
    keys = []
    bronze = spark.read.table("LIVE.bronze_delivery")
    rows = marked(bronze, "bronze", keys)
    rows = rows.union(marked(spark.read.table("LIVE.silver_delivery"), "silver", keys))
    return balance(rows, keys).selectExpr("'delivery' AS entity", "*")


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
        balance_country()
        .union(balance_customer())
        .union(balance_product())
        .union(balance_employee())
        .union(balance_orders())
        .union(balance_order_line())
        .union(balance_account_owner())
        .union(balance_stock())
        .union(balance_delivery())
    )
