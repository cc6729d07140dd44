from pyspark import pipelines as dp
from pyspark.sql import functions as F


@dp.temporary_view(name="valid_customer")
def valid_customer():
    """Typed rows."""
    return spark.readStream.table("LIVE.bronze_customer").selectExpr(
        "customer_id",
        "name",
        "tier",
        "country_code",
        "updated_at",
        "_ingested_at",
        "_source",
    )


dp.create_streaming_table(
    name="silver_customer",
    comment="customer, typed and checked: every version of each key (SCD type 2).",
    table_properties={
        "quality": "silver",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)

dp.create_auto_cdc_flow(
    target="silver_customer",
    source="valid_customer",
    keys=["customer_id"],
    sequence_by=F.col("updated_at"),
    apply_as_deletes=F.expr("tier = 'closed'"),
    stored_as_scd_type=2,
    track_history_except_column_list=["_ingested_at", "_source"],
)
