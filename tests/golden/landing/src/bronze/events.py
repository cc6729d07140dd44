from pyspark import pipelines as dp


@dp.table(
    name="bronze_events",
    comment=(
        "Rows of /Volumes/main/landing/files/events as they came. Amount__EUR_ is 'Amount"
        " (EUR)' there."
    ),
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_events():
    """Every row of /Volumes/main/landing/files/events, with when and from where it came."""
    return (
        spark.readStream.format("cloudFiles")
        .option("cloudFiles.format", "json")
        .option("cloudFiles.inferColumnTypes", "true")
        .option("cloudFiles.schemaEvolutionMode", "addNewColumns")
        .option("rescuedDataColumn", "_rescued_data")
        .option("cloudFiles.schemaHints", "amount STRING")
        .option("cloudFiles.partitionColumns", "day")
        .load("/Volumes/main/landing/files/events")
        .withColumnsRenamed({"Amount (EUR)": "Amount__EUR_"})
        .selectExpr(
            "*",
            "current_timestamp() AS _ingested_at",
            "'/Volumes/main/landing/files/events' AS _source",
            "_metadata.file_path AS _source_file",
            "_metadata.file_modification_time AS _source_file_modified_at",
        )
    )
