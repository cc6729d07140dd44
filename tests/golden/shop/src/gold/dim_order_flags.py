from pyspark import pipelines as dp


@dp.materialized_view(
    name="dim_order_flags",
    comment="One row per is_gift, channel of orders.",
    schema="""
        order_flags_key BIGINT NOT NULL
            COMMENT 'Surrogate key: a hash of is_gift, channel; -1 is the unknown member.',
        is_gift BOOLEAN,
        channel STRING,
        CONSTRAINT dim_order_flags_pk PRIMARY KEY (order_flags_key) RELY
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def dim_order_flags():
    """Members, and the unknown member."""
    orders = spark.read.table("LIVE.seen_order_flags").alias("orders")
    members = orders.where("orders.is_gift IS NOT NULL OR orders.channel IS NOT NULL").selectExpr(
        "xxhash64(to_json(struct(orders.is_gift, orders.channel))) AS order_flags_key",
        "orders.is_gift",
        "orders.channel",
    )
    unknown = spark.read.table("LIVE.unknown_row").selectExpr(
        "unknown_key AS order_flags_key",
    )
    return members.unionByName(unknown, allowMissingColumns=True)
