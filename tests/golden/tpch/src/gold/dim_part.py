from pyspark import pipelines as dp


@dp.materialized_view(
    name="dim_part",
    comment="One row per p_partkey of part.",
    schema="""
        part_key BIGINT NOT NULL
            COMMENT 'Surrogate key: a hash of p_partkey; -1 is the unknown member.',
        p_partkey BIGINT,
        p_name STRING,
        p_retailprice DECIMAL(15, 2),
        is_inferred BOOLEAN COMMENT 'True while only other tables know the key.',
        CONSTRAINT dim_part_pk PRIMARY KEY (part_key) RELY
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def dim_part():
    """Members, inferred members (keys that only facts hold so far), and the unknown member."""
    part = spark.read.table("LIVE.silver_part").alias("part")
    members = part.where("part.p_partkey IS NOT NULL").selectExpr(
        "xxhash64(CAST(part.p_partkey AS BIGINT)) AS part_key",
        "part.p_partkey",
        "part.p_name",
        "part.p_retailprice",
        "false AS is_inferred",
    )
    inferred = spark.read.table("LIVE.seen_part").selectExpr(
        "xxhash64(CAST(p_partkey AS BIGINT)) AS part_key",
        "p_partkey",
        "true AS is_inferred",
    )
    unknown = spark.read.table("LIVE.unknown_row").selectExpr(
        "unknown_key AS part_key",
        "'Unknown' AS p_name",
        "false AS is_inferred",
    )
    return members.unionByName(inferred, allowMissingColumns=True).unionByName(
        unknown, allowMissingColumns=True
    )
