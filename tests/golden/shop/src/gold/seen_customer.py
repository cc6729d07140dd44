from pyspark import pipelines as dp
from pyspark.sql import functions as F


@dp.materialized_view(
    name="seen_customer",
    comment="Keys of dim_customer that only other tables hold so far.",
    schema="""
        customer_id INT,
        row_count BIGINT NOT NULL COMMENT 'Rows that hold it.'
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def seen_customer():
    """Each key that has no row of its own yet."""
    seen = (
        spark.read.table("LIVE.silver_orders")
        .selectExpr("customer_id")
        .union(spark.read.table("LIVE.silver_account_owner").selectExpr("customer_id"))
        .where("customer_id IS NOT NULL")
        .alias("seen")
    )
    known = spark.read.table("LIVE.silver_customer").alias("known")
    return (
        seen.join(known, F.expr("seen.customer_id = known.customer_id"), "left")
        .where("known.customer_id IS NULL")
        .groupBy("seen.customer_id")
        .agg(F.count("*").alias("row_count"))
    )
