from pyspark import pipelines as dp


def compare_fact_orders():
    """Rows and sums of fact_orders and of what it is made from."""
    orders = spark.read.table("LIVE.silver_orders").alias("orders")
    silver = orders.selectExpr(
        "try_cast(count(*) AS DECIMAL(38, 6)) AS row_count",
        """
        coalesce(try_sum(try_cast(orders.o_totalprice AS DECIMAL(38, 6))), 0) AS sum_of_o_totalprice
        """,
        "try_cast(count_if(orders.o_custkey IS NULL) AS DECIMAL(38, 6)) AS unknown_customer_key",
    )
    gold = spark.read.table("LIVE.fact_orders").selectExpr(
        "try_cast(count(*) AS DECIMAL(38, 6)) AS row_count",
        "coalesce(try_sum(try_cast(o_totalprice AS DECIMAL(38, 6))), 0) AS sum_of_o_totalprice",
        "try_cast(count_if(customer_key = -1) AS DECIMAL(38, 6)) AS unknown_customer_key",
    )
    return (
        gold.alias("gold")
        .crossJoin(silver.alias("silver"))
        .selectExpr(
            "'fact_orders' AS fact",
            """
            stack(
                3,
                'rows', silver.row_count, gold.row_count,
                'sum of o_totalprice', silver.sum_of_o_totalprice, gold.sum_of_o_totalprice,
                'rows on the unknown customer_key',
                silver.unknown_customer_key,
                gold.unknown_customer_key
            ) AS (metric, silver, gold)
            """,
        )
    )


def compare_fact_lineitem():
    """Rows and sums of fact_lineitem and of what it is made from."""
    lineitem = spark.read.table("LIVE.silver_lineitem").alias("lineitem")
    silver = lineitem.selectExpr(
        "try_cast(count(*) AS DECIMAL(38, 6)) AS row_count",
        """
        coalesce(try_sum(try_cast(lineitem.l_quantity AS DECIMAL(38, 6))), 0) AS sum_of_l_quantity
        """,
        """
        coalesce(
            try_sum(
                try_cast(lineitem.l_extendedprice * (1 - lineitem.l_discount) AS DECIMAL(38, 6))
            ),
            0
        ) AS sum_of_net_price
        """,
        "try_cast(count_if(lineitem.l_partkey IS NULL) AS DECIMAL(38, 6)) AS unknown_part_key",
    )
    gold = spark.read.table("LIVE.fact_lineitem").selectExpr(
        "try_cast(count(*) AS DECIMAL(38, 6)) AS row_count",
        "coalesce(try_sum(try_cast(l_quantity AS DECIMAL(38, 6))), 0) AS sum_of_l_quantity",
        "coalesce(try_sum(try_cast(net_price AS DECIMAL(38, 6))), 0) AS sum_of_net_price",
        "try_cast(count_if(part_key = -1) AS DECIMAL(38, 6)) AS unknown_part_key",
    )
    return (
        gold.alias("gold")
        .crossJoin(silver.alias("silver"))
        .selectExpr(
            "'fact_lineitem' AS fact",
            """
            stack(
                4,
                'rows', silver.row_count, gold.row_count,
                'sum of l_quantity', silver.sum_of_l_quantity, gold.sum_of_l_quantity,
                'sum of net_price', silver.sum_of_net_price, gold.sum_of_net_price,
                'rows on the unknown part_key', silver.unknown_part_key, gold.unknown_part_key
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
        .union(compare_fact_lineitem())
        .selectExpr("*", "gold - silver AS difference")
    )
