from pyspark import pipelines as dp
from pyspark.sql import functions as F


@dp.materialized_view(
    name="seen_product",
    comment="Keys of dim_product that only other tables hold so far.",
    schema="""
        product_id INT,
        row_count BIGINT NOT NULL COMMENT 'Rows that hold it.'
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def seen_product():
    """Each key that has no row of its own yet."""
    seen = (
        spark.read.table("LIVE.silver_order_line")
        .selectExpr("product_id")
        .union(spark.read.table("LIVE.silver_stock").selectExpr("product_id"))
        .where("product_id IS NOT NULL")
        .alias("seen")
    )
    known = spark.read.table("LIVE.silver_product").alias("known")
    return (
        seen.join(known, F.expr("seen.product_id = known.product_id"), "left")
        .where("known.product_id IS NULL")
        .groupBy("seen.product_id")
        .agg(F.count("*").alias("row_count"))
    )
