from pyspark import pipelines as dp


@dp.materialized_view(
    name="bronze_employee",
    comment="Rows of main.shop.employee as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_employee():
    """Every row of main.shop.employee, with when and from where it came."""
    return spark.read.table("main.shop.employee").selectExpr(
        "*", "current_timestamp() AS _ingested_at", "'main.shop.employee' AS _source"
    )
