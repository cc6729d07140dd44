from pyspark import pipelines as dp


@dp.table(
    name="bronze_orders",
    comment="Rows of main.shop.orders as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_orders():
    """Every row of main.shop.orders, with when and from where it came."""
    return spark.readStream.table("main.shop.orders").selectExpr(
        "*", "current_timestamp() AS _ingested_at", "'main.shop.orders' AS _source"
    )
