from pyspark import pipelines as dp


@dp.table(
    name="bronze_notes",
    comment="Rows of /Volumes/main/landing/files/notes as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_notes():
    """Every row of /Volumes/main/landing/files/notes, with when and from where it came."""
    return (
        spark.readStream.format("cloudFiles")
        .option("cloudFiles.format", "text")
        .load("/Volumes/main/landing/files/notes")
        .selectExpr(
            "*",
            "current_timestamp() AS _ingested_at",
            "'/Volumes/main/landing/files/notes' AS _source",
            "_metadata.file_path AS _source_file",
            "_metadata.file_modification_time AS _source_file_modified_at",
        )
    )
