from pyspark import pipelines as dp


@dp.table(
    name="bronze_customer",
    comment="Rows of main.shop.customer as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_customer():
    """Every row of main.shop.customer, with when and from where it came."""
    return spark.readStream.table("main.shop.customer").selectExpr(
        "*", "current_timestamp() AS _ingested_at", "'main.shop.customer' AS _source"
    )
