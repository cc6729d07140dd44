from pyspark import pipelines as dp
from pyspark.sql import functions as F


@dp.temporary_view(name="valid_accounts")
def valid_accounts():
    """Typed rows."""
    typed = spark.readStream.table("bronze_accounts").selectExpr(
        "account_id",
        "status",
        "try_cast(deleted AS BOOLEAN) AS deleted",
        "_ingested_at",
        "_source",
        """
        map_filter(
            map(
                'deleted', IF(try_cast(deleted AS BOOLEAN) IS NULL, nullif(trim(deleted), ''), NULL)
            ),
            (name, value) -> value IS NOT NULL
        ) AS _uncast
        """,
    )
    # A hash of the whole row orders those that came together: the same one wins in each update.
    return typed.withColumn(
        "_row_hash", F.expr("xxhash64(to_json(struct(* EXCEPT (_ingested_at))))")
    )


dp.create_streaming_table(
    name="silver_accounts",
    comment="accounts, typed and checked: the latest version of each key (SCD type 1).",
    table_properties={
        "quality": "silver",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)

dp.create_auto_cdc_flow(
    target="silver_accounts",
    source="valid_accounts",
    keys=["account_id"],
    sequence_by=F.struct("_ingested_at", "_row_hash"),
    except_column_list=["_row_hash"],
    apply_as_deletes=F.expr("deleted"),
    stored_as_scd_type=1,
)
