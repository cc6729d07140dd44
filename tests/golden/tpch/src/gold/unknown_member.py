from pyspark import pipelines as dp


@dp.materialized_view(
    name="unknown_member",
    comment="The row that the unknown member of each dimension is made of.",
    schema="""
        unknown_key BIGINT NOT NULL COMMENT 'The surrogate key of the unknown member.'
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def unknown_member():
    """One row, in a table of its own: dimensions that read it are refreshed incrementally."""
    return spark.range(1).selectExpr(
        "CAST(-1 AS BIGINT) AS unknown_key",
    )
