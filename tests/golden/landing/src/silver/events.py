from pyspark import pipelines as dp
from pyspark.sql import functions as F

REPORTED = {
    # All of 1,000 rows were.
    "amount_positive": "amount > 0",
}

DROPPED = {
    "not_a_test": "email IS NOT NULL",
}

QUARANTINED = {
    # It is the key.
    "event_id_present": "event_id IS NOT NULL",
    "amount_read": "NOT map_contains_key(_uncast, 'amount')",
}

FATAL = {
    "not_in_the_future": "happened_at < '2100-01-01'",
}

COMMENTS = {
    "event_id": "",
    "amount": "In euro",
    "happened_at": "",
    "email": "",
}


def described(comments):
    """Columns with their comments, which Unity Catalog shows."""
    return [
        F.col(name).alias(name, metadata={"comment": comment} if comment else None)
        for name, comment in comments.items()
    ]


def broken(rules):
    """The names of the rules that a row breaks: those whose condition is false or NULL."""
    names = [
        F.when(~F.coalesce(F.expr(condition), F.lit(False)), F.lit(name))
        for name, condition in rules.items()
    ]
    return F.array_compact(F.array(*names))


def breaks(rules):
    """Whether a row breaks a rule; asked so, files whose statistics show none are not read."""
    kept = F.lit(True)
    for condition in rules.values():
        kept = kept & F.expr(condition)
    return ~F.coalesce(kept, F.lit(False))


@dp.temporary_view(name="checked_events")
def checked_events():
    """Typed rows, each with the names of the rules that it breaks."""
    typed = spark.readStream.table("bronze_events").selectExpr(
        "trim(event_id) AS event_id",
        "try_cast(Amount__EUR_ AS DECIMAL(10, 2)) AS amount",
        "try_to_timestamp(nullif(happened_at, ''), 'dd.MM.yyyy HH:mm') AS happened_at",
        "sha2(email, 256) AS email",
        "_rescued_data",
        "_ingested_at",
        "_source",
        "_source_file",
        "_source_file_modified_at",
        """
        map_filter(
            map(
                'amount',
                IF(
                    try_cast(Amount__EUR_ AS DECIMAL(10, 2)) IS NULL
                    OR Amount__EUR_ RLIKE '^ *[-+]?0[0-9]'
                    OR try_cast(
                        Amount__EUR_ AS DECIMAL(10, 2)
                    ) <> try_cast(Amount__EUR_ AS DECIMAL(38, 18)),
                    nullif(trim(Amount__EUR_), ''),
                    NULL
                ),
                'happened_at',
                IF(
                    try_to_timestamp(nullif(happened_at, ''), 'dd.MM.yyyy HH:mm') IS NULL,
                    nullif(trim(happened_at), ''),
                    NULL
                )
            ),
            (name, value) -> value IS NOT NULL
        ) AS _uncast
        """,
    )

    return typed.select(
        *described(COMMENTS),
        "_rescued_data",
        "_ingested_at",
        "_source",
        "_source_file",
        "_source_file_modified_at",
        "_uncast",
    ).withColumn("_broken_rules", broken(REPORTED | DROPPED | QUARANTINED | FATAL))


@dp.table(
    name="quarantine_events",
    comment="Rows kept out of silver_events, with the names of all rules they break.",
    table_properties={
        "quality": "quarantine",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def quarantine_events():
    """Rows that break a rule of QUARANTINED."""
    return spark.readStream.table("checked_events").where(breaks(QUARANTINED))


@dp.table(
    name="silver_events",
    comment="events, typed and checked: every row.",
    table_properties={
        "quality": "silver",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
@dp.expect_all(REPORTED)
@dp.expect_all_or_drop(DROPPED | QUARANTINED)
@dp.expect_all_or_fail(FATAL)
def silver_events():
    """Typed rows that break no rule of DROPPED or QUARANTINED."""
    return spark.readStream.table("checked_events").drop("_broken_rules")
