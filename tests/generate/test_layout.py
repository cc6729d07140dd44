"""SQL over several lines means what it meant on one."""

from __future__ import annotations

import ast
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medallion_core.errors import MedallionError
from medallion_core.generate.formatter import format_python
from medallion_core.generate.layout import fitted, sql_lines
from medallion_core.generate.python import block, sql_literal
from medallion_core.text.tokens import tokens
from tests.golden.__main__ import read_tree

ATOMS = st.sampled_from(
    [
        "a",
        "b.c",
        "`odd name`",
        "'it''s, (so'",
        "1",
        "-1",
        "2.5",
        "NULL",
        "x[1]",
        '\'"""\'',
        "'\\\\'",
    ]
)


def _combined(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(st.sampled_from(["f", "coalesce", "count"]), st.lists(parts, max_size=4)).map(
            lambda call: f"{call[0]}({', '.join(call[1])})"
        ),
        st.tuples(
            parts, st.sampled_from([" - ", " * ", " AND ", " OR ", " || ", " = "]), parts
        ).map("".join),
        st.tuples(parts, st.sampled_from(["INT", "DECIMAL(4, 2)"])).map(
            lambda cast: f"CAST({cast[0]} AS {cast[1]})"
        ),
        parts.map(lambda part: f"({part}) AS name"),
        parts.map(lambda part: f"CASE WHEN {part} IS NULL THEN 1 ELSE {part} END"),
    )


SQL = st.recursive(ATOMS, _combined, max_leaves=20)


def _words(text: str) -> list[str]:
    return [token.text for token in tokens(text)]


@settings(deadline=None)
@given(SQL, st.integers(10, 60))
def test_lines_have_the_same_tokens(text: str, room: int) -> None:
    lines = sql_lines(text, room)
    assert _words("\n".join(lines)) == _words(text)
    assert (lines == [text]) or len(text) > room
    for before, line in pairwise(lines):
        assert line.strip(), "no empty line"
        assert len(line) - len(line.lstrip()) - (len(before) - len(before.lstrip())) <= 4


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "CAST(coalesce(round(a * share, 2) - round(a * before, 2), 0.0) AS DECIMAL(4, 2)) AS x",
            [
                "CAST(",
                "    coalesce(",
                "        round(a * share, 2)",
                "        - round(a * before, 2),",
                "        0.0",
                "    ) AS DECIMAL(4, 2)",
                ") AS x",
            ],
        ),
        (
            "a.id = b.id AND coalesce(a.day >= b.start AND a.day < b.end, b.is_current)",
            [
                "a.id = b.id",
                "AND coalesce(",
                "    a.day >= b.start AND a.day < b.end,",
                "    b.is_current",
                ")",
            ],
        ),
        ("year(due) * 10000 + month(due) * 100 + day(due)", [
            "year(due) * 10000", "+ month(due) * 100", "+ day(due)"
        ]),
        ("coalesce(some_amount, 0.0) AS amount_of_it", [
            "coalesce(some_amount, 0.0)", "    AS amount_of_it"
        ]),
        ("'a literal, (that) cannot - be split AND is long'", [
            "'a literal, (that) cannot - be split AND is long'"
        ]),
    ],
)  # fmt: skip
def test_it_is_split_where_a_person_would(text: str, lines: list[str]) -> None:
    assert sql_lines(text, 40) == lines


@settings(max_examples=60, deadline=None)
@given(SQL, st.integers(0, 40))
def test_the_literal_means_the_sql(text: str, indent: int) -> None:
    source = {"a.py": f"x = [\n{sql_literal(text, indent)},\n]\n"}
    formatted = format_python(source, lambda path, problem: pytest.fail(problem))["a.py"]
    (statement,) = ast.parse(formatted).body
    assert isinstance(statement, ast.Assign)
    (value,) = ast.literal_eval(statement.value)
    assert _words(value) == _words(text)


@given(st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_a_block_holds_its_lines(lines: list[str]) -> None:
    (value,) = ast.literal_eval(f"[{block(lines)}]")
    marked, *found, last = value.split("\n") if not any("\n" in line for line in lines) else [
        "\x01", *lines, ""
    ]  # fmt: skip
    assert (marked, found, last) == ("\x01", lines, "")


def test_a_block_stands_where_its_quotes_stand() -> None:
    source = {"a.py": f"x = f({block(['a', '  b'])}, schema={block(['c'])})\n"}
    formatted = format_python(source, lambda path, problem: pytest.fail(problem))["a.py"]
    assert formatted.splitlines() == [
        "x = f(",
        '    """',
        "    a",
        "      b",
        '    """,',
        '    schema="""',
        "        c",
        '    """,',
        ")",
    ]


def test_lines_of_a_list_keep_their_margin() -> None:
    lines = ["map(", "    'amount', IF(try_cast(amount AS INT) IS NULL, amount, NULL),", ")"]
    assert list(fitted(lines, 40)) == [
        "map(",
        "    'amount',",
        "    IF(",
        "        try_cast(amount AS INT) IS NULL,",
        "        amount,",
        "        NULL",
        "    ),",
        ")",
    ]


def test_what_is_no_sql_stays() -> None:
    with pytest.raises(MedallionError):
        tokens("'open")
    assert sql_lines("coalesce(a, 'open", 5) == ["coalesce(a, 'open"]


@pytest.mark.parametrize("name", ["tpch", "shop", "landing"])
def test_no_line_is_longer_than_the_formatter_makes_them(name: str) -> None:
    code = {path: text for path, text in read_tree(name).items() if path.endswith(".py")}
    long = [line for text in code.values() for line in text.splitlines() if len(line) > 100]
    assert long == []
