from pyspark import pipelines as dp


TARGET = spark.conf.get("medallion.target")


@dp.materialized_view(
    name="fact_orders",
    comment="One row per o_orderkey of orders.",
    schema=f"""
        order_date_key INT NOT NULL
            COMMENT 'Key of dim_date for the order date; -1 where there is none.',
        customer_key BIGINT NOT NULL COMMENT 'Key of dim_customer; -1 is the unknown member.',
        o_orderkey BIGINT,
        o_totalprice DECIMAL(15, 2) COMMENT 'An amount of money. Additive.',
        CONSTRAINT fact_orders_fk_1 FOREIGN KEY (order_date_key)
            REFERENCES {TARGET}.dim_date (date_key),
        CONSTRAINT fact_orders_fk_2 FOREIGN KEY (customer_key)
            REFERENCES {TARGET}.dim_customer (customer_key)
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def fact_orders():
    """One row per o_orderkey; left joins only, so that no row is lost."""
    orders = spark.read.table("LIVE.silver_orders").alias("orders")
    # No row of it, but its place: every dimension is there, and its keys are proved, before the
    # keys that refer to them are declared.
    before = spark.read.table("LIVE.key_check").where("false").select()
    return orders.selectExpr(
        """
        coalesce(
            year(orders.o_orderdate) * 10000
            + month(orders.o_orderdate) * 100
            + day(orders.o_orderdate),
            -1
        ) AS order_date_key
        """,
        """
        IF(orders.o_custkey IS NULL, -1, xxhash64(CAST(orders.o_custkey AS BIGINT)))
            AS customer_key
        """,
        "orders.o_orderkey",
        "orders.o_totalprice",
    ).unionByName(before, allowMissingColumns=True)
