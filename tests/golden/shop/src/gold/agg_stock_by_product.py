from pyspark import pipelines as dp
from pyspark.sql import functions as F


TARGET = spark.conf.get("medallion.target")


@dp.materialized_view(
    name="agg_stock_by_product",
    comment="fact_stock by product_key.",
    schema=f"""
        product_key BIGINT NOT NULL COMMENT 'Key of dim_product; -1 is the unknown member.',
        row_count BIGINT NOT NULL COMMENT 'Rows of fact_stock.',
        on_hand INT COMMENT 'Last of on_hand.',
        CONSTRAINT agg_stock_by_product_fk_1 FOREIGN KEY (product_key)
            REFERENCES {TARGET}.dim_product (product_key)
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
    cluster_by=["product_key"],
)
def agg_stock_by_product():
    """Every row of the fact counts once."""
    return (
        spark.read.table("LIVE.fact_stock")
        .withColumn("_last_date", F.expr("max(count_date_key) OVER (PARTITION BY product_key)"))
        .groupBy("product_key")
        .agg(
            F.expr("count(*) AS row_count"),
            F.expr("CAST(sum(IF(count_date_key = _last_date, on_hand, NULL)) AS INT) AS on_hand"),
        )
    )
