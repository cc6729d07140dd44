from pyspark import pipelines as dp
from pyspark.sql import functions as F


@dp.materialized_view(
    name="dim_customer",
    comment="One row per version of each customer_id of customer.",
    schema="""
        customer_key BIGINT NOT NULL
            COMMENT 'Surrogate key: a hash of customer_id; -1 is the unknown member.',
        customer_id INT,
        name STRING,
        tier STRING,
        country_name STRING,
        valid_from TIMESTAMP COMMENT 'When this version became valid.',
        valid_to TIMESTAMP COMMENT 'When this version stopped being valid.',
        next_from TIMESTAMP
            COMMENT 'When the next one began, NULL for none; all before it is of this one.',
        is_current BOOLEAN COMMENT 'Whether it is valid now.',
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
    customer = (
        spark.read.table("LIVE.silver_customer")
        .withColumn(
            "_version", F.expr("row_number() OVER (PARTITION BY customer_id ORDER BY __START_AT)")
        )
        .withColumn(
            "_next", F.expr("lead(__START_AT) OVER (PARTITION BY customer_id ORDER BY __START_AT)")
        )
        .alias("customer")
    )
    country = spark.read.table("LIVE.silver_country").alias("country")
    members = (
        customer.join(country, F.expr("customer.country_code = country.country_code"), "left")
        .where("customer.customer_id IS NOT NULL")
        .selectExpr(
            """
            IF(
                customer._version = 1,
                xxhash64(CAST(customer.customer_id AS INT)),
                xxhash64(customer.customer_id, customer.__START_AT)
            ) AS customer_key
            """,
            "customer.customer_id",
            "customer.name",
            "customer.tier",
            "country.country_name",
            "IF(customer._version = 1, TIMESTAMP'1900-01-01', customer.__START_AT) AS valid_from",
            "coalesce(customer.__END_AT, TIMESTAMP'9999-12-31') AS valid_to",
            "customer._next AS next_from",
            "customer.__END_AT IS NULL AS is_current",
            "false AS is_inferred",
        )
    )
    inferred = spark.read.table("LIVE.seen_customer").selectExpr(
        "xxhash64(CAST(customer_id AS INT)) AS customer_key",
        "customer_id",
        "TIMESTAMP'1900-01-01' AS valid_from",
        "TIMESTAMP'9999-12-31' AS valid_to",
        "true AS is_current",
        "true AS is_inferred",
    )
    unknown = spark.read.table("LIVE.unknown_row").selectExpr(
        "unknown_key AS customer_key",
        "'Unknown' AS name",
        "'Unknown' AS tier",
        "'Unknown' AS country_name",
        "TIMESTAMP'1900-01-01' AS valid_from",
        "TIMESTAMP'9999-12-31' AS valid_to",
        "true AS is_current",
        "false AS is_inferred",
    )
    return members.unionByName(inferred, allowMissingColumns=True).unionByName(
        unknown, allowMissingColumns=True
    )
