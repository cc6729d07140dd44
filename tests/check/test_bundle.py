"""Each code rule, with a snippet that breaks it and one that does not."""

from __future__ import annotations

import pytest

from medallion_core.check import check_bundle
from medallion_core.generate import generate_bundle
from tests.generate.designs import tpch

HEAD = """
from datetime import datetime
from pyspark import pipelines as dp
from pyspark.sql import functions as F
from pyspark.sql.types import DoubleType, StringType, StructField, StructType

SCHEMA = StructType([StructField("name", StringType()), StructField("rate", DoubleType())])

@dp.table(name="t")
def t():
    return {0}
"""

BREAKS = {
    "an int in a double column": ('spark.createDataFrame([("a", 0)], SCHEMA)', "double column"),
    "a name in a double column": ('spark.createDataFrame([{"rate": x}], SCHEMA)', "double column"),
    "current_timestamp as a value": (
        "spark.createDataFrame([(F.current_timestamp(),)], SCHEMA)",
        "is a Column, not a timestamp",
    ),
    "a Column as a value": ('spark.createDataFrame([(F.lit("a"), 0.0)], SCHEMA)', "not a value"),
    "a Column of a plain function": (
        "spark.createDataFrame([(col(x), 0.0)], SCHEMA)",
        "not a value",
    ),
    "a Column of any function": (
        "spark.createDataFrame([(F.upper(x), 0.0)], SCHEMA)",
        "not a value",
    ),
    "a schema by its name": ("spark.createDataFrame([(x, 0)], schema=SCHEMA)", "double column"),
    "a schema among other names": (
        "spark.createDataFrame([(x, 0)], SCHEMA)\nspark.name = other = 1",
        "double column",
    ),
    "a division in SQL": ('x.selectExpr("a / b AS c")', "divides without a guard"),
    "a division in Python": ('x.withColumn("c", F.col("a") / F.col("b"))', "without a guard"),
    "collect": ("x.collect()", "runs a query"),
    "count": ("x.count()", "runs a query"),
    "toPandas": ("x.toPandas()", "runs a query"),
    "saving": ('x.write.saveAsTable("y")', "runs a query"),
    "session settings": ('spark.conf.set("a", "b")', "changes the session"),
    "a function for all": ('spark.udf.register("f", g)', "udf.register() changes the session"),
    "a temporary view of Spark": ('x.createOrReplaceTempView("y")', "changes the session"),
    "schemaLocation": (
        'spark.readStream.option("cloudFiles.schemaLocation", "/x").load("/y")',
        "keeps the schema location",
    ),
    "a foreign import": ("__import__\nimport medallion_core", "is imported"),
    "not Python": ("(", "not Python"),
}

FINE = (
    'spark.createDataFrame([("a", 0.0), ("b", float(x)), ("c", None), ("d", -1.0)], SCHEMA)',
    'spark.createDataFrame([("a", datetime.now())])',
    'x.agg(F.count("*")).selectExpr("try_divide(a, b)", "a = \'1/2\'")',
    'x.selectExpr("current_timestamp() AS at")',
    "x" + ".unionByName(y)" * 600,
)


def _findings(code: str, path: str = "src/gold/t.py") -> list[str]:
    bundle = generate_bundle(tpch()) | {path: HEAD.format(code)}
    return [finding.detail for finding in check_bundle(bundle) if finding.subject.startswith(path)]


@pytest.mark.parametrize(("code", "said"), BREAKS.values(), ids=list(BREAKS))
def test_a_broken_code_rule_is_found(code, said):
    assert any(said in detail for detail in _findings(code))


@pytest.mark.parametrize(
    ("schema", "found"),
    [
        ('StructField("a", DoubleType())', 1),
        ('StructField(name="a", dataType=DoubleType())', 1),
        ("StructField(n, DoubleType())", 1),
        ('StructField("a", LongType())', 0),
        ('StructField("a")', 0),
        ('StructField("b", LongType()), StructField("a", DoubleType())', 0),
    ],
)
def test_the_double_columns_of_a_schema_are_known_however_it_is_written(schema, found):
    code = f"spark.createDataFrame([(0,)], StructType([{schema}]))"
    details = [f.detail for f in check_bundle({"x.py": code}) if f.subject == "x.py:1"]
    assert len(details) == found


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("x = 1\ny = )", ("x.py:2", "unmatched ')'")),
        ("x = '\0'", ("x.py:1", "null bytes")),
        ("-" * 200_000 + "1", ("x.py:1", "it nests too deep")),
        ("\n\nimport os", ("x.py:3", "os is imported")),
        ("\n\nfrom . import x", ("x.py:3", ". is imported")),
        ("\nx.collect()", ("x.py:2", "runs a query")),
    ],
)
def test_a_finding_says_in_which_line_and_why(code, found):
    subjects = [(f.subject, f.detail) for f in check_bundle({"x.py": code}) if f.subject[0] == "x"]
    assert [(subject, found[1] in detail) for subject, detail in subjects] == [(found[0], True)]


@pytest.mark.parametrize("code", FINE)
def test_what_keeps_the_rules_is_not_found(code):
    assert _findings(code) == []


SETTINGS = {
    "a schema with its catalog": ("catalog: c\ntarget: c.s\nserverless: true", "holds a catalog"),
    "no catalog": ("target: s\nserverless: true", "needs catalog"),
    "both fields": ("catalog: c\ntarget: s\nschema: s\nserverless: true", "needs catalog"),
    "no schema": ("catalog: c\nserverless: true", "needs catalog"),
    "a cluster": ("catalog: c\nschema: s\nserverless: false", "not serverless"),
    "no YAML": ("a: [", "cannot be read"),
}


@pytest.mark.parametrize(("text", "said"), SETTINGS.values(), ids=list(SETTINGS))
def test_broken_settings_are_found(text, said):
    path = "resources/t.pipeline.yml"
    found = check_bundle(generate_bundle(tpch()) | {path: text})
    assert any(said in finding.detail for finding in found if finding.subject == path)


def test_every_privilege_that_a_run_needs_must_be_granted():
    script = generate_bundle(tpch())["sql/permissions.sql"]
    bundle = generate_bundle(tpch()) | {
        "sql/permissions.sql": script.replace("CREATE MATERIALIZED VIEW", "APPLY TAG")
    }
    assert [f.detail for f in check_bundle(bundle)] == [
        "CREATE MATERIALIZED VIEW is granted to nobody."
    ]


@pytest.mark.parametrize(
    ("script", "missing"),
    [
        ("GRANT USE CATALOG ON CATALOG c TO u", 4),
        ("GRANT USE SCHEMA, CREATE TABLE, SELECT ON SCHEMA c.s TO `CREATE`", 2),
        ("GRANT SELECT ON SCHEMA c.s TO u; -- GRANT USE CATALOG ON CATALOG c TO u", 3),
        ("SELECT, CREATE TABLE", 5),
    ],
)
def test_what_is_granted_is_read_as_sql(script, missing):
    found = [f.detail for f in check_bundle({"sql/permissions.sql": script})]
    assert len([detail for detail in found if "granted to nobody" in detail]) == missing


def test_two_definitions_of_one_table_are_found():
    bundle = generate_bundle(tpch())
    bundle["src/silver/copy.py"] = bundle["src/silver/part.py"].replace(
        "silver_part", "SILVER_part"
    )
    details = [finding.detail for finding in check_bundle(bundle)]
    assert "SILVER_part is also defined in src/silver/part.py." in details


@pytest.mark.parametrize(
    ("length", "said"), [(255, []), (256, [f"The name of {'t' * 40}… has 256 characters."])]
)
def test_a_name_is_as_long_as_unity_catalog_takes_it(length, said):
    code = HEAD.format("x").replace('name="t"', f'name="{"t" * length}"')
    details = [f.detail for f in check_bundle({"src/gold/t.py": code}) if "grant" not in f.detail]
    assert [part for part in said if part in details[0]] == said
    assert len(details) == len(said)


@pytest.mark.parametrize(
    "text",
    [
        "catalog: c\ntarget: s\nserverless: true",
        "catalog: c\nschema: s\nserverless: true",
        "catalog: c\ntarget: dev_${var.schema}\nserverless: true\nclusters: []",
    ],
)
def test_one_field_for_the_schema_is_enough(text):
    path = "resources/t.pipeline.yml"
    assert [f for f in check_bundle({path: text}) if f.subject == path] == []


HOSTILE = {
    "deep YAML": ("resources/t.pipeline.yml", "[" * 25_000),
    "deep JSON": ("pipeline.json", "[" * 100_000),
    "deep Python": ("src/silver/x.py", "-" * 200_000 + "1"),
    "wide Python": ("src/silver/x.py", "1+" * 50_000 + "1"),
    "a surrogate": ("src/silver/x.py", '"\ud800"'),
    "a nothing": ("src/silver/x.py", "\0"),
    "aliases of nothing": ("databricks.yml", "a: *b\n"),
    "a list of pipelines": ("resources/t.pipeline.yml", "resources: {pipelines: [1]}"),
    "pipelines that are none": ("resources/t.pipeline.yml", "resources: {pipelines: {a: 1}}"),
    "resources that are none": ("pipeline.json", '{"resources": 1}'),
    "no mapping": ("pipeline.json", "1"),
}


@pytest.mark.parametrize(("path", "text"), HOSTILE.values(), ids=list(HOSTILE))
def test_no_file_stops_the_check(path, text):
    check_bundle({path: text})


def test_anchors_are_read_where_a_person_may_write_them():
    nested = "".join(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 9)}]\n" for n in range(40))
    found = check_bundle({"databricks.yml": f"a0: &a0 x\n{nested}"})
    assert [finding for finding in found if finding.subject == "databricks.yml"] == []
