from pyspark import pipelines as dp


@dp.table(
    name="bronze_devices",
    comment="Rows of main.iot.devices as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_devices():
    """Every row of main.iot.devices, with when and from where it came."""
    return spark.readStream.table("main.iot.devices").selectExpr(
        "*", "current_timestamp() AS _ingested_at", "'main.iot.devices' AS _source"
    )
