from pyspark import pipelines as dp


@dp.table(
    name="bronze_account_owner",
    comment="Rows of main.shop.account_owner as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_account_owner():
    """Every row of main.shop.account_owner, with when and from where it came."""
    return spark.readStream.table("main.shop.account_owner").selectExpr(
        "*", "current_timestamp() AS _ingested_at", "'main.shop.account_owner' AS _source"
    )
