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
        .union(amounts(orders, "'sum of shipping'", silver="orders.shipping"))
        .union(
            amounts(
                orders,
                "'rows on the unknown customer_key'",
                silver="IF(orders.customer_id IS NULL, 1, 0)",
            )
        )
        .union(
            amounts(
                orders,
                "'rows on the unknown seller_key'",
                silver="IF(orders.employee_id IS NULL, 1, 0)",
            )
        )
        .union(
            amounts(
                orders,
                "'rows on the unknown order_flags_key'",
                silver="IF(orders.is_gift IS NULL AND orders.channel IS NULL, 1, 0)",
            )
        )
        .union(amounts(gold, "'rows'", gold="1"))
        .union(amounts(gold, "'sum of shipping'", gold="shipping"))
        .union(
            amounts(gold, "'rows on the unknown customer_key'", gold="IF(customer_key = -1, 1, 0)")
        )
        .union(amounts(gold, "'rows on the unknown seller_key'", gold="IF(seller_key = -1, 1, 0)"))
        .union(
            amounts(
                gold, "'rows on the unknown order_flags_key'", gold="IF(order_flags_key = -1, 1, 0)"
            )
        )
        .selectExpr("'fact_orders' AS fact", "*")
    )


def compare_fact_order_line():
    """Rows and sums of fact_order_line and of what it is made from."""
    order_line = spark.read.table("LIVE.silver_order_line").alias("order_line")
    orders = spark.read.table("LIVE.newest_orders").alias("orders")
    headers = orders.join(order_line, F.expr("order_line.order_id = orders.order_id"), "left_semi")
    gold = spark.read.table("LIVE.fact_order_line")
    return (
        amounts(order_line, "'rows'", silver="1")
        .union(amounts(order_line, "'sum of quantity'", silver="order_line.quantity"))
        .union(
            amounts(order_line, "'sum of amount'", silver="order_line.quantity * order_line.price")
        )
        .union(amounts(headers, "'sum of shipping'", silver="orders.shipping"))
        .union(amounts(headers, "'sum of discount'", silver="orders.discount"))
        .union(
            amounts(
                order_line,
                "'rows on the unknown product_key'",
                silver="IF(order_line.product_id IS NULL, 1, 0)",
            )
        )
        .union(amounts(gold, "'rows'", gold="1"))
        .union(amounts(gold, "'sum of quantity'", gold="quantity"))
        .union(amounts(gold, "'sum of amount'", gold="amount"))
        .union(amounts(gold, "'sum of shipping'", gold="shipping"))
        .union(amounts(gold, "'sum of discount'", gold="discount"))
        .union(
            amounts(gold, "'rows on the unknown product_key'", gold="IF(product_key = -1, 1, 0)")
        )
        .selectExpr("'fact_order_line' AS fact", "*")
    )


def compare_fact_stock():
    """Rows and sums of fact_stock and of what it is made from."""
    stock = spark.read.table("LIVE.silver_stock").alias("stock")
    gold = spark.read.table("LIVE.fact_stock")
    return (
        amounts(stock, "'rows'", silver="1")
        .union(amounts(stock, "'sum of on_hand'", silver="stock.on_hand"))
        .union(
            amounts(
                stock,
                "'rows on the unknown product_key'",
                silver="IF(stock.product_id IS NULL, 1, 0)",
            )
        )
        .union(amounts(gold, "'rows'", gold="1"))
        .union(amounts(gold, "'sum of on_hand'", gold="on_hand"))
        .union(
            amounts(gold, "'rows on the unknown product_key'", gold="IF(product_key = -1, 1, 0)")
        )
        .selectExpr("'fact_stock' AS fact", "*")
    )


def compare_fact_delivery():
    """Rows and sums of fact_delivery and of what it is made from."""
    delivery = spark.read.table("LIVE.silver_delivery").alias("delivery")
    gold = spark.read.table("LIVE.fact_delivery")
    return (
        amounts(delivery, "'rows'", silver="1")
        .union(amounts(gold, "'rows'", gold="1"))
        .selectExpr("'fact_delivery' AS fact", "*")
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
        .union(compare_fact_order_line())
        .union(compare_fact_stock())
        .union(compare_fact_delivery())
        .union(
            orphans(
                "'dim_employee'",
                "'rows whose manager_key is not in dim_employee'",
                spark.read.table("LIVE.dim_employee"),
                "manager_key",
                spark.read.table("LIVE.dim_employee"),
                "employee_key",
            )
        )
        .union(
            orphans(
                "'fact_orders'",
                "'rows whose order_flags_key is not in dim_order_flags'",
                spark.read.table("LIVE.fact_orders"),
                "order_flags_key",
                spark.read.table("LIVE.dim_order_flags"),
                "order_flags_key",
            )
        )
        .union(
            orphans(
                "'fact_order_line'",
                "'rows whose product_key is not in dim_product'",
                spark.read.table("LIVE.fact_order_line"),
                "product_key",
                spark.read.table("LIVE.dim_product"),
                "product_key",
            )
        )
        .union(
            orphans(
                "'fact_stock'",
                "'rows whose product_key is not in dim_product'",
                spark.read.table("LIVE.fact_stock"),
                "product_key",
                spark.read.table("LIVE.dim_product"),
                "product_key",
            )
        )
        .union(
            orphans(
                "'bridge_account_owner'",
                "'rows whose account_key is not in dim_account'",
                spark.read.table("LIVE.bridge_account_owner"),
                "account_key",
                spark.read.table("LIVE.dim_account"),
                "account_key",
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
                "'fact_order_line'",
                "'rows whose order_date_key is not in dim_date'",
                spark.read.table("LIVE.fact_order_line"),
                "order_date_key",
                spark.read.table("LIVE.dim_date"),
                "date_key",
            )
        )
        .union(
            orphans(
                "'fact_stock'",
                "'rows whose count_date_key is not in dim_date'",
                spark.read.table("LIVE.fact_stock"),
                "count_date_key",
                spark.read.table("LIVE.dim_date"),
                "date_key",
            )
        )
        .union(
            orphans(
                "'fact_delivery'",
                "'rows whose order_date_key is not in dim_date'",
                spark.read.table("LIVE.fact_delivery"),
                "order_date_key",
                spark.read.table("LIVE.dim_date"),
                "date_key",
            )
        )
        .union(
            orphans(
                "'fact_delivery'",
                "'rows whose pack_date_key is not in dim_date'",
                spark.read.table("LIVE.fact_delivery"),
                "pack_date_key",
                spark.read.table("LIVE.dim_date"),
                "date_key",
            )
        )
        .union(
            orphans(
                "'fact_delivery'",
                "'rows whose delivery_date_key is not in dim_date'",
                spark.read.table("LIVE.fact_delivery"),
                "delivery_date_key",
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
