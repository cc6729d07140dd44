from pyspark import pipelines as dp

dp.create_streaming_table(
    name="unknown_row",
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


# Once: a view of a constant row, and all dimensions with it, would be computed in full each time.
@dp.append_flow(target="unknown_row", name="one_unknown_row", once=True)
def one_unknown_row():
    """One row; dimensions that read it are refreshed incrementally."""
    return spark.range(1).selectExpr(
        "CAST(-1 AS BIGINT) AS unknown_key",
    )
