from pyspark import pipelines as dp


@dp.table(
    name="silver_readings",
    comment="readings, typed and checked: every row.",
    table_properties={
        "quality": "silver",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def silver_readings():
    """Typed rows."""
    return spark.readStream.table("bronze_readings").selectExpr(
        "sensor",
        "try_cast(value AS DOUBLE) AS value",
        "_rescued_data",
        "_ingested_at",
        "_source",
        "_source_file",
        "_source_file_modified_at",
        """
        map_filter(
            map(
                'value',
                IF(
                    try_cast(value AS DOUBLE) IS NULL
                    OR value RLIKE '^ *[-+]?0[0-9]'
                    OR length(regexp_replace(value, '^[-+ 0.]*|[eE].*$|[^0-9]', '')) > 17,
                    nullif(trim(value), ''),
                    NULL
                )
            ),
            (name, value) -> value IS NOT NULL
        ) AS _uncast
        """,
    )
