from pyspark import pipelines as dp


@dp.table(
    name="bronze_orders",
    comment="Rows of samples.tpch.orders as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_orders():
    """Every row of samples.tpch.orders, with when and from where it came."""
    return spark.readStream.table("samples.tpch.orders").selectExpr(
        "*", "current_timestamp() AS _ingested_at", "'samples.tpch.orders' AS _source"
    )
