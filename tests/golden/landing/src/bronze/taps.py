from pyspark import pipelines as dp


@dp.table(
    name="bronze_taps",
    comment="Rows of Kafka taps-.* as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_taps():
    """Every row of Kafka taps-.*, with when and from where it came."""
    return (
        spark.readStream.format("kafka")
        .option("kafka.bootstrap.servers", "broker:9092")
        .option("subscribePattern", "taps-.*")
        .option("startingOffsets", "latest")
        .option("includeHeaders", "true")
        .load()
        .selectExpr(
            """
            from_avro(
                value,
                '{"type": "record", "name": "t", "fields": [{"name": "id", "type": "long"}]}',
                map('mode', 'PERMISSIVE')
            ) AS _value_read
            """,
            "CAST(key AS STRING) AS _key",
            "value AS _value",
            "headers AS _headers",
            "topic AS _topic",
            "partition AS _partition",
            "offset AS _offset",
            "timestamp AS _timestamp",
        )
        .selectExpr(
            "_value_read.*",
            """
            IF(
                coalesce(to_json(_value_read, map('ignoreNullFields', 'true')), '{}') = '{}',
                'not read',
                NULL
            ) AS _rescued_data
            """,
            "* EXCEPT (_value_read)",
        )
        .selectExpr("*", "current_timestamp() AS _ingested_at", "'Kafka taps-.*' AS _source")
    )
