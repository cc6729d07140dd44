from pyspark import pipelines as dp
from pyspark.sql import functions as F
from pyspark.sql.window import Window


TARGET = spark.conf.get("medallion.target")


@dp.materialized_view(
    name="fact_order_line",
    comment="One row per order_id, line_no of order_line.",
    schema=f"""
        order_date_key INT NOT NULL
            COMMENT 'Key of dim_date for the order date; -1 where there is none.',
        customer_key BIGINT NOT NULL COMMENT 'Key of dim_customer; -1 is the unknown member.',
        product_key BIGINT NOT NULL COMMENT 'Key of dim_product; -1 is the unknown member.',
        order_id INT,
        line_no INT,
        quantity INT COMMENT 'Additive.',
        amount DECIMAL(21, 2) COMMENT 'Additive.',
        price DECIMAL(10, 2) COMMENT 'Not additive.',
        shipping DECIMAL(4, 2)
            COMMENT 'Additive. The header\\'s amount, spread equally over its lines.',
        discount DECIMAL(3, 2)
            COMMENT 'Additive. The header\\'s amount, spread over its lines by price.',
        CONSTRAINT fact_order_line_fk_1 FOREIGN KEY (order_date_key)
            REFERENCES {TARGET}.dim_date (date_key),
        CONSTRAINT fact_order_line_fk_2 FOREIGN KEY (customer_key)
            REFERENCES {TARGET}.dim_customer (customer_key),
        CONSTRAINT fact_order_line_fk_3 FOREIGN KEY (product_key)
            REFERENCES {TARGET}.dim_product (product_key)
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
    cluster_by=["order_date_key", "customer_key"],
)
def fact_order_line():
    """One row per order_id, line_no; left joins only, so that no row is lost."""
    # Running shares are rounded, not amounts: the last line's is 1, so that the lines of a header
    # add up to its amount exactly.
    whole = Window.partitionBy("order_id")
    lines = whole.orderBy(
        "order_id",
        "line_no",
        F.expr("to_json(struct(*))"),
    )
    so_far = lines.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    order_line = (
        spark.read.table("LIVE.silver_order_line")
        .withColumn(
            "_equal_share",
            F.try_divide(F.count("*").over(so_far), F.count("*").over(whole)).cast(
                "decimal(18, 17)"
            ),
        )
        .withColumn("_share_by_price", F.coalesce("price", F.lit(0)))
        .withColumn(
            "_share_by_price",
            F.coalesce(
                F.try_divide(
                    F.sum("_share_by_price").over(so_far), F.sum("_share_by_price").over(whole)
                ).try_cast("decimal(18, 17)"),
                "_equal_share",
            ),
        )
        .withColumn("_equal_share_before", F.coalesce(F.lag("_equal_share").over(lines), F.lit(0)))
        .withColumn(
            "_share_by_price_before", F.coalesce(F.lag("_share_by_price").over(lines), F.lit(0))
        )
        .alias("order_line")
    )
    orders = spark.read.table("LIVE.newest_orders").alias("orders")
    customer = spark.read.table("LIVE.dim_customer").alias("customer")
    # No row of it, but its place: every dimension is there, and its keys are proved, before the
    # keys that refer to them are declared.
    before = spark.read.table("LIVE.key_check").where("false").select()
    return (
        order_line.join(orders, F.expr("order_line.order_id = orders.order_id"), "left")
        .join(
            customer,
            F.expr("""
                orders.customer_id = customer.customer_id
                AND coalesce(
                    (
                        orders.ordered_on >= customer.valid_from
                        OR customer.valid_from = TIMESTAMP'1900-01-01'
                    )
                    AND (orders.ordered_on < customer.next_from OR customer.next_from IS NULL),
                    customer.next_from IS NULL
                )
            """),
            "left",
        )
        .selectExpr(
            """
            coalesce(
                year(orders.ordered_on) * 10000
                + month(orders.ordered_on) * 100
                + day(orders.ordered_on),
                -1
            ) AS order_date_key
            """,
            "coalesce(customer.customer_key, -1) AS customer_key",
            """
            IF(order_line.product_id IS NULL, -1, xxhash64(CAST(order_line.product_id AS INT)))
                AS product_key
            """,
            "order_line.order_id",
            "order_line.line_no",
            "order_line.quantity",
            "CAST(order_line.quantity * order_line.price AS DECIMAL(21, 2)) AS amount",
            "order_line.price",
            """
            CAST(
                round(orders.shipping * order_line._equal_share, 2)
                - round(orders.shipping * order_line._equal_share_before, 2) AS DECIMAL(4, 2)
            ) AS shipping
            """,
            """
            CAST(
                round(orders.discount * order_line._share_by_price, 2)
                - round(orders.discount * order_line._share_by_price_before, 2) AS DECIMAL(3, 2)
            ) AS discount
            """,
        )
        .unionByName(before, allowMissingColumns=True)
    )
