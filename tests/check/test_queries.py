"""Code that was changed by hand, as a query: as it reads, or not at all."""

from __future__ import annotations

import pytest

from medallion_core.check.queries import explain_statement
from medallion_core.check.views import read_views
from medallion_core.errors import MedallionError

HELPERS = """
def of(table, condition="x > 0"):
    'What a table has where something holds.'
    rows = spark.read.table(table)
    return rows.where(f"{condition} OR {table}.y")


def nothing():
    pass
"""


def query(returned: str) -> str:
    """What a view of the table ``a`` that returns this is as a query."""
    return query_of(f"spark.read.table('a').{returned}")


def query_of(returned: str) -> str:
    code = (
        f"from pyspark import pipelines as dp\nfrom pyspark.sql import functions as F\n{HELPERS}\n"
        f"@dp.materialized_view(name='v')\ndef v():\n    return {returned}\n"
    )
    (view,) = read_views({"src/gold/v.py": code})
    return explain_statement(view, str).partition(" AS ")[2]


@pytest.mark.parametrize(
    ("kind", "joined"),
    [("", "INNER JOIN"), (", 'left'", "LEFT JOIN"), (", 'left_anti'", "LEFT ANTI JOIN")],
)
def test_a_join_without_a_kind_is_an_inner_one(kind: str, joined: str) -> None:
    assert f"a {joined} b ON x = y" in query(f"join(spark.read.table('b'), F.expr('x = y'){kind})")


@pytest.mark.parametrize(
    "returned",
    [
        "join(spark.read.table('b'), F.expr('x = y'), how='left')",
        "join(spark.read.table('b'))",
        "join(spark.read.table('b'), F.expr('x = y'), 'left', 1)",
        "where()",
        "union()",
        "withColumn('a')",
        "alias('a', 'b')",
        "where('x').join(spark.read.table('b'), F.expr('x = y'))",
        "join(spark.read.table('b').where('x'), F.expr('x = y'))",
        "where('x', how='y')",
        "where(spark.read.table('b'))",
        "unionByName(spark.read.table('b'))",
        "selectExpr('x').unionByName(spark.read.table('b'))",
        "unionByName(spark.read.table('b').selectExpr('x'))",
        "selectExpr('x', '*').unionByName(spark.read.table('b').selectExpr('x'))",
        "union('b')",
        "agg(F.count('*'))",
        "groupBy('x').where('y')",
        "select('x')",
        "withColumn('y', F.upper('x'))",
        "withColumn('y', F.sum('x').over('z'))",
        "withColumn('y', F.sum('x').over(Window.rowsBetween(-1, Window.currentRow)))",
        "withColumn('y', F.sum('x').over(Window.rowsBetween(Window.currentRow, 1)))",
    ],
)
def test_what_is_called_in_another_way_is_no_query(returned: str) -> None:
    with pytest.raises(MedallionError) as refused:
        query(returned)
    assert refused.value.code == "CODE_IS_NOT_SQL"


ALL = "Window.unboundedPreceding, Window.unboundedFollowing"
AGES = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"


@pytest.mark.parametrize(
    ("returned", "made"),
    [
        ("where('x')", "a WHERE x"),
        ("where('x').filter('y')", "a WHERE (x) AND (y)"),
        ("alias('t').where('x')", "a AS t WHERE x"),
        ("where('x').alias('t')", "(SELECT * FROM a WHERE x) AS t"),
        ("alias('t').alias('u')", "(SELECT * FROM a AS t) AS u"),
        ("selectExpr('x', 'y').alias('t')", "(SELECT x, y FROM a) AS t"),
        ("selectExpr('x').where('x').alias('t')", "(SELECT * FROM (SELECT x FROM a) WHERE x) AS t"),
        ("select()", "(SELECT NULL AS nothing FROM a)"),
        ("where('x').distinct()", "(SELECT DISTINCT * FROM a WHERE x)"),
        ("drop('x', 'y')", "(SELECT * EXCEPT (x, y) FROM a)"),
        ("union(spark.read.table('b'))", "(SELECT * FROM a UNION ALL SELECT * FROM b)"),
        (
            "selectExpr('t.X', 'y AS z').unionByName("
            "spark.read.table('b').selectExpr('x'), allowMissingColumns=True)",
            "(SELECT * FROM (SELECT t.X, y AS z FROM a)"
            " UNION ALL SELECT X, NULL AS z FROM (SELECT x FROM b))",
        ),
        (
            "groupBy('x', 'y').agg(F.count('*').alias('n'), F.expr('max(z)'))",
            "(SELECT x, y, count(*) AS n, max(z) FROM a GROUP BY x, y)",
        ),
        ("groupBy().agg(F.sum('x').alias('n'))", "(SELECT sum(x) AS n FROM a)"),
        (
            "withColumn('n', F.lit(1)).withColumn('n', F.expr('n + 1').cast('int'))",
            "(SELECT * EXCEPT (n), CAST(n + 1 AS int) AS n FROM (SELECT *, 1 AS n FROM a))",
        ),
        (
            "withColumn('n', F.expr('n').try_cast('int'))",
            "(SELECT *, TRY_CAST(n AS int) AS n FROM a)",
        ),
        (
            "withColumn('n', F.row_number().over("
            "Window.partitionBy('x', 'y').orderBy('z', F.desc('u'), F.expr('v').desc())))",
            "(SELECT *, row_number() OVER (PARTITION BY x, y ORDER BY z, u DESC, v DESC) AS n"
            " FROM a)",
        ),
        (
            f"withColumn('n', F.sum('x').over(Window.orderBy('y').rowsBetween({ALL})))",
            f"(SELECT *, sum(x) OVER (ORDER BY y {AGES}) AS n FROM a)",
        ),
    ],
)
def test_each_step_is_the_query_that_it_computes(returned: str, made: str) -> None:
    assert query(returned) == f"SELECT * FROM {made}"


@pytest.mark.parametrize(
    ("returned", "made"),
    [
        ("of('LIVE.b')", "b WHERE x > 0 OR LIVE.b.y"),
        ("of('b', condition='z')", "b WHERE z OR b.y"),
        ("of('b', 'z')", "b WHERE z OR b.y"),
        ("spark.range(1)", "range(1)"),
    ],
)
def test_what_a_function_of_the_file_returns_is_read(returned: str, made: str) -> None:
    assert query_of(returned) == f"SELECT * FROM {made}"


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ("known_nowhere()", "Line 15 is more than a query: known_nowhere()"),
        ("nothing()", "Line 11 is more than a query: pass"),
        ("F.expr('x')", "Line 15 is more than a query: F"),
        ("[]()", "Line 15 is more than a query: []()"),
        (f"f{'x' * 90}()", f"Line 15 is more than a query: f{'x' * 79}"),
        ("'x'", "What is returned are no rows."),
    ],
)
def test_what_is_no_query_says_where(returned: str, said: str) -> None:
    with pytest.raises(MedallionError) as refused:
        query_of(returned)
    assert refused.value.message == said
