from pyspark import pipelines as dp


@dp.table(
    name="bronze_country",
    comment="Rows of main.shop.country as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_country():
    """Every row of main.shop.country, with when and from where it came."""
    return spark.readStream.table("main.shop.country").selectExpr(
        "*", "current_timestamp() AS _ingested_at", "'main.shop.country' AS _source"
    )
