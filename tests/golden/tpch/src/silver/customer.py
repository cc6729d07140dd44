from pyspark import pipelines as dp
from pyspark.sql import functions as F

QUARANTINED = {
    # It is part of the key.
    "c_custkey_present": "c_custkey IS NOT NULL",
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


@dp.temporary_view(name="checked_customer")
def checked_customer():
    """Typed rows, each with the names of the rules that it breaks."""
    typed = spark.readStream.table("LIVE.bronze_customer").selectExpr(
        "c_custkey",
        "c_name",
        "c_nationkey",
        "c_mktsegment",
        "c_acctbal",
        "_ingested_at",
        "_source",
    )

    return typed.withColumn("_broken_rules", broken(QUARANTINED))


@dp.table(
    name="quarantine_customer",
    comment="Rows kept out of silver_customer, with the names of all rules they break.",
    table_properties={
        "quality": "quarantine",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)
def quarantine_customer():
    """Rows that break a rule of QUARANTINED."""
    return spark.readStream.table("LIVE.checked_customer").where(breaks(QUARANTINED))


@dp.temporary_view(name="valid_customer")
@dp.expect_all_or_drop(QUARANTINED)
def valid_customer():
    """Typed rows that break no rule of QUARANTINED."""
    # A hash of the whole row orders those that came together: the same one wins in each update.
    return (
        spark.readStream.table("LIVE.checked_customer")
        .drop("_broken_rules")
        .withColumn("_row_hash", F.expr("xxhash64(to_json(struct(* EXCEPT (_ingested_at))))"))
    )


dp.create_streaming_table(
    name="silver_customer",
    comment="customer, typed and checked: the latest version of each key (SCD type 1).",
    table_properties={
        "quality": "silver",
        "delta.enableRowTracking": "true",
        "delta.enableDeletionVectors": "true",
        "delta.enableChangeDataFeed": "true",
    },
)

dp.create_auto_cdc_flow(
    target="silver_customer",
    source="valid_customer",
    keys=["c_custkey"],
    sequence_by=F.struct("_ingested_at", "_row_hash"),
    except_column_list=["_row_hash"],
    stored_as_scd_type=1,
)
