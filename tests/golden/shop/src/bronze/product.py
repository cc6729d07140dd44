from pyspark import pipelines as dp


@dp.table(
    name="bronze_product",
    comment="Rows of main.shop.product as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_product():
    """Every row of main.shop.product, with when and from where it came."""
    return spark.readStream.table("main.shop.product").selectExpr(
        "*", "current_timestamp() AS _ingested_at", "'main.shop.product' AS _source"
    )
