from pyspark import pipelines as dp
from pyspark.sql import functions as F


TARGET = spark.conf.get("medallion.target")


@dp.materialized_view(
    name="fact_lineitem",
    comment="One row per l_orderkey, l_linenumber of lineitem.",
    schema=f"""
        order_date_key INT NOT NULL
            COMMENT 'Key of dim_date for the order date; -1 where there is none.',
        ship_date_key INT NOT NULL
            COMMENT 'Key of dim_date for the ship date; -1 where there is none.',
        receipt_date_key INT NOT NULL
            COMMENT 'Key of dim_date for the receipt date; -1 where there is none.',
        customer_key BIGINT NOT NULL COMMENT 'Key of dim_customer; -1 is the unknown member.',
        part_key BIGINT NOT NULL COMMENT 'Key of dim_part; -1 is the unknown member.',
        l_orderkey BIGINT,
        l_linenumber INT,
        l_quantity DECIMAL(15, 2) COMMENT 'Additive.',
        net_price DECIMAL(31, 4) COMMENT 'Price after discount. Additive.',
        CONSTRAINT fact_lineitem_fk_1 FOREIGN KEY (order_date_key)
            REFERENCES {TARGET}.dim_date (date_key),
        CONSTRAINT fact_lineitem_fk_2 FOREIGN KEY (ship_date_key)
            REFERENCES {TARGET}.dim_date (date_key),
        CONSTRAINT fact_lineitem_fk_3 FOREIGN KEY (receipt_date_key)
            REFERENCES {TARGET}.dim_date (date_key),
        CONSTRAINT fact_lineitem_fk_4 FOREIGN KEY (customer_key)
            REFERENCES {TARGET}.dim_customer (customer_key),
        CONSTRAINT fact_lineitem_fk_5 FOREIGN KEY (part_key)
            REFERENCES {TARGET}.dim_part (part_key)
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
    cluster_by=["order_date_key", "customer_key", "part_key"],
)
def fact_lineitem():
    """One row per l_orderkey, l_linenumber; left joins only, so that no row is lost."""
    lineitem = spark.read.table("LIVE.silver_lineitem").alias("lineitem")
    orders = spark.read.table("LIVE.newest_orders").alias("orders")
    # No row of it, but its place: every dimension is there, and its keys are proved, before the
    # keys that refer to them are declared.
    before = spark.read.table("LIVE.key_check").where("false").select()
    return (
        lineitem.join(orders, F.expr("lineitem.l_orderkey = orders.o_orderkey"), "left")
        .selectExpr(
            """
            coalesce(
                year(orders.o_orderdate) * 10000
                + month(orders.o_orderdate) * 100
                + day(orders.o_orderdate),
                -1
            ) AS order_date_key
            """,
            """
            coalesce(
                year(lineitem.l_shipdate) * 10000
                + month(lineitem.l_shipdate) * 100
                + day(lineitem.l_shipdate),
                -1
            ) AS ship_date_key
            """,
            """
            coalesce(
                year(lineitem.l_receiptdate) * 10000
                + month(lineitem.l_receiptdate) * 100
                + day(lineitem.l_receiptdate),
                -1
            ) AS receipt_date_key
            """,
            """
            IF(orders.o_custkey IS NULL, -1, xxhash64(CAST(orders.o_custkey AS BIGINT)))
                AS customer_key
            """,
            """
            IF(lineitem.l_partkey IS NULL, -1, xxhash64(CAST(lineitem.l_partkey AS BIGINT)))
                AS part_key
            """,
            "lineitem.l_orderkey",
            "lineitem.l_linenumber",
            "lineitem.l_quantity",
            """
            CAST(lineitem.l_extendedprice * (1 - lineitem.l_discount) AS DECIMAL(31, 4))
                AS net_price
            """,
        )
        .unionByName(before, allowMissingColumns=True)
    )
