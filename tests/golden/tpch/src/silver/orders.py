from pyspark import pipelines as dp
from pyspark.sql import functions as F

REPORTED = {
    # Three values.
    "status_known": "o_orderstatus IN ('F', 'O', 'P')",
}

QUARANTINED = {
    # It is part of the key.
    "o_orderkey_present": "o_orderkey IS NOT NULL",
}


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


@dp.temporary_view(name="checked_orders")
def checked_orders():
    """Typed rows, each with the names of the rules that it breaks."""
    typed = spark.readStream.table("LIVE.bronze_orders").selectExpr(
        "o_orderkey",
        "o_custkey",
        "o_orderdate",
        "o_orderstatus",
        "o_totalprice",
        "_ingested_at",
        "_source",
    )

    return typed.withColumn("_broken_rules", broken(REPORTED | QUARANTINED))


@dp.table(
    name="quarantine_orders",
    comment="Rows kept out of silver_orders, with the names of all rules they break.",
    table_properties={
        "quality": "quarantine",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def quarantine_orders():
    """Rows that break a rule of QUARANTINED."""
    return spark.readStream.table("LIVE.checked_orders").where(breaks(QUARANTINED))


@dp.table(
    name="silver_orders",
    comment="orders, typed and checked: every row.",
    table_properties={
        "quality": "silver",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
@dp.expect_all(REPORTED)
@dp.expect_all_or_drop(QUARANTINED)
def silver_orders():
    """Typed rows that break no rule of QUARANTINED."""
    return spark.readStream.table("LIVE.checked_orders").drop("_broken_rules")
