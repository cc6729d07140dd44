from pyspark import pipelines as dp
from pyspark.sql import functions as F


@dp.temporary_view(name="valid_devices")
def valid_devices():
    """Typed rows."""
    typed = spark.readStream.table("bronze_devices").selectExpr(
        "device_id",
        "firmware",
        "_ingested_at",
        "_source",
    )
    # A hash of the whole row orders those that came together: the same one wins in each update.
    return typed.withColumn(
        "_row_hash", F.expr("xxhash64(to_json(struct(* EXCEPT (_ingested_at))))")
    )


dp.create_streaming_table(
    name="silver_devices",
    comment="devices, typed and checked: every version of each key (SCD type 2).",
    table_properties={
        "quality": "silver",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)

dp.create_auto_cdc_flow(
    target="silver_devices",
    source="valid_devices",
    keys=["device_id"],
    sequence_by=F.struct("_ingested_at", "_row_hash"),
    except_column_list=["_row_hash"],
    stored_as_scd_type=2,
    track_history_except_column_list=["_ingested_at", "_source"],
)
