from pyspark import pipelines as dp


@dp.table(
    name="bronze_stock",
    comment="Rows of main.shop.stock as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_stock():
    """Every row of main.shop.stock, with when and from where it came."""
    return spark.readStream.table("main.shop.stock").selectExpr(
        "*", "current_timestamp() AS _ingested_at", "'main.shop.stock' AS _source"
    )
