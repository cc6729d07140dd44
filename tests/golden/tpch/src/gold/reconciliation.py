from pyspark import pipelines as dp
from pyspark.sql import functions as F


def total(value):
    """SQL for an exact sum: 0 of no value, NULL where it has too many digits."""
    exact = f"try_cast({value} AS DECIMAL(38, 6))"
    return f"IF(count({exact}) = 0, 0, try_sum({exact}))"


def totals(rows, side, sums):
    """One row with all that the rows add up to, from one pass over them."""
    return rows.agg(F.expr(f"CAST(array({', '.join(sums)}) AS ARRAY<DECIMAL(38, 6)>) AS {side}"))


def by_metric(table, metrics, totals):
    """A row for each metric, of one row with the totals of silver and gold."""
    metric = F.array(*map(F.lit, metrics)).alias("metric")
    return totals.select(
        F.lit(table).alias("fact"), F.inline(F.arrays_zip(metric, "silver", "gold"))
    )


def compare(fact, silver, gold, metrics):
    """What both sides add up to. A metric has SQL for silver and SQL for gold."""
    of_silver, of_gold = zip(*metrics.values())
    both = totals(silver, "silver", of_silver).crossJoin(totals(gold, "gold", of_gold))
    return by_metric(fact, metrics, both)


def orphans(table, rows, known, keys):
    """Rows whose key is in no row of the table that it refers to: there should be none."""
    rows = rows.alias("held")
    for number, (key, parent) in enumerate(keys.items()):
        found = known[parent].alias(f"found_{number}")
        rows = rows.join(found, F.expr(f"held.{key} = found_{number}.known"), "left")
    missing = [f"count_if(found_{number}.known IS NULL)" for number in range(len(keys))]
    both = totals(rows, "gold", missing).withColumn("silver", F.array_repeat(F.lit(0), len(keys)))
    return by_metric(
        table, [f"rows whose {key} is not in {parent}" for key, parent in keys.items()], both
    )


def unmatched(table, metric, rows, count):
    """Rows on what has no row of its own: it is late, or its key is written otherwise."""
    held = totals(rows, "gold", [count]).withColumn("silver", F.array(F.lit(0)))
    return by_metric(table, [metric], held)


def compare_fact_orders():
    """Rows and sums of fact_orders and of what it is made from."""
    orders = spark.read.table("LIVE.silver_orders").alias("orders")
    gold = spark.read.table("LIVE.fact_orders")
    return compare(
        "fact_orders",
        orders,
        gold,
        {
            "rows": ("count(*)", "count(*)"),
            "sum of o_totalprice": (total("orders.o_totalprice"), total("o_totalprice")),
            "rows on the unknown customer_key": (
                "count_if(orders.o_custkey IS NULL)",
                "count_if(customer_key = -1)",
            ),
        },
    )


def compare_fact_lineitem():
    """Rows and sums of fact_lineitem and of what it is made from."""
    lineitem = spark.read.table("LIVE.silver_lineitem").alias("lineitem")
    orders = spark.read.table("LIVE.newest_orders").alias("orders")
    gold = spark.read.table("LIVE.fact_lineitem")
    return compare(
        "fact_lineitem",
        lineitem,
        gold,
        {
            "rows": ("count(*)", "count(*)"),
            "sum of l_quantity": (total("lineitem.l_quantity"), total("l_quantity")),
            "sum of net_price": (
                total("lineitem.l_extendedprice * (1 - lineitem.l_discount)"),
                total("net_price"),
            ),
            "rows on the unknown part_key": (
                "count_if(lineitem.l_partkey IS NULL)",
                "count_if(part_key = -1)",
            ),
        },
    ).union(
        unmatched(
            "fact_lineitem",
            "rows on headers that only lines know",
            lineitem.join(orders, F.expr("lineitem.l_orderkey = orders.o_orderkey"), "left_anti"),
            "count_if(lineitem.l_orderkey IS NOT NULL)",
        )
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
@dp.expect("nothing_lost", "metric LIKE 'rows on %' OR difference = 0")
@dp.expect("every_member_and_header_is_known", "metric NOT LIKE 'rows on %' OR difference = 0")
def reconciliation():
    """One row per table and metric; every difference is meant to be 0."""
    known = {
        "dim_customer": spark.read.table("LIVE.dim_customer").selectExpr("customer_key AS known"),
        "dim_part": spark.read.table("LIVE.dim_part").selectExpr("part_key AS known"),
        "dim_date": spark.read.table("LIVE.dim_date").selectExpr("date_key AS known"),
    }
    return (
        compare_fact_orders()
        .union(compare_fact_lineitem())
        .union(
            orphans(
                "fact_orders",
                spark.read.table("LIVE.fact_orders"),
                known,
                {"customer_key": "dim_customer", "order_date_key": "dim_date"},
            )
        )
        .union(
            orphans(
                "fact_lineitem",
                spark.read.table("LIVE.fact_lineitem"),
                known,
                {
                    "customer_key": "dim_customer",
                    "part_key": "dim_part",
                    "order_date_key": "dim_date",
                    "ship_date_key": "dim_date",
                    "receipt_date_key": "dim_date",
                },
            )
        )
        .union(
            unmatched(
                "dim_customer",
                "rows on members that only other tables know",
                spark.read.table("LIVE.seen_customer"),
                "coalesce(sum(row_count), 0)",
            )
        )
        .union(
            unmatched(
                "dim_part",
                "rows on members that only other tables know",
                spark.read.table("LIVE.seen_part"),
                "coalesce(sum(row_count), 0)",
            )
        )
        .selectExpr("*", "try_subtract(gold, silver) AS difference")
    )
