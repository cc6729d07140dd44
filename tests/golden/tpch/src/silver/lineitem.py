from pyspark import pipelines as dp
from pyspark.sql import functions as F

QUARANTINED = {
    # It is part of the key.
    "l_orderkey_present": "l_orderkey IS NOT NULL",
    # It is part of the key.
    "l_linenumber_present": "l_linenumber IS NOT NULL",
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


@dp.temporary_view(name="checked_lineitem")
def checked_lineitem():
    """Typed rows, each with the names of the rules that it breaks."""
    typed = spark.readStream.table("LIVE.bronze_lineitem").selectExpr(
        "l_orderkey",
        "l_linenumber",
        "l_partkey",
        "l_quantity",
        "l_extendedprice",
        "l_discount",
        "l_shipdate",
        "l_receiptdate",
        "_ingested_at",
        "_source",
    )

    return typed.withColumn("_broken_rules", broken(QUARANTINED))


@dp.table(
    name="quarantine_lineitem",
    comment="Rows kept out of silver_lineitem, with the names of all rules they break.",
    table_properties={
        "quality": "quarantine",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def quarantine_lineitem():
    """Rows that break a rule of QUARANTINED."""
    return spark.readStream.table("LIVE.checked_lineitem").where(breaks(QUARANTINED))


@dp.table(
    name="silver_lineitem",
    comment="lineitem, typed and checked: every row.",
    table_properties={
        "quality": "silver",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
@dp.expect_all_or_drop(QUARANTINED)
def silver_lineitem():
    """Typed rows that break no rule of QUARANTINED."""
    return spark.readStream.table("LIVE.checked_lineitem").drop("_broken_rules")
