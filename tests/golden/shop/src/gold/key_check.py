from pyspark import pipelines as dp


@dp.materialized_view(
    name="key_check",
    comment="Rows and distinct keys of each dimension.",
    schema="""
        dimension STRING NOT NULL COMMENT 'The dimension table.',
        row_count BIGINT NOT NULL COMMENT 'Its rows.',
        key_count BIGINT NOT NULL COMMENT 'Its distinct keys.'
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
@dp.expect_or_fail("surrogate_keys_are_unique", "row_count = key_count")
def key_check():
    """One row per dimension: a surrogate key is a hash, which two members may share."""
    keys_1 = spark.read.table("LIVE.dim_customer").selectExpr(
        "'dim_customer' AS dimension",
        "count(*) AS row_count",
        "count(DISTINCT customer_key) AS key_count",
    )
    keys_2 = spark.read.table("LIVE.dim_product").selectExpr(
        "'dim_product' AS dimension",
        "count(*) AS row_count",
        "count(DISTINCT product_key) AS key_count",
    )
    keys_3 = spark.read.table("LIVE.dim_employee").selectExpr(
        "'dim_employee' AS dimension",
        "count(*) AS row_count",
        "count(DISTINCT employee_key) AS key_count",
    )
    keys_4 = spark.read.table("LIVE.dim_order_flags").selectExpr(
        "'dim_order_flags' AS dimension",
        "count(*) AS row_count",
        "count(DISTINCT order_flags_key) AS key_count",
    )
    keys_5 = spark.read.table("LIVE.dim_account").selectExpr(
        "'dim_account' AS dimension",
        "count(*) AS row_count",
        "count(DISTINCT account_key) AS key_count",
    )
    keys_6 = spark.read.table("LIVE.dim_date").selectExpr(
        "'dim_date' AS dimension", "count(*) AS row_count", "count(DISTINCT date_key) AS key_count"
    )
    return keys_1.union(keys_2).union(keys_3).union(keys_4).union(keys_5).union(keys_6)
