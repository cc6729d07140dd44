from pyspark import pipelines as dp
from pyspark.sql import functions as F
from pyspark.sql.window import Window


def compare_fact_orders():
    """Rows and sums of fact_orders and of what it is made from."""
    orders = spark.read.table("LIVE.silver_orders").alias("orders")
    silver = orders.selectExpr(
        "try_cast(count(*) AS DECIMAL(38, 6)) AS row_count",
        "coalesce(try_sum(try_cast(orders.shipping AS DECIMAL(38, 6))), 0) AS sum_of_shipping",
        "try_cast(count_if(orders.customer_id IS NULL) AS DECIMAL(38, 6)) AS unknown_customer_key",
        "try_cast(count_if(orders.employee_id IS NULL) AS DECIMAL(38, 6)) AS unknown_seller_key",
        """
        try_cast(count_if(orders.is_gift IS NULL AND orders.channel IS NULL) AS DECIMAL(38, 6))
            AS unknown_order_flags_key
        """,
    )
    gold = spark.read.table("LIVE.fact_orders").selectExpr(
        "try_cast(count(*) AS DECIMAL(38, 6)) AS row_count",
        "coalesce(try_sum(try_cast(shipping AS DECIMAL(38, 6))), 0) AS sum_of_shipping",
        "try_cast(count_if(customer_key = -1) AS DECIMAL(38, 6)) AS unknown_customer_key",
        "try_cast(count_if(seller_key = -1) AS DECIMAL(38, 6)) AS unknown_seller_key",
        "try_cast(count_if(order_flags_key = -1) AS DECIMAL(38, 6)) AS unknown_order_flags_key",
    )
    return (
        gold.alias("gold")
        .crossJoin(silver.alias("silver"))
        .selectExpr(
            "'fact_orders' AS fact",
            """
            stack(
                5,
                'rows', silver.row_count, gold.row_count,
                'sum of shipping', silver.sum_of_shipping, gold.sum_of_shipping,
                'rows on the unknown customer_key',
                silver.unknown_customer_key,
                gold.unknown_customer_key,
                'rows on the unknown seller_key',
                silver.unknown_seller_key,
                gold.unknown_seller_key,
                'rows on the unknown order_flags_key',
                silver.unknown_order_flags_key,
                gold.unknown_order_flags_key
            ) AS (metric, silver, gold)
            """,
        )
    )


def compare_fact_order_line():
    """Rows and sums of fact_order_line and of what it is made from."""
    order_line = spark.read.table("LIVE.silver_order_line").alias("order_line")
    # More than one row may have the same order_id: the newest counts.
    newest_orders = Window.partitionBy("order_id").orderBy(
        F.expr("_ingested_at").desc(),
        F.expr("to_json(struct(*))").desc(),
    )
    orders = (
        spark.read.table("LIVE.silver_orders")
        .withColumn("_rank", F.row_number().over(newest_orders))
        .where("_rank = 1")
        .alias("orders")
    )
    silver = order_line.selectExpr(
        "try_cast(count(*) AS DECIMAL(38, 6)) AS row_count",
        "coalesce(try_sum(try_cast(order_line.quantity AS DECIMAL(38, 6))), 0) AS sum_of_quantity",
        """
        coalesce(try_sum(try_cast(order_line.quantity * order_line.price AS DECIMAL(38, 6))), 0)
            AS sum_of_amount
        """,
        """
        try_cast(count_if(order_line.product_id IS NULL) AS DECIMAL(38, 6)) AS unknown_product_key
        """,
    )
    headers = orders.join(
        order_line, F.expr("order_line.order_id = orders.order_id"), "left_semi"
    ).selectExpr(
        "coalesce(try_sum(try_cast(orders.shipping AS DECIMAL(38, 6))), 0) AS sum_of_shipping",
        "coalesce(try_sum(try_cast(orders.discount AS DECIMAL(38, 6))), 0) AS sum_of_discount",
    )
    gold = spark.read.table("LIVE.fact_order_line").selectExpr(
        "try_cast(count(*) AS DECIMAL(38, 6)) AS row_count",
        "coalesce(try_sum(try_cast(quantity AS DECIMAL(38, 6))), 0) AS sum_of_quantity",
        "coalesce(try_sum(try_cast(amount AS DECIMAL(38, 6))), 0) AS sum_of_amount",
        "coalesce(try_sum(try_cast(shipping AS DECIMAL(38, 6))), 0) AS sum_of_shipping",
        "coalesce(try_sum(try_cast(discount AS DECIMAL(38, 6))), 0) AS sum_of_discount",
        "try_cast(count_if(product_key = -1) AS DECIMAL(38, 6)) AS unknown_product_key",
    )
    return (
        gold.alias("gold")
        .crossJoin(silver.alias("silver"))
        .crossJoin(headers.alias("headers"))
        .selectExpr(
            "'fact_order_line' AS fact",
            """
            stack(
                6,
                'rows', silver.row_count, gold.row_count,
                'sum of quantity', silver.sum_of_quantity, gold.sum_of_quantity,
                'sum of amount', silver.sum_of_amount, gold.sum_of_amount,
                'sum of shipping', headers.sum_of_shipping, gold.sum_of_shipping,
                'sum of discount', headers.sum_of_discount, gold.sum_of_discount,
                'rows on the unknown product_key',
                silver.unknown_product_key,
                gold.unknown_product_key
            ) AS (metric, silver, gold)
            """,
        )
    )


def compare_fact_stock():
    """Rows and sums of fact_stock and of what it is made from."""
    stock = spark.read.table("LIVE.silver_stock").alias("stock")
    silver = stock.selectExpr(
        "try_cast(count(*) AS DECIMAL(38, 6)) AS row_count",
        "coalesce(try_sum(try_cast(stock.on_hand AS DECIMAL(38, 6))), 0) AS sum_of_on_hand",
        "try_cast(count_if(stock.product_id IS NULL) AS DECIMAL(38, 6)) AS unknown_product_key",
    )
    gold = spark.read.table("LIVE.fact_stock").selectExpr(
        "try_cast(count(*) AS DECIMAL(38, 6)) AS row_count",
        "coalesce(try_sum(try_cast(on_hand AS DECIMAL(38, 6))), 0) AS sum_of_on_hand",
        "try_cast(count_if(product_key = -1) AS DECIMAL(38, 6)) AS unknown_product_key",
    )
    return (
        gold.alias("gold")
        .crossJoin(silver.alias("silver"))
        .selectExpr(
            "'fact_stock' AS fact",
            """
            stack(
                3,
                'rows', silver.row_count, gold.row_count,
                'sum of on_hand', silver.sum_of_on_hand, gold.sum_of_on_hand,
                'rows on the unknown product_key',
                silver.unknown_product_key,
                gold.unknown_product_key
            ) AS (metric, silver, gold)
            """,
        )
    )


def compare_fact_delivery():
    """Rows and sums of fact_delivery and of what it is made from."""
    delivery = spark.read.table("LIVE.silver_delivery").alias("delivery")
    silver = delivery.selectExpr(
        "try_cast(count(*) AS DECIMAL(38, 6)) AS row_count",
    )
    gold = spark.read.table("LIVE.fact_delivery").selectExpr(
        "try_cast(count(*) AS DECIMAL(38, 6)) AS row_count",
    )
    return (
        gold.alias("gold")
        .crossJoin(silver.alias("silver"))
        .selectExpr(
            "'fact_delivery' AS fact",
            """
            stack(
                1,
                'rows', silver.row_count, gold.row_count
            ) AS (metric, silver, gold)
            """,
        )
    )


@dp.materialized_view(
    name="reconciliation",
    comment="Rows and sums of each fact in silver and in gold, and the difference.",
    schema="""
        fact STRING NOT NULL COMMENT 'The fact table.',
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
    """One row per fact and metric; every difference is meant to be 0."""
    return (
        compare_fact_orders()
        .union(compare_fact_order_line())
        .union(compare_fact_stock())
        .union(compare_fact_delivery())
        .selectExpr("*", "gold - silver AS difference")
    )
