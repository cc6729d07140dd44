from pyspark import pipelines as dp


@dp.table(
    name="silver_orders",
    comment="orders, typed and checked: every row.",
    table_properties={
        "quality": "silver",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def silver_orders():
    """Typed rows."""
    return spark.readStream.table("LIVE.bronze_orders").selectExpr(
        "order_id",
        "customer_id",
        "employee_id",
        "ordered_on",
        "shipping",
        "discount",
        "is_gift",
        "channel",
        "_ingested_at",
        "_source",
    )
