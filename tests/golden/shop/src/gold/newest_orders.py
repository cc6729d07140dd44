from pyspark import pipelines as dp
from pyspark.sql import functions as F
from pyspark.sql.window import Window


@dp.materialized_view(
    name="newest_orders",
    comment="The newest row of each order_id of orders.",
    schema="""
        order_id INT,
        customer_id INT,
        employee_id INT,
        ordered_on DATE,
        shipping DECIMAL(4, 2),
        discount DECIMAL(3, 2),
        is_gift BOOLEAN,
        channel STRING,
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
    """More than one row may have the same order_id: the newest counts."""
    newest = Window.partitionBy("order_id").orderBy(
        F.expr("_ingested_at").desc(),
        F.expr("struct(*)").desc(),
    )
    return (
        spark.read.table("LIVE.silver_orders")
        .withColumn("_rank", F.row_number().over(newest))
        .where("_rank = 1")
        .drop("_rank")
    )
