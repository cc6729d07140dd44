from pyspark import pipelines as dp
from pyspark.sql import functions as F


@dp.temporary_view(name="valid_part")
def valid_part():
    """Typed rows."""
    typed = spark.readStream.table("LIVE.bronze_part").selectExpr(
        "p_partkey",
        "p_name",
        "p_retailprice",
        "_ingested_at",
        "_source",
    )
    # A hash of the whole row orders those that came together: the same one wins in each update.
    return typed.withColumn(
        "_row_hash", F.expr("xxhash64(to_json(struct(* EXCEPT (_ingested_at))))")
    )


dp.create_streaming_table(
    name="silver_part",
    comment="part, typed and checked: the latest version of each key (SCD type 1).",
    table_properties={
        "quality": "silver",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)

dp.create_auto_cdc_flow(
    target="silver_part",
    source="valid_part",
    keys=["p_partkey"],
    sequence_by=F.struct("_ingested_at", "_row_hash"),
    except_column_list=["_row_hash"],
    stored_as_scd_type=1,
)
