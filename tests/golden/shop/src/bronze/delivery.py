from pyspark import pipelines as dp


@dp.table(
    name="bronze_delivery",
    comment="Rows of main.shop.delivery as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_delivery():
    """Every row of main.shop.delivery, with when and from where it came."""
    return spark.readStream.table("main.shop.delivery").selectExpr(
        "*", "current_timestamp() AS _ingested_at", "'main.shop.delivery' AS _source"
    )
