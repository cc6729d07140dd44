from pyspark import pipelines as dp
from pyspark.sql import functions as F


@dp.materialized_view(
    name="dim_product",
    comment="One row per product_id of product.",
    schema="""
        product_key BIGINT NOT NULL
            COMMENT 'Surrogate key: a hash of product_id; -1 is the unknown member.',
        product_id INT,
        name STRING,
        category STRING,
        told STRING,
        is_inferred BOOLEAN COMMENT 'True while only other tables know the key.',
        CONSTRAINT dim_product_pk PRIMARY KEY (product_key) RELY
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def dim_product():
    """Members, inferred members (keys that only facts hold so far), and the unknown member."""
    product = spark.read.table("LIVE.silver_product").alias("product")
    product_text = (
        spark.read.table("LIVE.silver_product_text").where("language = 'EN'").alias("product_text")
    )
    members = (
        product.join(product_text, F.expr("product.product_id = product_text.product_id"), "left")
        .where("product.product_id IS NOT NULL")
        .selectExpr(
            "xxhash64(CAST(product.product_id AS INT)) AS product_key",
            "product.product_id",
            "product.name",
            "product.category",
            "product_text.told",
            "false AS is_inferred",
        )
    )
    inferred = spark.read.table("LIVE.seen_product").selectExpr(
        "xxhash64(CAST(product_id AS INT)) AS product_key",
        "product_id",
        "true AS is_inferred",
    )
    unknown = spark.read.table("LIVE.unknown_row").selectExpr(
        "unknown_key AS product_key",
        "'Unknown' AS name",
        "'Unknown' AS category",
        "'Unknown' AS told",
        "false AS is_inferred",
    )
    return members.unionByName(inferred, allowMissingColumns=True).unionByName(
        unknown, allowMissingColumns=True
    )
