from pyspark import pipelines as dp

dp.create_streaming_table(
    name="day_numbers",
    comment="The days of a year, by number: 1 to 366.",
    schema="""
        day_number INT NOT NULL COMMENT 'The number of a day in its year.'
    """,
    table_properties={
        "quality": "gold",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)


# Once: a view of constant rows, and the calendar with it, would be computed in full each time.
@dp.append_flow(target="day_numbers", name="days_of_a_year", once=True)
def days_of_a_year():
    """A row for each day of a leap year."""
    return spark.range(366).selectExpr(
        "CAST(id + 1 AS INT) AS day_number",
    )
