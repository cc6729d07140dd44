from pyspark import pipelines as dp
from pyspark.sql import functions as F


@dp.materialized_view(
    name="dim_customer",
    comment="One row per c_custkey of customer.",
    schema="""
        customer_key BIGINT NOT NULL
            COMMENT 'Surrogate key: a hash of c_custkey; -1 is the unknown member.',
        c_custkey BIGINT,
        c_name STRING,
        c_mktsegment STRING,
        c_acctbal DECIMAL(15, 2),
        nation_name STRING,
        region_name STRING,
        is_inferred BOOLEAN COMMENT 'True while only other tables know the key.',
        CONSTRAINT dim_customer_pk PRIMARY KEY (customer_key) RELY
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def dim_customer():
    """Members, inferred members (keys that only facts hold so far), and the unknown member."""
    customer = spark.read.table("LIVE.silver_customer").alias("customer")
    nation = spark.read.table("LIVE.silver_nation").alias("nation")
    region = spark.read.table("LIVE.silver_region").alias("region")
    members = (
        customer.join(nation, F.expr("customer.c_nationkey = nation.n_nationkey"), "left")
        .join(region, F.expr("nation.n_regionkey = region.r_regionkey"), "left")
        .where("customer.c_custkey IS NOT NULL")
        .selectExpr(
            "xxhash64(CAST(customer.c_custkey AS BIGINT)) AS customer_key",
            "customer.c_custkey",
            "customer.c_name",
            "customer.c_mktsegment",
            "customer.c_acctbal",
            "nation.n_name AS nation_name",
            "region.r_name AS region_name",
            "false AS is_inferred",
        )
    )
    inferred = spark.read.table("LIVE.seen_customer").selectExpr(
        "xxhash64(CAST(c_custkey AS BIGINT)) AS customer_key",
        "c_custkey",
        "true AS is_inferred",
    )
    unknown = spark.read.table("LIVE.unknown_row").selectExpr(
        "unknown_key AS customer_key",
        "'Unknown' AS c_name",
        "'Unknown' AS c_mktsegment",
        "'Unknown' AS nation_name",
        "'Unknown' AS region_name",
        "false AS is_inferred",
    )
    return members.unionByName(inferred, allowMissingColumns=True).unionByName(
        unknown, allowMissingColumns=True
    )
