from pyspark import pipelines as dp


TARGET = spark.conf.get("medallion.target")


@dp.materialized_view(
    name="fact_stock",
    comment="One row per product_id, counted_on of stock, as things stood.",
    schema=f"""
        count_date_key INT NOT NULL
            COMMENT 'Key of dim_date for the count date; -1 where there is none.',
        product_key BIGINT NOT NULL COMMENT 'Key of dim_product; -1 is the unknown member.',
        on_hand INT COMMENT 'Semi-additive: adds up over all dimensions but dates.',
        CONSTRAINT fact_stock_fk_1 FOREIGN KEY (count_date_key)
            REFERENCES {TARGET}.dim_date (date_key),
        CONSTRAINT fact_stock_fk_2 FOREIGN KEY (product_key)
            REFERENCES {TARGET}.dim_product (product_key)
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def fact_stock():
    """One row per product_id, counted_on, as things stood; left joins only, so that no row is
    lost."""
    stock = spark.read.table("LIVE.silver_stock").alias("stock")
    # No row of it, but its place: every dimension is there, and its keys are proved, before the
    # keys that refer to them are declared.
    before = spark.read.table("LIVE.key_check").where("false").select()
    return stock.selectExpr(
        """
        coalesce(
            year(stock.counted_on) * 10000
            + month(stock.counted_on) * 100
            + day(stock.counted_on),
            -1
        ) AS count_date_key
        """,
        """
        IF(stock.product_id IS NULL, -1, xxhash64(CAST(stock.product_id AS INT))) AS product_key
        """,
        "stock.on_hand",
    ).unionByName(before, allowMissingColumns=True)
