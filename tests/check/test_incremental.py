"""Which materialized views refresh incrementally, and why others do not."""

from __future__ import annotations

from dataclasses import replace
from sys import getrefcount

import pytest

from medallion_core.check import check_bundle
from medallion_core.check.functions import functions_of, parsed
from medallion_core.check.incremental import Refresh, read_refreshes, refreshes
from medallion_core.generate import generate_bundle
from medallion_core.model import Level, Privacy, PrivacyDecision, RefreshPolicy
from medallion_core.tables.datasets import DatasetKind
from medallion_core.tables.inventory import inventory
from tests.generate.designs import GOLDEN, tpch

HEAD = "from pyspark import pipelines as dp\nfrom pyspark.sql import functions as F\n"
TRACKED = 'table_properties={"delta.enableRowTracking": "true"}'
SOURCE = f"""
@dp.table(name="t", {TRACKED})
def t():
    return spark.readStream.table("main.s.t")


@dp.table(name="u", {TRACKED})
def u():
    return spark.readStream.table("main.s.u")
"""
READ = 'spark.read.table("LIVE.t")'


def view(body: str, *, schema: str = "", above: str = "", more: str = "") -> Refresh:
    text = f"""{HEAD}{SOURCE}{more}

@dp.materialized_view(name="v", schema=\"\"\"{schema}\"\"\")
{above}
def v():
    {body}
"""
    (found,) = (each for each in refreshes({"src/gold/v.py": text}) if each.view == "v")
    return found


def codes(refresh: Refresh) -> list[str]:
    return [reason.code for reason in refresh.reasons]


@pytest.mark.parametrize(
    "body",
    [
        f'return {READ}.selectExpr("a", "upper(b) AS b").where("a > 0")',
        f'return {READ}.join(spark.read.table("u"), F.expr("t.a = u.a"), "left")',
        f'return {READ}.union(spark.read.table("u"))',
        f'return {READ}.groupBy("a").agg(F.count("*").alias("n")).where("n > 1")',
        f'return {READ}.where("day > current_date()")',
        'return spark.table("t")',
        f"found = {READ}\n    return found",
        f'return {READ}.withColumn("n", F.sum("b").over(Window.partitionBy("a").orderBy("b")))',
        f'return {READ}.withColumn("n", F.row_number().over(w)).where("n = 1").drop("n")',
        f'return {READ}.selectExpr("a", "sum(b) OVER (PARTITION BY a) AS b")',
    ],
)
def test_what_is_on_the_list_is_incremental(body: str) -> None:
    assert view(body).reasons == ()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (f"return {READ}.distinct()", "OPERATOR_NOT_SUPPORTED"),
        (f'return {READ}.join(u, ["a"], "left_anti")', "OPERATOR_NOT_SUPPORTED"),
        (f"return {READ}.crossJoin(u)", "OPERATOR_NOT_SUPPORTED"),
        (f'return {READ}.join(u, F.expr("a <= b"))', "OPERATOR_NOT_SUPPORTED"),
        (f'return {READ}.selectExpr("explode(a) AS a")', "OPERATOR_NOT_SUPPORTED"),
        (f'return {READ}.select(F.explode("a"))', "OPERATOR_NOT_SUPPORTED"),
        ('return spark.range(1).selectExpr("-1 AS k")', "INPUT_NOT_IN_DELTA"),
        ('return spark.read.format("csv").load("/Volumes/x")', "INPUT_NOT_IN_DELTA"),
        ('return spark.read.table("main.other.t")', "ROW_TRACKING_NOT_ENABLED"),
        (f'return {READ}.selectExpr("current_date() AS d")', "TIME_FUNCTION"),
        (f'return {READ}.selectExpr("rand() AS r")', "NON_DETERMINISTIC_EXPRESSION"),
        (
            f'return {READ}.groupBy("a").agg(F.count("*").alias("n")).selectExpr("n + 1 AS n")',
            "AGGREGATE_NOT_TOP_NODE",
        ),
        (f'return {READ}.selectExpr("count(*) AS n")', "AGGREGATE_NOT_TOP_NODE"),
        (
            f'return {READ}.groupBy("a").agg(F.expr("count(DISTINCT b) AS n"))',
            "AGGREGATE_WITH_DISTINCT",
        ),
        (
            f'n = {READ}.withColumn("n", F.row_number().over(w)).where("n = 1")\n'
            '    return spark.read.table("u").join(n, ["a"], "left")',
            "WINDOW_FUNCTION_NOT_TOP_LEVEL",
        ),
        (
            f'return {READ}.selectExpr("sum(b) OVER (ORDER BY a) AS b")',
            "WINDOW_FUNCTION_WITHOUT_PARTITION_BY",
        ),
        (
            f'return {READ}.withColumn("n", F.sum("b").over(Window.orderBy("a")))',
            "WINDOW_FUNCTION_WITHOUT_PARTITION_BY",
        ),
    ],
)
def test_what_is_not_on_the_list_says_why(body: str, code: str) -> None:
    found = view(body)
    assert code in codes(found)
    assert all(each.detail and each.source.startswith("https://") for each in found.reasons)


def test_a_word_in_a_text_is_no_function() -> None:
    assert view(f"""return {READ}.selectExpr("'explode (' AS a", "`rand` AS b")""").is_incremental


def test_sums_of_floating_numbers_are_computed_anew() -> None:
    body = f'return {READ}.groupBy("a").agg(F.expr("sum(b) AS b"))'
    (found,) = view(body, schema="a INT,\nb DOUBLE,\nc FLOAT,\nd").reasons
    assert found.code == "AGGREGATE_WITH_UNSUPPORTED_EXPRESSION"
    assert found.detail.startswith("b, c: ")
    over = f'return {READ}.selectExpr("sum(b) OVER (PARTITION BY a) AS b")'
    assert view(over, schema="b DOUBLE").is_incremental
    assert view(body, schema="a INT,\nb DECIMAL(9, 2)").is_incremental


def test_rules_that_drop_rows_need_columns_that_may_be_null() -> None:
    drop = '@dp.expect_or_drop("there", "a IS NOT NULL")'
    body = f"return {READ}"
    found = view(body, schema="a INT NOT NULL", above=drop)
    assert codes(found) == ["EXPECTATIONS_NOT_SUPPORTED"]
    assert view(body, schema="a INT", above=drop).is_incremental
    assert view(body, schema="a INT NOT NULL", above=drop.replace("_or_drop", "")).is_incremental


def test_a_view_with_expectations_is_told_through_other_views() -> None:
    more = """

@dp.temporary_view(name="inner")
@dp.expect("there", "a IS NOT NULL")
def inner():
    return spark.read.table("LIVE.t")


@dp.temporary_view(name="outer")
def outer():
    return spark.read.table("LIVE.inner")
"""
    found = view('return spark.read.table("LIVE.outer")', more=more)
    assert codes(found) == ["EXPECTATIONS_NOT_SUPPORTED"]
    assert "inner" in found.reasons[0].detail


def test_what_helpers_do_counts() -> None:
    more = f"\n\ndef once():\n    return {READ}.distinct()\n"
    assert codes(view("return once()", more=more)) == ["OPERATOR_NOT_SUPPORTED"]


def test_masks_of_its_own_and_of_what_it_reads() -> None:
    masked = "a STRING MASK mask_string"
    assert codes(view(f"return {READ}", schema=masked)) == ["MASKED"]
    text = f"""{HEAD}{SOURCE}

@dp.materialized_view(name="v", schema=f"a STRING MASK {{TARGET}}.mask_string")
def v():
    return {READ}
"""
    (found,) = (each for each in refreshes({"src/gold/v.py": text}) if each.view == "v")
    assert codes(found) == ["MASKED"]
    more = f"""

@dp.materialized_view(name="m", schema="{masked}", {TRACKED})
def m():
    return {READ}
"""
    assert codes(view('return spark.read.table("LIVE.m")', more=more)) == ["MASKED"]


def test_a_dimension_with_masks_is_computed_in_full() -> None:
    design = tpch()
    customer = design.entity("customer")
    masked = [
        replace(c, privacy=Privacy("name", PrivacyDecision.MASK)) if c.name == "c_name" else c
        for c in customer.columns
    ]
    design = design.with_entity(replace(customer, columns=tuple(masked)))
    found = {each.view: each for each in refreshes(generate_bundle(design))}
    assert codes(found["dim_customer"]) == ["MASKED"]
    assert found["fact_orders"].is_incremental


@pytest.mark.parametrize("name", GOLDEN)
def test_every_materialized_view_of_a_bundle_is_classified(name: str) -> None:
    design = GOLDEN[name]()
    views = [d.name for d in inventory(design) if d.kind is DatasetKind.MATERIALIZED_VIEW]
    assert sorted(each.view for each in refreshes(generate_bundle(design))) == sorted(views)


def test_only_two_proofs_of_tpch_are_computed_in_full() -> None:
    found = {each.view: each for each in refreshes(generate_bundle(tpch()))}
    full = {name for name, each in found.items() if not each.is_incremental}
    assert full == {"row_balance", "reconciliation"}
    assert "AGGREGATE_NOT_TOP_NODE" in codes(found["reconciliation"])


def test_code_that_is_no_python_is_left_to_the_other_checks() -> None:
    assert refreshes({"src/gold/v.py": "def ("}) == []


def test_a_refresh_policy_is_written_where_it_is_not_the_default() -> None:
    design = tpch()
    orders = replace(design.star.fact("fact_orders"), refresh_policy=RefreshPolicy.INCREMENTAL)
    bundle = generate_bundle(design.with_fact(orders))
    assert 'refresh_policy="incremental",' in bundle["src/gold/fact_orders.py"]
    assert not any(
        "refresh_policy" in generate_bundle(design)[path] for path in bundle if ".py" in path
    )
    assert not [finding for finding in check_bundle(bundle) if finding.level is Level.ERROR]


def test_a_policy_that_a_view_cannot_keep_is_an_error() -> None:
    design = GOLDEN["shop"]()
    customer = design.star.dimension("dim_customer")
    customer = replace(customer, refresh_policy=RefreshPolicy.INCREMENTAL_STRICT)
    found = check_bundle(generate_bundle(design.with_dimension(customer)))
    (refused,) = (finding for finding in found if finding.level is Level.ERROR)
    assert refused.subject == "dim_customer"
    assert "incremental_strict" in refused.detail
    full = replace(customer, refresh_policy=RefreshPolicy.FULL)
    found = check_bundle(generate_bundle(design.with_dimension(full)))
    assert not [finding for finding in found if finding.level is Level.ERROR]


def test_what_another_file_says_is_heard_after_it_was_edited() -> None:
    """Also where a temporary view stands between the two."""
    table, between = f"{HEAD}{SOURCE}", f"{HEAD}{_temporary('v', 'return ' + READ)}"
    made = '@dp.materialized_view(name="m")\ndef m():\n    return spark.read.table("v")\n'
    bundle = {"t.py": table, "v.py": between, "m.py": f"{HEAD}{made}"}
    edits = {
        "t.py": table.replace(TRACKED, ""),
        "v.py": between.replace(READ, f"{READ}.distinct()"),
    }
    for path, text in edits.items():
        (before,), (after,) = refreshes(bundle), refreshes(bundle | {path: text})
        assert before.is_incremental
        assert not after.is_incremental, path


def _temporary(name: str, body: str) -> str:
    return f'@dp.temporary_view(name="{name}")\ndef {name}():\n    {body}\n'


def test_code_that_was_read_goes_at_once() -> None:
    """It is of a thousand files; what refers to itself stays until garbage is collected."""
    statements = parsed("def m():\n    return helper()\ndef helper():\n    return spark.range(1)\n")
    node = statements[0].node
    before = getrefcount(node)
    assert [len(function.bodies) for function in functions_of(statements)] == [2, 1]
    assert getrefcount(node) == before


def test_what_is_read_file_by_file_is_said_to_be_all_at_its_end_alone() -> None:
    told = list(read_refreshes(generate_bundle(tpch())))
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert [share == 1 for share, _ in told] == [False] * (len(told) - 1) + [True]
    assert [share for share, _ in read_refreshes({"README.md": ""})] == [1]
