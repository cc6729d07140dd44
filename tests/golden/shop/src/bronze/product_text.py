from pyspark import pipelines as dp


@dp.table(
    name="bronze_product_text",
    comment="Rows of main.shop.product_text as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_product_text():
    """Every row of main.shop.product_text, with when and from where it came."""
    return spark.readStream.table("main.shop.product_text").selectExpr(
        "*", "current_timestamp() AS _ingested_at", "'main.shop.product_text' AS _source"
    )
