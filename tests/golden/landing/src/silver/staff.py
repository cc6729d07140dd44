from pyspark import pipelines as dp
from pyspark.sql import functions as F
from pyspark.sql.window import Window


@dp.temporary_view(name="valid_staff")
def valid_staff():
    """Typed rows."""
    typed = spark.read.table("bronze_staff").selectExpr(
        "CAST(staff_id AS BIGINT) AS staff_id",
        "team",
        "_ingested_at",
        "_source",
    )
    # A hash of the whole row orders those that came together: the same one wins in each update.
    return typed.withColumn(
        "_row_hash", F.expr("xxhash64(to_json(struct(* EXCEPT (_ingested_at))))")
    )


@dp.temporary_view(name="snapshot_staff")
def snapshot_staff():
    """The newest row of each key: what the source says now."""
    newest = Window.partitionBy("staff_id").orderBy(F.desc("_row_hash"))
    return (
        spark.read.table("valid_staff")
        .withColumn("_rank", F.row_number().over(newest))
        .where("_rank = 1")
        .drop("_rank", "_row_hash")
    )


dp.create_streaming_table(
    name="silver_staff",
    comment="staff, typed and checked: every version of each key, from snapshots (SCD type 2).",
    table_properties={
        "quality": "silver",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)

dp.create_auto_cdc_from_snapshot_flow(
    target="silver_staff",
    source="snapshot_staff",
    keys=["staff_id"],
    stored_as_scd_type=2,
    track_history_except_column_list=["_ingested_at", "_source"],
)
