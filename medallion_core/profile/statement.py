"""The statement that profiles a table: one scan, one row, one struct per column.

The functions are those that a SQL warehouse and open-source Spark share. Distinct counts come
from a HyperLogLog sketch (1 percent off); columns with few values have their values counted
exactly by ``approx_top_k``, whose counts then add up to all rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum

from medallion_core.model import Column
from medallion_core.profile.sampling import sampled
from medallion_core.text.identifiers import quote_identifier, quote_literal
from medallion_core.text.patterns import PATTERNS
from medallion_core.text.sql import is_same_number
from medallion_core.text.types import family, is_floating, is_number, is_temporal, is_text

FREQUENT = 20
"""How many of the most frequent values are told."""

EXAMPLES = 100
"""How many values of text are told beyond these."""

FORMS, FORM_LENGTH, TRACKED_FORMS = 60, 40, 600
"""How many forms of a text are told, how many characters count, and how many are counted."""

SKETCH_BITS = 14
TRACKED_VALUES = 1_000_000
"""Values that one statement keeps counts of, shared out among its columns."""

MOST_TRACKED, FEWEST_TRACKED = 10_000, 500
FIRST_YEAR, LAST_YEAR = 2, 9998
"""What lies before or behind stands for none or for always, and fits no date of Python's in every
time zone; it is present, and no bound."""

LONGEST_VALUE = 200
"""Characters of a string that count as its value; so much comes back of each."""


class Shape(Enum):
    """What can be asked of a column. OTHER: nested, binary, variant, geometry and what is new."""

    NUMBER = "number"
    TEXT = "text"
    TIME = "time"
    BOOLEAN = "boolean"
    OTHER = "other"


CASTS = {
    "bigint": "{0} RLIKE '^[-+]?[0-9]{{1,18}}$'",
    "decimal": "{0} RLIKE '^[-+]?([0-9]{{1,38}}|[0-9]{{1,20}}[.][0-9]{{0,18}}|[.][0-9]{{1,18}})$'",
    "double": "{0} RLIKE '^[-+]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][-+]?[0-9]{{1,3}})?$'",
    "date": "CASE WHEN {0} RLIKE '^[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}$'"
    " THEN try_cast({0} AS DATE) IS NOT NULL ELSE false END",
    "timestamp": "CASE WHEN {0} RLIKE '^[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}([T ].*)?$'"
    " THEN try_cast({0} AS TIMESTAMP) IS NOT NULL ELSE false END",
}
"""What reads as which type, over trimmed text. A pattern goes first: a cast that fails is slow."""


_DATE_LIKE = r"^[0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]{1,4}"


DECIMAL_SCALES = (2, 4)
"""Digits behind the point that floating numbers are tried for: those of amounts of money."""


def shape_of(type_name: str) -> Shape:
    """
    >>> shape_of("decimal(12,2)"), shape_of("string collate unicode"), shape_of("array<int>")
    (<Shape.NUMBER: 'number'>, <Shape.TEXT: 'text'>, <Shape.OTHER: 'other'>)
    """
    if family(type_name) == "boolean":
        return Shape.BOOLEAN
    if is_text(type_name):
        return Shape.TEXT
    if is_temporal(type_name):
        return Shape.TIME
    return Shape.NUMBER if is_number(type_name) else Shape.OTHER


def profile_statement(
    relation: str, columns: tuple[Column, ...], percent: float | None = None
) -> str:
    """A SELECT over ``relation`` (SQL after FROM) that answers one row: ``row_count``, and
    ``c0``, ``c1``, … with what is known of each column. With ``percent`` it reads a sample, and
    answers ``table_rows``, too: Delta knows those without reading them."""
    tracked = max(FEWEST_TRACKED, min(MOST_TRACKED, TRACKED_VALUES // max(len(columns), 1)))
    names = [f"{quote_identifier(column.name)} AS c{i}" for i, column in enumerate(columns)]
    structs = [
        f"struct({', '.join(_facts(f'c{i}', column.type, tracked))}) AS c{i}"
        for i, column in enumerate(columns)
    ]
    whole = f"(SELECT count(*) FROM {relation})" if percent else "CAST(NULL AS BIGINT)"
    read = sampled(relation, percent) if percent else relation
    return (
        f"SELECT count(*) AS row_count, {whole} AS table_rows, {', '.join(structs)}\n"
        f"FROM (SELECT {', '.join(names)} FROM {read})"
    )


def _facts(name: str, type_name: str, tracked: int) -> Iterator[str]:
    """``expression AS fact`` for each fact that a column of this type has."""
    shape = shape_of(type_name)
    yield f"count({name}) AS present"
    if shape is Shape.OTHER:
        return
    value = f"left({name}, {LONGEST_VALUE})" if shape is Shape.TEXT else name
    if shape is Shape.TIME:
        value = f"IF(year({name}) BETWEEN {FIRST_YEAR} AND {LAST_YEAR}, {name}, NULL)"
        yield f"count_if(year({name}) > {LAST_YEAR}) AS far"
    sketch = f"hll_sketch_agg(IF({name} IS NULL, NULL, xxhash64({name})), {SKETCH_BITS})"
    yield f"hll_sketch_estimate({sketch}) AS distinct_count"
    yield f"min({value}) AS minimum"
    yield f"max({value}) AS maximum"
    told = FREQUENT + EXAMPLES if shape is Shape.TEXT else FREQUENT
    yield from _values(f"approx_top_k({value}, {tracked}, {tracked})", value, told)
    if is_floating(type_name):
        yield f"count_if(isnan({name}) OR abs({name}) = double('Infinity')) AS not_finite"
        yield from _counts("scale", _scale_tests(name, type_name))
    if shape is Shape.TEXT:
        yield from _text_facts(name)


def _values(top: str, value: str, told: int) -> Iterator[str]:
    counted = f"{top} FILTER (WHERE {value} IS NOT NULL)"
    ordered = f"sort_array(transform({counted}, x -> struct(-x.count AS missing, x.item AS item)))"
    yield f"size({counted}) AS tracked_values"
    yield f"aggregate({counted}, 0L, (total, x) -> total + x.count) AS tracked_rows"
    yield f"slice({ordered}, 1, {told}) AS frequent"


def _text_facts(name: str) -> Iterator[str]:
    text = f"trim({name})"
    yield f"count_if({text} = '') AS blank"
    yield f"count_if({name} <> {text}) AS untrimmed"
    yield f"min(char_length({name})) AS min_length"
    yield f"max(char_length({name})) AS max_length"
    yield f"max(length(regexp_extract({text}, '^[-+]?[0-9]*[.]([0-9]+)$', 1))) AS scale"
    yield f"max(length(regexp_extract({text}, '^[-+]?0*([0-9]+)([.][0-9]*)?$', 1))) AS whole"
    number = f"CASE WHEN {CASTS['double'].format(text)} THEN CAST({text} AS DOUBLE) END"
    yield f"min({number}) AS least"
    yield f"max({number}) AS greatest"
    yield f"count_if({text} RLIKE '^[-+]?0[0-9]') AS leading_zero"
    form = f"translate(left({text}, {FORM_LENGTH}), '012345678', '999999999')"
    top = f"approx_top_k({form}, {FORMS}, {TRACKED_FORMS}) FILTER (WHERE {text} <> '')"
    yield f"transform({top}, x -> struct(-x.count AS missing, x.item AS item)) AS forms"
    yield from _counts("cast", ((kind, test.format(text)) for kind, test in CASTS.items()))
    tests = {kind: f"{text} RLIKE {_regex(pattern)}" for kind, pattern in PATTERNS.items()}
    tests["phone"] += f" AND NOT {text} RLIKE {_regex(_DATE_LIKE)}"
    yield from _counts("pattern", tests.items())


def _scale_tests(name: str, type_name: str) -> Iterator[tuple[str, str]]:
    for scale in DECIMAL_SCALES:
        cast = f"try_cast({name} AS DECIMAL(18, {scale}))"
        yield str(scale), is_same_number(name, cast, type_name)


def _counts(prefix: str, tests: Iterable[tuple[str, str]]) -> Iterator[str]:
    for kind, test in tests:
        yield f"count_if({test}) AS {prefix}_{kind}"


def _regex(pattern: str) -> str:
    return quote_literal(pattern)
