"""Code that was changed by hand, as a query: as it reads, or not at all."""

from __future__ import annotations

import pytest

from medallion_core.check.queries import explain_statement
from medallion_core.check.views import read_views
from medallion_core.errors import MedallionError


def query(returned: str) -> str:
    """What a view of the table ``a`` that returns this is as a query."""
    code = (
        "from pyspark import pipelines as dp\nfrom pyspark.sql import functions as F\n\n\n"
        "@dp.materialized_view(name='v')\ndef v():\n"
        f"    return spark.read.table('a').{returned}\n"
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
    ],
)
def test_what_is_called_in_another_way_is_no_query(returned: str) -> None:
    with pytest.raises(MedallionError) as refused:
        query(returned)
    assert refused.value.code == "CODE_IS_NOT_SQL"
