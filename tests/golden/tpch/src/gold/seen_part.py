from pyspark import pipelines as dp
from pyspark.sql import functions as F


@dp.materialized_view(
    name="seen_part",
    comment="Keys of dim_part that only other tables hold so far.",
    schema="""
        p_partkey BIGINT,
        row_count BIGINT NOT NULL COMMENT 'Rows that hold it.'
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def seen_part():
    """Each key that has no row of its own yet."""
    seen = (
        spark.read.table("LIVE.silver_lineitem")
        .selectExpr("l_partkey AS p_partkey")
        .where("p_partkey IS NOT NULL")
        .alias("seen")
    )
    known = spark.read.table("LIVE.silver_part").alias("known")
    return (
        seen.join(known, F.expr("seen.p_partkey = known.p_partkey"), "left")
        .where("known.p_partkey IS NULL")
        .groupBy("seen.p_partkey")
        .agg(F.count("*").alias("row_count"))
    )
