from pyspark import pipelines as dp


@dp.table(
    name="bronze_part",
    comment="Rows of samples.tpch.part as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_part():
    """Every row of samples.tpch.part, with when and from where it came."""
    return spark.readStream.table("samples.tpch.part").selectExpr(
        "*", "current_timestamp() AS _ingested_at", "'samples.tpch.part' AS _source"
    )
