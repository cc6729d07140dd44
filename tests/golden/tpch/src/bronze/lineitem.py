from pyspark import pipelines as dp


@dp.table(
    name="bronze_lineitem",
    comment="Rows of samples.tpch.lineitem as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_lineitem():
    """Every row of samples.tpch.lineitem, with when and from where it came."""
    return spark.readStream.table("samples.tpch.lineitem").selectExpr(
        "*", "current_timestamp() AS _ingested_at", "'samples.tpch.lineitem' AS _source"
    )
