from pyspark import pipelines as dp
from pyspark.sql import functions as F


@dp.materialized_view(
    name="seen_customer",
    comment="Keys of dim_customer that only other tables hold so far.",
    schema="""
        c_custkey BIGINT,
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
        .selectExpr("o_custkey AS c_custkey")
        .where("c_custkey IS NOT NULL")
        .alias("seen")
    )
    known = spark.read.table("LIVE.silver_customer").alias("known")
    return (
        seen.join(known, F.expr("seen.c_custkey = known.c_custkey"), "left")
        .where("known.c_custkey IS NULL")
        .groupBy("seen.c_custkey")
        .agg(F.count("*").alias("row_count"))
    )
