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
    keys_2 = spark.read.table("LIVE.dim_part").selectExpr(
        "'dim_part' AS dimension", "count(*) AS row_count", "count(DISTINCT part_key) AS key_count"
    )
    keys_3 = spark.read.table("LIVE.dim_date").selectExpr(
        "'dim_date' AS dimension", "count(*) AS row_count", "count(DISTINCT date_key) AS key_count"
    )
    return keys_1.union(keys_2).union(keys_3)
