from pyspark import pipelines as dp
from pyspark.sql import functions as F
from pyspark.sql.window import Window


@dp.temporary_view(name="valid_prices")
def valid_prices():
    """Typed rows."""
    typed = spark.read.table("bronze_prices").selectExpr(
        "sku",
        "try_cast(price AS DECIMAL(10, 2)) AS price",
        "try_cast(valid_on AS DATE) AS valid_on",
        "_ingested_at",
        "_source",
        "_source_file",
        "_source_file_modified_at",
        """
        map_filter(
            map(
                'price',
                IF(
                    try_cast(price AS DECIMAL(10, 2)) IS NULL
                    OR price RLIKE '^ *[-+]?0[0-9]'
                    OR try_cast(price AS DECIMAL(10, 2)) <> try_cast(price AS DECIMAL(38, 18)),
                    nullif(trim(price), ''),
                    NULL
                ),
                'valid_on',
                IF(
                    try_cast(valid_on AS DATE) IS NULL
                    OR NOT valid_on RLIKE '^ *[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([T ][0:. Z]*)?$',
                    nullif(trim(valid_on), ''),
                    NULL
                )
            ),
            (name, value) -> value IS NOT NULL
        ) AS _uncast
        """,
    )
    # A hash of the whole row orders those that came together: the same one wins in each update.
    return typed.withColumn(
        "_row_hash", F.expr("xxhash64(to_json(struct(* EXCEPT (_ingested_at))))")
    )


@dp.materialized_view(
    name="silver_prices",
    comment="prices, typed and checked: one row per key of the latest snapshot.",
    table_properties={
        "quality": "silver",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def silver_prices():
    """The newest row of each key."""
    newest = Window.partitionBy("sku").orderBy(
        F.desc("valid_on"), F.desc("_source_file_modified_at"), F.desc("_row_hash")
    )
    return (
        spark.read.table("valid_prices")
        .withColumn("_rank", F.row_number().over(newest))
        .where("_rank = 1")
        .drop("_rank", "_row_hash")
    )
