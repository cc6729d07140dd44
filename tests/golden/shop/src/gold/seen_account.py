from pyspark import pipelines as dp
from pyspark.sql import functions as F


@dp.materialized_view(
    name="seen_account",
    comment="Keys of dim_account that only other tables hold so far.",
    schema="""
        account_id INT,
        row_count BIGINT NOT NULL COMMENT 'Rows that hold it.'
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def seen_account():
    """Each key that has no row of its own yet."""
    seen = (
        spark.read.table("LIVE.silver_account_owner")
        .selectExpr("account_id")
        .where("account_id IS NOT NULL")
        .alias("seen")
    )
    known = spark.read.table("LIVE.silver_account_owner").alias("known")
    return (
        seen.join(known, F.expr("seen.account_id = known.account_id"), "left")
        .where("known.account_id IS NULL")
        .groupBy("seen.account_id")
        .agg(F.count("*").alias("row_count"))
    )
