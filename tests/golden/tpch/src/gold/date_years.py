from pyspark import pipelines as dp
from pyspark.sql import functions as F


@dp.materialized_view(
    name="date_years",
    comment="The years that facts have dates in.",
    schema="""
        year INT COMMENT 'A year that a fact has a date in.',
        row_count BIGINT NOT NULL COMMENT 'Its dates.'
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def date_years():
    """Each year of a date."""
    return (
        spark.read.table("LIVE.silver_orders")
        .selectExpr("year(o_orderdate) AS year")
        .union(spark.read.table("LIVE.silver_lineitem").selectExpr("year(l_shipdate) AS year"))
        .union(spark.read.table("LIVE.silver_lineitem").selectExpr("year(l_receiptdate) AS year"))
        .where("year IS NOT NULL")
        .groupBy("year")
        .agg(F.count("*").alias("row_count"))
    )
