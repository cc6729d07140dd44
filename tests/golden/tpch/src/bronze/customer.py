from pyspark import pipelines as dp


@dp.table(
    name="bronze_customer",
    comment="Rows of samples.tpch.customer as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_customer():
    """Every row of samples.tpch.customer, with when and from where it came."""
    return spark.readStream.table("samples.tpch.customer").selectExpr(
        "*", "current_timestamp() AS _ingested_at", "'samples.tpch.customer' AS _source"
    )
