from pyspark import pipelines as dp


@dp.table(
    name="bronze_readings",
    comment="Rows of /Volumes/main/landing/files/readings as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_readings():
    """Every row of /Volumes/main/landing/files/readings, with when and from where it came."""
    return (
        spark.readStream.format("cloudFiles")
        .option("cloudFiles.format", "avro")
        .option("cloudFiles.inferColumnTypes", "true")
        .option("cloudFiles.schemaEvolutionMode", "addNewColumns")
        .option("rescuedDataColumn", "_rescued_data")
        .load("/Volumes/main/landing/files/readings")
        .selectExpr(
            "*",
            "current_timestamp() AS _ingested_at",
            "'/Volumes/main/landing/files/readings' AS _source",
            "_metadata.file_path AS _source_file",
            "_metadata.file_modification_time AS _source_file_modified_at",
        )
    )
