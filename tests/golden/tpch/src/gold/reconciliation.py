from pyspark import pipelines as dp
from pyspark.sql import functions as F


def amounts(rows, metric, silver="0", gold="0"):
    """What each row adds to either side of a metric."""
    return rows.selectExpr(
        f"{metric} AS metric",
        f"try_cast({silver} AS DECIMAL(38, 6)) AS silver",
        f"try_cast({gold} AS DECIMAL(38, 6)) AS gold",
    )


def orphans(fact, metric, rows, key, parent, parent_key):
    """Rows whose key is in no row of the table that it refers to: there should be none."""
    known = parent.selectExpr(f"{parent_key} AS known")
    rows = rows.selectExpr(f"{key} AS held").join(known, F.expr("held = known"), "left")
    rows = amounts(rows, metric, gold="IF(known IS NULL, 1, 0)")
    return rows.selectExpr(f"{fact} AS fact", "*")


def compare_fact_orders():
    """Rows and sums of fact_orders and of what it is made from."""
    orders = spark.read.table("LIVE.silver_orders").alias("orders")
    gold = spark.read.table("LIVE.fact_orders")
    return (
        amounts(orders, "'rows'", silver="1")
        .union(amounts(orders, "'sum of o_totalprice'", silver="orders.o_totalprice"))
        .union(
            amounts(
                orders,
                "'rows on the unknown customer_key'",
                silver="IF(orders.o_custkey IS NULL, 1, 0)",
            )
        )
        .union(amounts(gold, "'rows'", gold="1"))
        .union(amounts(gold, "'sum of o_totalprice'", gold="o_totalprice"))
        .union(
            amounts(gold, "'rows on the unknown customer_key'", gold="IF(customer_key = -1, 1, 0)")
        )
        .selectExpr("'fact_orders' AS fact", "*")
    )


def compare_fact_lineitem():
    """Rows and sums of fact_lineitem and of what it is made from."""
    lineitem = spark.read.table("LIVE.silver_lineitem").alias("lineitem")
    gold = spark.read.table("LIVE.fact_lineitem")
    return (
        amounts(lineitem, "'rows'", silver="1")
        .union(amounts(lineitem, "'sum of l_quantity'", silver="lineitem.l_quantity"))
        .union(
            amounts(
                lineitem,
                "'sum of net_price'",
                silver="lineitem.l_extendedprice * (1 - lineitem.l_discount)",
            )
        )
        .union(
            amounts(
                lineitem,
                "'rows on the unknown part_key'",
                silver="IF(lineitem.l_partkey IS NULL, 1, 0)",
            )
        )
        .union(amounts(gold, "'rows'", gold="1"))
        .union(amounts(gold, "'sum of l_quantity'", gold="l_quantity"))
        .union(amounts(gold, "'sum of net_price'", gold="net_price"))
        .union(amounts(gold, "'rows on the unknown part_key'", gold="IF(part_key = -1, 1, 0)"))
        .selectExpr("'fact_lineitem' AS fact", "*")
    )


@dp.materialized_view(
    name="reconciliation",
    comment="Rows and sums of each fact in silver and in gold, and keys that lead nowhere.",
    schema="""
        fact STRING NOT NULL COMMENT 'The fact table, or what else has a key.',
        metric STRING NOT NULL COMMENT 'What is counted or summed.',
        silver DECIMAL(38, 6) COMMENT 'The total in silver.',
        gold DECIMAL(38, 6) COMMENT 'The total in gold.',
        difference DECIMAL(38, 6) COMMENT 'Gold less silver.'
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
@dp.expect("nothing_lost", "difference = 0")
def reconciliation():
    """One row per table and metric; every difference is meant to be 0."""
    return (
        compare_fact_orders()
        .union(compare_fact_lineitem())
        .union(
            orphans(
                "'fact_orders'",
                "'rows whose customer_key is not in dim_customer'",
                spark.read.table("LIVE.fact_orders"),
                "customer_key",
                spark.read.table("LIVE.dim_customer"),
                "customer_key",
            )
        )
        .union(
            orphans(
                "'fact_lineitem'",
                "'rows whose customer_key is not in dim_customer'",
                spark.read.table("LIVE.fact_lineitem"),
                "customer_key",
                spark.read.table("LIVE.dim_customer"),
                "customer_key",
            )
        )
        .union(
            orphans(
                "'fact_lineitem'",
                "'rows whose part_key is not in dim_part'",
                spark.read.table("LIVE.fact_lineitem"),
                "part_key",
                spark.read.table("LIVE.dim_part"),
                "part_key",
            )
        )
        .union(
            orphans(
                "'fact_orders'",
                "'rows whose order_date_key is not in dim_date'",
                spark.read.table("LIVE.fact_orders"),
                "order_date_key",
                spark.read.table("LIVE.dim_date"),
                "date_key",
            )
        )
        .union(
            orphans(
                "'fact_lineitem'",
                "'rows whose order_date_key is not in dim_date'",
                spark.read.table("LIVE.fact_lineitem"),
                "order_date_key",
                spark.read.table("LIVE.dim_date"),
                "date_key",
            )
        )
        .union(
            orphans(
                "'fact_lineitem'",
                "'rows whose ship_date_key is not in dim_date'",
                spark.read.table("LIVE.fact_lineitem"),
                "ship_date_key",
                spark.read.table("LIVE.dim_date"),
                "date_key",
            )
        )
        .union(
            orphans(
                "'fact_lineitem'",
                "'rows whose receipt_date_key is not in dim_date'",
                spark.read.table("LIVE.fact_lineitem"),
                "receipt_date_key",
                spark.read.table("LIVE.dim_date"),
                "date_key",
            )
        )
        .groupBy("fact", "metric")
        .agg(
            F.expr("try_sum(silver) AS silver"),
            F.expr("try_sum(gold) AS gold"),
            F.expr("try_subtract(try_sum(gold), try_sum(silver)) AS difference"),
        )
    )
