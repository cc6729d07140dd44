from pyspark import pipelines as dp


@dp.table(
    name="bronze_region",
    comment="Rows of samples.tpch.region as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_region():
    """Every row of samples.tpch.region, with when and from where it came."""
    return spark.readStream.table("samples.tpch.region").selectExpr(
        "*", "current_timestamp() AS _ingested_at", "'samples.tpch.region' AS _source"
    )
