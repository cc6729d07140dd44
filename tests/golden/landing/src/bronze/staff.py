from pyspark import pipelines as dp


@dp.materialized_view(
    name="bronze_staff",
    comment="Rows of main.hr.staff as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_staff():
    """Every row of main.hr.staff, with when and from where it came."""
    return spark.read.table("main.hr.staff").selectExpr(
        "*", "current_timestamp() AS _ingested_at", "'main.hr.staff' AS _source"
    )
