from pyspark import pipelines as dp
from pyspark.sql import functions as F
from pyspark.sql.window import Window


@dp.temporary_view(name="valid_employee")
def valid_employee():
    """Typed rows."""
    typed = spark.read.table("LIVE.bronze_employee").selectExpr(
        "employee_id",
        "name",
        "manager_id",
        "_ingested_at",
        "_source",
    )
    # A hash of the whole row orders those that came together: the same one wins in each update.
    return typed.withColumn(
        "_row_hash", F.expr("xxhash64(to_json(struct(* EXCEPT (_ingested_at))))")
    )


@dp.materialized_view(
    name="silver_employee",
    comment="employee, typed and checked: one row per key of the latest snapshot.",
    table_properties={
        "quality": "silver",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def silver_employee():
    """The newest row of each key."""
    newest = Window.partitionBy("employee_id").orderBy(F.desc("_row_hash"))
    return (
        spark.read.table("LIVE.valid_employee")
        .withColumn("_rank", F.row_number().over(newest))
        .where("_rank = 1")
        .drop("_rank", "_row_hash")
    )
