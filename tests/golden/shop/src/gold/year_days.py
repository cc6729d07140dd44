from pyspark import pipelines as dp

dp.create_streaming_table(
    name="year_days",
    comment="The days of a year, by its length.",
    schema="""
        year_length INT NOT NULL COMMENT 'The days that the year has.',
        day_number INT NOT NULL COMMENT 'The number of a day in it.'
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)


# Once: a view of constant rows, and the calendar with it, would be computed in full each time.
@dp.append_flow(target="year_days", name="days_of_years", once=True)
def days_of_years():
    """A row for each day of a year, and for each of a leap year."""
    return spark.range(731).selectExpr(
        "CAST(IF(id < 365, 365, 366) AS INT) AS year_length",
        "CAST(IF(id < 365, id, id - 365) + 1 AS INT) AS day_number",
    )
