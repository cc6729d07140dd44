from pyspark import pipelines as dp
from pyspark.sql import functions as F


TARGET = spark.conf.get("medallion.target")


@dp.materialized_view(
    name="bridge_account_owner",
    comment="One row per pair of account_owner.",
    schema=f"""
        account_key BIGINT NOT NULL COMMENT 'Key of dim_account; -1 is the unknown member.',
        customer_key BIGINT NOT NULL COMMENT 'Key of dim_customer; -1 is the unknown member.',
        weight DECIMAL(18, 17) NOT NULL
            COMMENT 'Share of this pair; the shares of one account_key add up to 1.',
        CONSTRAINT bridge_account_owner_fk_1 FOREIGN KEY (account_key)
            REFERENCES {TARGET}.dim_account (account_key),
        CONSTRAINT bridge_account_owner_fk_2 FOREIGN KEY (customer_key)
            REFERENCES {TARGET}.dim_customer (customer_key)
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bridge_account_owner():
    """One row per pair; left joins only, so that no row is lost."""
    account_owner = spark.read.table("LIVE.silver_account_owner").alias("account_owner")
    customer = spark.read.table("LIVE.dim_customer").alias("customer")
    # No row of it, but its place: every dimension is there, and its keys are proved, before the
    # keys that refer to them are declared.
    before = spark.read.table("LIVE.key_check").where("false").select()
    return (
        account_owner.join(
            customer,
            F.expr(
                "account_owner.customer_id = customer.customer_id AND customer.next_from IS NULL"
            ),
            "left",
        )
        .selectExpr(
            """
            IF(
                account_owner.account_id IS NULL,
                -1,
                xxhash64(CAST(account_owner.account_id AS INT))
            ) AS account_key
            """,
            "coalesce(customer.customer_key, -1) AS customer_key",
            """
            CAST(
                try_divide(1.0, count(*) OVER (PARTITION BY account_owner.account_id))
                    AS DECIMAL(18, 17)
            ) AS weight
            """,
        )
        .unionByName(before, allowMissingColumns=True)
    )
