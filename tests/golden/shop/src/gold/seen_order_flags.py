from pyspark import pipelines as dp
from pyspark.sql import functions as F


@dp.materialized_view(
    name="seen_order_flags",
    comment="Flags of orders, as its rows combine them.",
    schema="""
        is_gift BOOLEAN,
        channel STRING,
        row_count BIGINT NOT NULL COMMENT 'Rows that hold it.'
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def seen_order_flags():
    """Each combination that a row has."""
    orders = spark.read.table("LIVE.silver_orders").alias("orders")
    return (
        orders.where("orders.is_gift IS NOT NULL OR orders.channel IS NOT NULL")
        .groupBy("is_gift", "channel")
        .agg(F.count("*").alias("row_count"))
    )
