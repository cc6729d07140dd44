from pyspark import pipelines as dp
from pyspark.sql import functions as F


TARGET = spark.conf.get("medallion.target")


@dp.materialized_view(
    name="agg_order_line_by_product",
    comment="fact_order_line by product_key.",
    schema=f"""
        product_key BIGINT NOT NULL COMMENT 'Key of dim_product; -1 is the unknown member.',
        row_count BIGINT NOT NULL COMMENT 'Rows of fact_order_line.',
        quantity BIGINT COMMENT 'Sum of quantity.',
        amount DECIMAL(31, 2) COMMENT 'Sum of amount.',
        CONSTRAINT agg_order_line_by_product_fk_1 FOREIGN KEY (product_key)
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
def agg_order_line_by_product():
    """Every row of the fact counts once."""
    return (
        spark.read.table("LIVE.fact_order_line")
        .groupBy("product_key")
        .agg(
            F.expr("count(*) AS row_count"),
            F.expr("CAST(sum(quantity) AS BIGINT) AS quantity"),
            F.expr("CAST(sum(amount) AS DECIMAL(31, 2)) AS amount"),
        )
    )
