from pyspark import pipelines as dp


@dp.table(
    name="bronze_order_line",
    comment="Rows of main.shop.order_line as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_order_line():
    """Every row of main.shop.order_line, with when and from where it came."""
    return spark.readStream.table("main.shop.order_line").selectExpr(
        "*", "current_timestamp() AS _ingested_at", "'main.shop.order_line' AS _source"
    )
