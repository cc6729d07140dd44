from pyspark import pipelines as dp


@dp.materialized_view(
    name="bronze_prices",
    comment="Rows of /Volumes/main/landing/files/prices as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_prices():
    """Every row of /Volumes/main/landing/files/prices, with when and from where it came."""
    return (
        spark.read.format("csv")
        .option("inferSchema", "true")
        .option("header", "true")
        .option("sep", ";")
        .load("/Volumes/main/landing/files/prices")
        .selectExpr(
            "*",
            "current_timestamp() AS _ingested_at",
            "'/Volumes/main/landing/files/prices' AS _source",
            "_metadata.file_path AS _source_file",
            "_metadata.file_modification_time AS _source_file_modified_at",
        )
    )
