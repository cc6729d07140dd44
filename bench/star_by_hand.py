"""The star of ``tests/golden/tpch`` as an engineer writes it for Spark, table after table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql.connect.dataframe import DataFrame
from pyspark.sql.connect.session import SparkSession
from pyspark.sql.window import Window

SILVER = {
    "region": ["r_regionkey", "r_name"],
    "nation": ["n_nationkey", "n_name", "n_regionkey"],
    "customer": ["c_custkey", "c_name", "c_nationkey", "c_mktsegment", "c_acctbal"],
    "part": ["p_partkey", "p_name", "p_retailprice"],
    "orders": ["o_orderkey", "o_custkey", "o_orderdate", "o_orderstatus", "o_totalprice"],
    "lineitem": [
        *("l_orderkey", "l_linenumber", "l_partkey", "l_quantity", "l_extendedprice"),
        *("l_discount", "l_shipdate", "l_receiptdate"),
    ],
}
KEYS = {
    "region": ["r_regionkey"],
    "nation": ["n_nationkey"],
    "customer": ["c_custkey"],
    "part": ["p_partkey"],
    "orders": ["o_orderkey"],
    "lineitem": ["l_orderkey", "l_linenumber"],
}
OF_ONE_ROW = ("region", "nation", "customer", "part")
"""Where the newest row of a key counts."""


RULES = {
    "customer": ["c_custkey IS NOT NULL"],
    "orders": ["o_orderkey IS NOT NULL"],
    "lineitem": ["l_orderkey IS NOT NULL", "l_linenumber IS NOT NULL"],
}
"""What keeps rows out of silver."""


def write(
    spark: SparkSession, sources: Mapping[str, str], folder: Path, *, keeps_all: bool = False
) -> None:
    """Every table of the star below ``folder``, from the parquet files in ``sources``. With
    ``keeps_all`` no row is lost that breaks a rule, and no line doubled where its order is there
    twice."""

    def put(name: str, frame: DataFrame) -> DataFrame:
        frame.write.mode("overwrite").parquet(str(folder / name))
        return spark.read.parquet(str(folder / name))

    silver = {}
    for name, location in sources.items():
        bronze = put(f"bronze_{name}", _bronze(spark, name, location))
        silver[name] = put(f"silver_{name}", _silver(name, bronze))
        if keeps_all and name in RULES:
            put(f"quarantine_{name}", _broken(name, bronze))
    put("dim_customer", _customers(spark, silver))
    put("dim_part", _parts(spark, silver))
    put("dim_date", _days(spark, silver))
    put("fact_orders", _orders(silver["orders"]))
    orders = silver["orders"]
    put("fact_lineitem", _lines(silver["lineitem"], _newest(orders) if keeps_all else orders))


def _bronze(spark: SparkSession, name: str, location: str) -> DataFrame:
    return spark.read.parquet(location).select(
        "*",
        F.current_timestamp().alias("_ingested_at"),
        F.lit(f"samples.tpch.{name}").alias("_source"),
    )


def _silver(name: str, bronze: DataFrame) -> DataFrame:
    keys = KEYS[name]
    rows = bronze.select(*SILVER[name], "_ingested_at", "_source").dropna(subset=keys)
    return rows.dropDuplicates(keys) if name in OF_ONE_ROW else rows


def _broken(name: str, bronze: DataFrame) -> DataFrame:
    rules = RULES[name]
    broken = F.array_compact(F.array(*(F.when(~F.expr(rule), F.lit(rule)) for rule in rules)))
    return (
        bronze.select(*SILVER[name], "_ingested_at", "_source")
        .where(f"NOT ({' AND '.join(rules)})")
        .withColumn("_broken_rules", broken)
    )


def _newest(orders: DataFrame) -> DataFrame:
    newest = Window.partitionBy("o_orderkey").orderBy(F.desc("_ingested_at"))
    return orders.withColumn("_rank", F.row_number().over(newest)).where("_rank = 1")


def _customers(spark: SparkSession, silver: Mapping[str, DataFrame]) -> DataFrame:
    nation, region = silver["nation"], silver["region"]
    members = (
        silver["customer"]
        .join(F.broadcast(nation), F.col("c_nationkey") == F.col("n_nationkey"), "left")
        .join(F.broadcast(region), F.col("n_regionkey") == F.col("r_regionkey"), "left")
        .select(
            F.xxhash64("c_custkey").alias("customer_key"),
            *("c_custkey", "c_name", "c_mktsegment", "c_acctbal"),
            F.col("n_name").alias("nation_name"),
            F.col("r_name").alias("region_name"),
            F.lit(False).alias("is_inferred"),
        )
    )
    texts = ("c_name", "c_mktsegment", "nation_name", "region_name")
    return _whole(
        spark,
        members,
        silver["orders"].select(F.col("o_custkey").alias("c_custkey")),
        "customer_key",
        "c_custkey",
        texts,
    )


def _parts(spark: SparkSession, silver: Mapping[str, DataFrame]) -> DataFrame:
    members = silver["part"].select(
        F.xxhash64("p_partkey").alias("part_key"),
        *("p_partkey", "p_name", "p_retailprice"),
        F.lit(False).alias("is_inferred"),
    )
    seen = silver["lineitem"].select(F.col("l_partkey").alias("p_partkey"))
    return _whole(spark, members, seen, "part_key", "p_partkey", ("p_name",))


def _whole(
    spark: SparkSession,
    members: DataFrame,
    seen: DataFrame,
    key: str,
    business_key: str,
    texts: tuple[str, ...],
) -> DataFrame:
    """With the members that only facts know, and the unknown one."""
    late = (
        seen.dropna()
        .distinct()
        .join(members, business_key, "left_anti")
        .select(F.xxhash64(business_key).alias(key), business_key, F.lit(True).alias("is_inferred"))
    )
    unknown = spark.range(1).select(
        F.lit(-1).cast("bigint").alias(key),
        *(F.lit("Unknown").alias(name) for name in texts),
        F.lit(False).alias("is_inferred"),
    )
    return members.unionByName(late, allowMissingColumns=True).unionByName(
        unknown, allowMissingColumns=True
    )


def _days(spark: SparkSession, silver: Mapping[str, DataFrame]) -> DataFrame:
    lines, orders = silver["lineitem"], silver["orders"]
    years = (
        orders.select(F.year("o_orderdate").alias("year"))
        .union(lines.select(F.year("l_shipdate")))
        .union(lines.select(F.year("l_receiptdate")))
        .dropna()
        .distinct()
    )
    days = years.selectExpr(
        "explode(sequence(make_date(year, 1, 1), make_date(year, 12, 31))) AS date"
    ).selectExpr(
        "CAST(date_format(date, 'yyyyMMdd') AS INT) AS date_key",
        "date",
        "year(date) AS year",
        "quarter(date) AS quarter",
        "month(date) AS month",
        "date_format(date, 'MMMM') AS month_name",
        "date_format(date, 'yyyy-MM') AS year_month",
        "weekofyear(date) AS week",
        "day(date) AS day_of_month",
        "weekday(date) + 1 AS day_of_week",
        "date_format(date, 'EEEE') AS day_name",
        "weekday(date) >= 5 AS is_weekend",
    )
    unknown = spark.range(1).selectExpr(
        "-1 AS date_key",
        "'Unknown' AS month_name",
        "'Unknown' AS year_month",
        "'Unknown' AS day_name",
    )
    return days.unionByName(unknown, allowMissingColumns=True)


def _orders(orders: DataFrame) -> DataFrame:
    return orders.select(
        _day("o_orderdate").alias("order_date_key"),
        _key("o_custkey").alias("customer_key"),
        *("o_orderkey", "o_totalprice"),
    )


def _lines(lines: DataFrame, orders: DataFrame) -> DataFrame:
    price = "CAST(l_extendedprice * (1 - l_discount) AS DECIMAL(31, 4)) AS net_price"
    headers = orders.select("o_orderkey", "o_orderdate", "o_custkey")
    return lines.join(headers, F.col("l_orderkey") == F.col("o_orderkey"), "left").select(
        _day("o_orderdate").alias("order_date_key"),
        _day("l_shipdate").alias("ship_date_key"),
        _day("l_receiptdate").alias("receipt_date_key"),
        _key("o_custkey").alias("customer_key"),
        _key("l_partkey").alias("part_key"),
        *("l_orderkey", "l_linenumber", "l_quantity"),
        F.expr(price),
    )


def _day(column: str) -> F.Column:
    return F.expr(f"coalesce(CAST(date_format({column}, 'yyyyMMdd') AS INT), -1)")


def _key(column: str) -> F.Column:
    return F.expr(f"IF({column} IS NULL, -1, xxhash64({column}))")
