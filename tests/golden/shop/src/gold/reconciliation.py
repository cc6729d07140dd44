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
            "sum of shipping": (total("orders.shipping"), total("shipping")),
            "rows on the unknown customer_key": (
                "count_if(orders.customer_id IS NULL)",
                "count_if(customer_key = -1)",
            ),
            "rows on the unknown seller_key": (
                "count_if(orders.employee_id IS NULL)",
                "count_if(seller_key = -1)",
            ),
            "rows on the unknown order_flags_key": (
                "count_if(orders.is_gift IS NULL AND orders.channel IS NULL)",
                "count_if(order_flags_key = -1)",
            ),
        },
    )


def compare_fact_order_line():
    """Rows and sums of fact_order_line and of what it is made from."""
    order_line = spark.read.table("LIVE.silver_order_line").alias("order_line")
    orders = spark.read.table("LIVE.newest_orders").alias("orders")
    headers = orders.join(order_line, F.expr("order_line.order_id = orders.order_id"), "left_semi")
    gold = spark.read.table("LIVE.fact_order_line")
    return (
        compare(
            "fact_order_line",
            order_line,
            gold,
            {
                "rows": ("count(*)", "count(*)"),
                "sum of quantity": (total("order_line.quantity"), total("quantity")),
                "sum of amount": (total("order_line.quantity * order_line.price"), total("amount")),
                "rows on the unknown product_key": (
                    "count_if(order_line.product_id IS NULL)",
                    "count_if(product_key = -1)",
                ),
            },
        )
        .union(
            compare(
                "fact_order_line",
                headers,
                gold,
                {
                    "sum of shipping": (total("orders.shipping"), total("shipping")),
                    "sum of discount": (total("orders.discount"), total("discount")),
                },
            )
        )
        .union(
            unmatched(
                "fact_order_line",
                "rows on headers that only lines know",
                order_line.join(
                    orders, F.expr("order_line.order_id = orders.order_id"), "left_anti"
                ),
                "count_if(order_line.order_id IS NOT NULL)",
            )
        )
    )


def compare_fact_stock():
    """Rows and sums of fact_stock and of what it is made from."""
    stock = spark.read.table("LIVE.silver_stock").alias("stock")
    gold = spark.read.table("LIVE.fact_stock")
    return compare(
        "fact_stock",
        stock,
        gold,
        {
            "rows": ("count(*)", "count(*)"),
            "sum of on_hand": (total("stock.on_hand"), total("on_hand")),
            "rows on the unknown product_key": (
                "count_if(stock.product_id IS NULL)",
                "count_if(product_key = -1)",
            ),
        },
    )


def compare_fact_delivery():
    """Rows and sums of fact_delivery and of what it is made from."""
    delivery = spark.read.table("LIVE.silver_delivery").alias("delivery")
    gold = spark.read.table("LIVE.fact_delivery")
    return compare(
        "fact_delivery",
        delivery,
        gold,
        {
            "rows": ("count(*)", "count(*)"),
            "rows on the unknown customer_key": (
                "count_if(delivery.customer_name IS NULL)",
                "count_if(customer_key = -1)",
            ),
        },
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
        "dim_employee": spark.read.table("LIVE.dim_employee").selectExpr("employee_key AS known"),
        "dim_order_flags": spark.read.table("LIVE.dim_order_flags").selectExpr(
            "order_flags_key AS known"
        ),
        "dim_product": spark.read.table("LIVE.dim_product").selectExpr("product_key AS known"),
        "dim_account": spark.read.table("LIVE.dim_account").selectExpr("account_key AS known"),
        "dim_date": spark.read.table("LIVE.dim_date").selectExpr("date_key AS known"),
    }
    return (
        compare_fact_orders()
        .union(compare_fact_order_line())
        .union(compare_fact_stock())
        .union(compare_fact_delivery())
        .union(
            orphans(
                "dim_employee",
                spark.read.table("LIVE.dim_employee"),
                known,
                {"manager_key": "dim_employee"},
            )
        )
        .union(
            orphans(
                "fact_orders",
                spark.read.table("LIVE.fact_orders"),
                known,
                {"order_flags_key": "dim_order_flags", "order_date_key": "dim_date"},
            )
        )
        .union(
            orphans(
                "fact_order_line",
                spark.read.table("LIVE.fact_order_line"),
                known,
                {"product_key": "dim_product", "order_date_key": "dim_date"},
            )
        )
        .union(
            orphans(
                "fact_stock",
                spark.read.table("LIVE.fact_stock"),
                known,
                {"product_key": "dim_product", "count_date_key": "dim_date"},
            )
        )
        .union(
            orphans(
                "bridge_account_owner",
                spark.read.table("LIVE.bridge_account_owner"),
                known,
                {"account_key": "dim_account"},
            )
        )
        .union(
            orphans(
                "fact_delivery",
                spark.read.table("LIVE.fact_delivery"),
                known,
                {
                    "order_date_key": "dim_date",
                    "pack_date_key": "dim_date",
                    "delivery_date_key": "dim_date",
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
                "dim_product",
                "rows on members that only other tables know",
                spark.read.table("LIVE.seen_product"),
                "coalesce(sum(row_count), 0)",
            )
        )
        .union(
            unmatched(
                "dim_account",
                "rows on members that only other tables know",
                spark.read.table("LIVE.seen_account"),
                "coalesce(sum(row_count), 0)",
            )
        )
        .selectExpr("*", "try_subtract(gold, silver) AS difference")
    )
