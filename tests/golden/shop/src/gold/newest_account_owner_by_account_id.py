from pyspark import pipelines as dp
from pyspark.sql import functions as F
from pyspark.sql.window import Window


@dp.materialized_view(
    name="newest_account_owner_by_account_id",
    comment="The newest row of each account_id of account_owner.",
    schema="""
        account_id INT,
        customer_id INT,
        _ingested_at TIMESTAMP,
        _source STRING
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def newest_account_owner_by_account_id():
    """More than one row may have the same account_id: the newest counts."""
    newest = Window.partitionBy("account_id").orderBy(
        F.expr("_ingested_at").desc(),
        F.expr("struct(*)").desc(),
    )
    return (
        spark.read.table("LIVE.silver_account_owner")
        .withColumn("_rank", F.row_number().over(newest))
        .where("_rank = 1")
        .drop("_rank")
    )
