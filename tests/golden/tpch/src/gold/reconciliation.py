from pyspark import pipelines as dp


def compare_fact_orders():
    """Rows and sums of fact_orders and of what it is made from."""
    line = spark.read.table("LIVE.silver_orders").alias("line")
    lines = line.selectExpr(
        "try_cast(count(*) AS DECIMAL(38, 6)) AS row_count",
        "coalesce(try_sum(try_cast(line.o_totalprice AS DECIMAL(38, 6))), 0) AS sum_of_o_totalprice",
        "try_cast(count_if(line.o_custkey IS NULL) AS DECIMAL(38, 6)) AS unknown_customer_key",
    )
    fact = spark.read.table("LIVE.fact_orders").selectExpr(
        "try_cast(count(*) AS DECIMAL(38, 6)) AS row_count",
        "coalesce(try_sum(try_cast(o_totalprice AS DECIMAL(38, 6))), 0) AS sum_of_o_totalprice",
        "try_cast(count_if(customer_key = -1) AS DECIMAL(38, 6)) AS unknown_customer_key",
    )
    return (
        fact.alias("fact")
        .crossJoin(lines.alias("line"))
        .selectExpr(
            "'fact_orders' AS fact",
            """
                stack(
                    3,
                    'rows', line.row_count, fact.row_count,
                    'sum of o_totalprice', line.sum_of_o_totalprice, fact.sum_of_o_totalprice,
                    'rows on the unknown customer_key', line.unknown_customer_key, fact.unknown_customer_key
                ) AS (metric, silver, gold)
            """,
        )
    )


def compare_fact_lineitem():
    """Rows and sums of fact_lineitem and of what it is made from."""
    line = spark.read.table("LIVE.silver_lineitem").alias("line")
    lines = line.selectExpr(
        "try_cast(count(*) AS DECIMAL(38, 6)) AS row_count",
        "coalesce(try_sum(try_cast(line.l_quantity AS DECIMAL(38, 6))), 0) AS sum_of_l_quantity",
        "coalesce(try_sum(try_cast(line.l_extendedprice * (1 - line.l_discount) AS DECIMAL(38, 6))), 0) AS sum_of_net_price",
        "try_cast(count_if(line.l_partkey IS NULL) AS DECIMAL(38, 6)) AS unknown_part_key",
    )
    fact = spark.read.table("LIVE.fact_lineitem").selectExpr(
        "try_cast(count(*) AS DECIMAL(38, 6)) AS row_count",
        "coalesce(try_sum(try_cast(l_quantity AS DECIMAL(38, 6))), 0) AS sum_of_l_quantity",
        "coalesce(try_sum(try_cast(net_price AS DECIMAL(38, 6))), 0) AS sum_of_net_price",
        "try_cast(count_if(part_key = -1) AS DECIMAL(38, 6)) AS unknown_part_key",
    )
    return (
        fact.alias("fact")
        .crossJoin(lines.alias("line"))
        .selectExpr(
            "'fact_lineitem' AS fact",
            """
                stack(
                    4,
                    'rows', line.row_count, fact.row_count,
                    'sum of l_quantity', line.sum_of_l_quantity, fact.sum_of_l_quantity,
                    'sum of net_price', line.sum_of_net_price, fact.sum_of_net_price,
                    'rows on the unknown part_key', line.unknown_part_key, fact.unknown_part_key
                ) AS (metric, silver, gold)
            """,
        )
    )


@dp.materialized_view(
    name="reconciliation",
    comment="For each fact what went in, what came out, and the difference.",
    schema="""
        fact STRING NOT NULL COMMENT 'The fact table.',
        metric STRING NOT NULL COMMENT 'What was counted or summed.',
        silver DECIMAL(38, 6) COMMENT 'What went in.',
        gold DECIMAL(38, 6) COMMENT 'What came out.',
        difference DECIMAL(38, 6) COMMENT 'What came out beyond what went in.'
    """,
    table_properties={"quality": "gold"},
)
@dp.expect("nothing_lost", "difference = 0")
def reconciliation():
    """One row per fact and metric; every difference is meant to be 0."""
    return (
        compare_fact_orders()
        .union(compare_fact_lineitem())
        .selectExpr("*", "gold - silver AS difference")
    )
