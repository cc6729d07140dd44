from pyspark import pipelines as dp
from pyspark.sql import functions as F
from pyspark.sql.window import Window


@dp.materialized_view(
    name="newest_orders",
    comment="The newest row of each o_orderkey of orders.",
    schema="""
        o_orderkey BIGINT,
        o_custkey BIGINT,
        o_orderdate DATE,
        o_orderstatus STRING,
        o_totalprice DECIMAL(15, 2),
        _ingested_at TIMESTAMP,
        _source STRING
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def newest_orders():
    """More than one row may have the same o_orderkey: the newest counts."""
    newest = Window.partitionBy("o_orderkey").orderBy(
        F.expr("_ingested_at").desc(),
        F.expr("struct(*)").desc(),
    )
    return (
        spark.read.table("LIVE.silver_orders")
        .withColumn("_rank", F.row_number().over(newest))
        .where("_rank = 1")
        .drop("_rank")
    )
