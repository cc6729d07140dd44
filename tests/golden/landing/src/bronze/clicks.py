from pyspark import pipelines as dp


@dp.table(
    name="bronze_clicks",
    comment="Rows of Kafka clicks, taps as they came.",
    table_properties={
        "quality": "bronze",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def bronze_clicks():
    """Every row of Kafka clicks, taps, with when and from where it came."""
    return (
        spark.readStream.format("kafka")
        .option("kafka.bootstrap.servers", "broker:9092")
        .option("subscribe", "clicks,taps")
        .option("startingOffsets", "earliest")
        .option("includeHeaders", "true")
        .option("kafka.security.protocol", "SASL_SSL")
        .option("kafka.sasl.mechanism", "SCRAM-SHA-512")
        .option(
            "kafka.sasl.jaas.config",
            (
                "kafkashaded.org.apache.kafka.common.security.scram.ScramLoginModule"
                ' required username="{}" password="{}";'
            ).format(
                dbutils.secrets.get(scope="kafka", key="user"),
                dbutils.secrets.get(scope="kafka", key="password"),
            ),
        )
        .load()
        .selectExpr(
            """
            from_json(
                coalesce(CAST(value AS STRING), 'no value'),
                'click_id BIGINT, page STRING, _rescued_data STRING',
                map('columnNameOfCorruptRecord', '_rescued_data')
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
        .selectExpr("_value_read.*", "* EXCEPT (_value_read)")
        .selectExpr("*", "current_timestamp() AS _ingested_at", "'Kafka clicks, taps' AS _source")
    )
