from pyspark import pipelines as dp
from pyspark.sql import functions as F


@dp.materialized_view(
    name="key_check",
    comment="Keys of dimensions that more than one row has: none, or the update fails.",
    schema="""
        dimension STRING NOT NULL COMMENT 'The dimension table.',
        shared_key BIGINT NOT NULL COMMENT 'The key.',
        row_count BIGINT NOT NULL COMMENT 'Rows that have it.'
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
@dp.expect_or_fail("surrogate_keys_are_unique", "row_count = 1")
def key_check():
    """A surrogate key is a hash, which two members may share."""
    return (
        spark.read.table("LIVE.dim_customer")
        .selectExpr("'dim_customer' AS dimension", "CAST(customer_key AS BIGINT) AS shared_key")
        .union(
            spark.read.table("LIVE.dim_product").selectExpr(
                "'dim_product' AS dimension", "CAST(product_key AS BIGINT) AS shared_key"
            )
        )
        .union(
            spark.read.table("LIVE.dim_employee").selectExpr(
                "'dim_employee' AS dimension", "CAST(employee_key AS BIGINT) AS shared_key"
            )
        )
        .union(
            spark.read.table("LIVE.dim_order_flags").selectExpr(
                "'dim_order_flags' AS dimension", "CAST(order_flags_key AS BIGINT) AS shared_key"
            )
        )
        .union(
            spark.read.table("LIVE.dim_account").selectExpr(
                "'dim_account' AS dimension", "CAST(account_key AS BIGINT) AS shared_key"
            )
        )
        .union(
            spark.read.table("LIVE.dim_date").selectExpr(
                "'dim_date' AS dimension", "CAST(date_key AS BIGINT) AS shared_key"
            )
        )
        .groupBy("dimension", "shared_key")
        .agg(F.count("*").alias("row_count"))
        .where("row_count > 1")
    )
