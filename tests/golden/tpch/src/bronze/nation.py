from pyspark import pipelines as dp


@dp.table(
    name="bronze_nation",
    comment="Rows of samples.tpch.nation as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_nation():
    """Every row of samples.tpch.nation, with when and from where it came."""
    return spark.readStream.table("samples.tpch.nation").selectExpr(
        "*", "current_timestamp() AS _ingested_at", "'samples.tpch.nation' AS _source"
    )
