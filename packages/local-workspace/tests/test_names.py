"""Names are replaced where tables stand, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_workspace.catalog.names import (
    TableName,
    literal,
    original_names,
    quote,
    rewrite_sql,
    spark_name,
)
from local_workspace.sql.statements import unescape

REWRITTEN = {
    "SELECT * FROM a.b.t": "SELECT * FROM `a__b`.`t`",
    "SELECT * FROM b.t JOIN t2": "SELECT * FROM `main__b`.`t` JOIN `main__dev`.`t2`",
    "SELECT 'FROM a.b.t' -- FROM a.b.t": "SELECT 'FROM a.b.t' -- FROM a.b.t",
    "SELECT a.b.t.x, b.t.x, t.x FROM a.b.t": (
        "SELECT `a__b`.`t`.x, `a__b`.`t`.x, t.x FROM `a__b`.`t`"
    ),
    "SELECT * FROM a.b.t, a.b.u WHERE x IN (SELECT y FROM v)": (
        "SELECT * FROM `a__b`.`t`, `a__b`.`u` WHERE x IN (SELECT y FROM `main__dev`.`v`)"
    ),
    "WITH q AS (SELECT 1), r (x) AS (SELECT 2) SELECT * FROM q, r": None,
    "SELECT extract(year FROM d), trim(BOTH 'x' FROM s) FROM t": (
        "SELECT extract(year FROM d), trim(BOTH 'x' FROM s) FROM `main__dev`.`t`"
    ),
    "SELECT * FROM t WHERE a IS NOT DISTINCT FROM b": (
        "SELECT * FROM `main__dev`.`t` WHERE a IS NOT DISTINCT FROM b"
    ),
    "SELECT * FROM range(3), VALUES (1), (2)": None,
    "SELECT * FROM (SELECT * FROM a.b.t) q LATERAL VIEW explode(x) e AS y, z": (
        "SELECT * FROM (SELECT * FROM `a__b`.`t`) q LATERAL VIEW explode(x) e AS y, z"
    ),
    "SELECT * FROM json.`/data/x`": None,
    "SELECT * FROM A.B.T": "SELECT * FROM `a__b`.`t`",
    "SELECT s.f.g FROM t s": "SELECT s.f.g FROM `main__dev`.`t` s",
    "INSERT INTO a.b.t (x) SELECT 1": "INSERT INTO `a__b`.`t` (x) SELECT 1",
    "TABLE a.b.t": "TABLE `a__b`.`t`",
    "SELECT table, view FROM t": "SELECT table, view FROM `main__dev`.`t`",
    "SELECT * FROM temp": None,
}


@pytest.mark.parametrize("text", REWRITTEN)
def test_rewriting(text: str) -> None:
    expected = REWRITTEN[text] or text
    assert rewrite_sql(text, "main", "dev", local={"temp"}) == expected


@given(st.text(min_size=1, max_size=255), st.text(min_size=1, max_size=255))
def test_any_name_is_found_whole_and_read_back(schema: str, table: str) -> None:
    name = TableName("cat", schema, table)
    text = f"SELECT * FROM {name.quoted} WHERE x = 'FROM a.b.c'"
    spelled = spark_name(name)
    assert rewrite_sql(text, "main", "dev") == (f"SELECT * FROM {spelled} WHERE x = 'FROM a.b.c'")
    assert quote(schema) in original_names(f"the table {spelled}")


def test_names_that_look_alike_in_spark_are_kept_apart() -> None:
    pairs = [("a__b", "c"), ("a", "b__c"), ("a_", "b_c"), ("a", "_b_c"), ("a-b", "c")]
    assert len({spark_name(TableName(*pair, "t")) for pair in pairs}) == len(pairs)


@given(st.text())
def test_a_literal_means_its_value(value: str) -> None:
    assert unescape(literal(value)) == value
