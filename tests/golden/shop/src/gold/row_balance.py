from pyspark import pipelines as dp
from pyspark.sql import functions as F

PLACES = ("bronze", "silver", "quarantined", "broken")
COUNTS = ("bronze", "silver", "quarantined", "dropped", "merged", "deleted", "lost", "surplus")


def marked(rows, keys, last_word="NULL", **counts):
    """The key of each row, what it is counted as, and what it says of its key."""
    return rows.selectExpr(
        f"struct({', '.join(keys) or '0'}) AS key",
        *(f"{counts.get(place, 0)} AS {place}" for place in PLACES),
        f"{last_word} AS last_word",
    )


def balance(
    entity,
    bronze,
    silver,
    quarantine=None,
    keys=(),
    drops="false",
    last_word="NULL",
    by_time=False,
):
    """What became of the rows of each key, added up. Where silver has fewer of a key than bronze,
    they were dropped, merged into those that it has, or deleted; without a key, nothing is merged.
    Rows that break a rule that drops are counted in all places: what it let pass was not dropped.
    """
    broken = f"IF({drops}, 1, 0)"
    rows = marked(bronze, keys, last_word, bronze=1, broken=broken)
    rows = rows.union(marked(silver, keys, silver=1, broken=f"-{broken}"))
    if quarantine is not None:
        rows = rows.union(marked(quarantine, keys, quarantined=1, broken=f"-{broken}"))
    # What a rule said of the time then, nobody can tell: what is nowhere counts as dropped.
    dropped = "IF(merges OR is_deleted, 0, missing)" if by_time else "broken"
    # Only where rows delete is it asked: the greatest of structs is found by sorting all rows.
    ends = "false" if last_word == "NULL" else "coalesce(max(last_word).ends, false)"
    return (
        rows.groupBy(*(["key"] if keys else []))
        .agg(*(F.sum(place).alias(place) for place in PLACES), F.expr(f"{ends} AS ends"))
        .selectExpr(
            "*",
            "bronze - silver - quarantined AS missing",
            f"{bool(keys)} AND silver > 0 AS merges",
            "silver = 0 AND ends AS is_deleted",
        )
        .selectExpr("*", f"greatest({dropped}, 0) AS dropped")
        .selectExpr("*", "missing - dropped AS rest")
        .selectExpr(
            "*",
            "IF(merges, greatest(rest, 0), 0) AS merged",
            "IF(is_deleted, greatest(rest, 0), 0) AS deleted",
        )
        .selectExpr(
            "*",
            "greatest(rest - merged - deleted, 0) AS lost",
            "greatest(merged + deleted - rest, 0) AS surplus",
        )
        .agg(*(F.expr(f"coalesce(sum({name}), 0) AS {name}_rows") for name in COUNTS))
        .select(F.lit(entity).alias("entity"), "*")
    )


@dp.materialized_view(
    name="row_balance",
    comment="Rows of each entity in bronze, and what became of them.",
    schema="""
        entity STRING NOT NULL COMMENT 'The source, as silver names it.',
        bronze_rows BIGINT COMMENT 'Rows in bronze.',
        silver_rows BIGINT
            COMMENT 'Rows in silver; of the history of snapshots, the current ones.',
        quarantined_rows BIGINT COMMENT 'Rows in quarantine.',
        dropped_rows BIGINT COMMENT 'Rows that break a rule that drops, and are nowhere else.',
        merged_rows BIGINT
            COMMENT 'Older versions of a row that silver has: rows with the same key.',
        deleted_rows BIGINT
            COMMENT 'Rows of keys whose newest row says that the source deleted them.',
        lost_rows BIGINT COMMENT 'Rows of bronze that are nowhere, summed over keys; has to be 0.',
        surplus_rows BIGINT
            COMMENT 'Rows that are there too often, summed over keys; has to be 0.'
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
@dp.expect("every_row_is_accounted_for", "lost_rows = 0 AND surplus_rows = 0")
@dp.expect("no_source_is_empty", "bronze_rows > 0")
def row_balance():
    """One row per entity; what is lost or there too often is meant to be 0."""
    return (
        balance(
            "country",
            spark.read.table("LIVE.bronze_country").selectExpr("country_code"),
            spark.read.table("LIVE.silver_country"),
            keys=["country_code"],
        )
        .union(
            balance(
                "customer",
                spark.read.table("LIVE.bronze_customer").selectExpr(
                    "customer_id", "tier", "updated_at"
                ),
                spark.read.table("LIVE.silver_customer"),
                keys=["customer_id"],
                last_word="struct(struct(updated_at) AS sequence, (tier = 'closed') AS ends)",
            )
        )
        .union(
            balance(
                "product",
                spark.read.table("LIVE.bronze_product").selectExpr("product_id"),
                spark.read.table("LIVE.silver_product"),
                spark.read.table("LIVE.quarantine_product"),
                keys=["product_id"],
            )
        )
        .union(
            balance(
                "product_text",
                spark.read.table("LIVE.bronze_product_text").selectExpr("product_id", "language"),
                spark.read.table("LIVE.silver_product_text"),
                keys=["product_id", "language"],
            )
        )
        .union(
            balance(
                "employee",
                spark.read.table("LIVE.bronze_employee").selectExpr("employee_id"),
                spark.read.table("LIVE.silver_employee"),
                keys=["employee_id"],
            )
        )
        .union(
            balance(
                "orders",
                spark.read.table("LIVE.bronze_orders"),
                spark.read.table("LIVE.silver_orders"),
            )
        )
        .union(
            balance(
                "order_line",
                spark.read.table("LIVE.bronze_order_line"),
                spark.read.table("LIVE.silver_order_line"),
            )
        )
        .union(
            balance(
                "account_owner",
                spark.read.table("LIVE.bronze_account_owner"),
                spark.read.table("LIVE.silver_account_owner"),
            )
        )
        .union(
            balance(
                "stock",
                spark.read.table("LIVE.bronze_stock"),
                spark.read.table("LIVE.silver_stock"),
            )
        )
        .union(
            balance(
                "delivery",
                spark.read.table("LIVE.bronze_delivery"),
                spark.read.table("LIVE.silver_delivery"),
            )
        )
    )
