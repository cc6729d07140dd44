from pyspark import pipelines as dp


@dp.table(
    name="silver_notes",
    comment="notes, typed and checked: every row.",
    table_properties={
        "quality": "silver",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def silver_notes():
    """Typed rows."""
    return spark.readStream.table("bronze_notes").selectExpr(
        "value",
        "_ingested_at",
        "_source",
        "_source_file",
        "_source_file_modified_at",
    )
