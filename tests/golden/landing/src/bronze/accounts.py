from pyspark import pipelines as dp

dp.create_streaming_table(
    name="bronze_accounts",
    comment="Rows of main.crm.accounts_emea and main.crm.accounts_apac as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)


@dp.append_flow(target="bronze_accounts", name="bronze_accounts_from_read_1")
def bronze_accounts_from_read_1():
    """Every row of main.crm.accounts_emea, with when and from where it came."""
    return spark.readStream.table("main.crm.accounts_emea").selectExpr(
        "*", "current_timestamp() AS _ingested_at", "'main.crm.accounts_emea' AS _source"
    )


@dp.append_flow(target="bronze_accounts", name="bronze_accounts_from_read_2")
def bronze_accounts_from_read_2():
    """Every row of main.crm.accounts_apac, with when and from where it came."""
    return spark.readStream.table("main.crm.accounts_apac").selectExpr(
        "*", "current_timestamp() AS _ingested_at", "'main.crm.accounts_apac' AS _source"
    )
