from pyspark import pipelines as dp


@dp.materialized_view(
    name="dim_account",
    comment="One row per account_id of account_owner.",
    schema="""
        account_key BIGINT NOT NULL
            COMMENT 'Surrogate key: a hash of account_id; -1 is the unknown member.',
        account_id INT,
        is_inferred BOOLEAN COMMENT 'True while only other tables know the key.',
        CONSTRAINT dim_account_pk PRIMARY KEY (account_key) RELY
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def dim_account():
    """Members, inferred members (keys that only facts hold so far), and the unknown member."""
    account_owner = spark.read.table("LIVE.newest_account_owner_by_account_id").alias(
        "account_owner"
    )
    members = account_owner.where("account_owner.account_id IS NOT NULL").selectExpr(
        "xxhash64(CAST(account_owner.account_id AS INT)) AS account_key",
        "account_owner.account_id",
        "false AS is_inferred",
    )
    inferred = spark.read.table("LIVE.seen_account").selectExpr(
        "xxhash64(CAST(account_id AS INT)) AS account_key",
        "account_id",
        "true AS is_inferred",
    )
    unknown = spark.read.table("LIVE.unknown_row").selectExpr(
        "unknown_key AS account_key",
        "false AS is_inferred",
    )
    return members.unionByName(inferred, allowMissingColumns=True).unionByName(
        unknown, allowMissingColumns=True
    )
