"""One table of expressions as people write them; every function of ``text.sql`` is held to it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from medallion_core.errors import MedallionError
from medallion_core.text import sql
from medallion_core.text.identifiers import quote_identifier
from medallion_core.text.sql.words import BETWEEN, QUERIES, RESERVED, VALUES
from medallion_core.text.tokens import tokens, without_comments

ROWS = {"line": {"date": "order", "line": "a = b", "count": "n", "id": "key"}, "header": {}}
NAMES = {**ROWS["line"], "amount": "net", "a = b": "c"}
MAPS = ["_uncast"]
QUALIFIED = ["date", "line", "count", "id", "amount", "a = b", "map", "address", "_uncast", "rows"]
INTEGERS = {"id": "int", "count": "bigint", "date": "date", "amount": "decimal(9,2)"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """``text`` and what becomes of it; what is left empty stays as it is written.

    ``reads`` are its columns in order. ``renamed`` follows NAMES and ROWS, ``qualified`` has the
    columns of QUALIFIED under ``lineitem``.
    """

    text: str
    reads: str = ""
    renamed: str = ""
    qualified: str = ""
    guarded: str = ""
    tolerant: str = ""
    widened: str = ""
    bare: str = ""
    casts: bool = False


CASES = [
    # Literals, and names without regard to case
    Case(
        text="date >= date '1990-01-01'",
        reads="date",
        renamed="`order` >= date '1990-01-01'",
        qualified="lineitem.date >= date '1990-01-01'",
    ),
    Case(
        text="DATE>=DATE'1990-01-01' AND `Date` < TIMESTAMP '2000-01-01'",
        reads="DATE Date",
        renamed="`order`>=DATE'1990-01-01' AND `order` < TIMESTAMP '2000-01-01'",
        qualified="lineitem.DATE>=DATE'1990-01-01' AND lineitem.Date < TIMESTAMP '2000-01-01'",
    ),
    Case(
        text="date - INTERVAL 1 DAY + INTERVAL '1-2' YEAR TO MONTH - INTERVAL -3 HOURS",
        reads="date",
        renamed="`order` - INTERVAL 1 DAY + INTERVAL '1-2' YEAR TO MONTH - INTERVAL -3 HOURS",
        qualified="lineitem.date - INTERVAL 1 DAY + INTERVAL '1-2' YEAR TO MONTH"
        " - INTERVAL -3 HOURS",
    ),
    Case(text="interval - day > current_date", reads="interval day"),
    Case(text="x > INTERVAL '1 day' AND day > y", reads="x day y"),
    Case(
        text=r"id IN (1L, .5, 1e3, X'1F', r'\', 'it\'s', 'it''s', null, true)",
        reads="id",
        renamed=r"key IN (1L, .5, 1e3, X'1F', r'\', 'it\'s', 'it''s', null, true)",
        qualified=r"lineitem.id IN (1L, .5, 1e3, X'1F', r'\', 'it\'s', 'it''s', null, true)",
        widened=r"CAST(id AS DECIMAL(19, 0)) IN"
        r" (1L, .5, 1e3, X'1F', r'\', 'it\'s', 'it''s', null, true)",
    ),
    Case(
        text="note <> \"date\" AND x LIKE 'line%' ESCAPE '/'",
        reads="note x",
    ),
    # Comments
    Case(
        text="id > 0 -- positive",
        reads="id",
        renamed="key > 0 -- positive",
        qualified="lineitem.id > 0 -- positive",
        widened="CAST(id AS DECIMAL(19, 0)) > 0 -- positive",
        bare="id > 0",
    ),
    Case(
        text="/* id /* line */ */ id -- date\n  > '--' || \"/* */\"",
        reads="id",
        renamed="/* id /* line */ */ key -- date\n  > '--' || \"/* */\"",
        qualified="/* id /* line */ */ lineitem.id -- date\n  > '--' || \"/* */\"",
        widened="/* id /* line */ */ CAST(id AS DECIMAL(19, 0)) -- date\n  > '--' || \"/* */\"",
        bare="id > '--' || \"/* */\"",
    ),
    # Functions, units, aliases, fields
    Case(
        text="count(count) > date(date)",
        reads="count date",
        renamed="count(n) > date(`order`)",
        qualified="count(lineitem.count) > date(lineitem.date)",
        tolerant="count(count) > try_cast(date AS DATE)",
        widened="count(CAST(count AS DECIMAL(19, 0))) > date(date)",
    ),
    Case(
        text="datediff(date, DATE '2020-01-01') + datediff(DAY, date, day)",
        reads="date day",
        renamed="datediff(`order`, DATE '2020-01-01') + datediff(DAY, `order`, day)",
        qualified="datediff(lineitem.date, DATE '2020-01-01') + datediff(DAY, lineitem.date, day)",
    ),
    Case(
        text="line.line + line + LINE.count + header.line",
        reads="line count",
        renamed="line.`a = b` + `a = b` + LINE.n + header.line",
        qualified="line.line + lineitem.line + LINE.count + header.line",
        widened="line.line + line + CAST(LINE.count AS DECIMAL(19, 0)) + header.line",
    ),
    Case(
        text="address.line > line.address.id AND addresses[0].count = (struct(id)).id",
        reads="address addresses id",
        renamed="address.line > line.address.id AND addresses[0].count = (struct(key)).id",
        qualified="lineitem.address.line > line.address.id AND addresses[0].count"
        " = (struct(lineitem.id)).id",
        widened="address.line > line.address.id AND addresses[0].count"
        " = (struct(CAST(id AS DECIMAL(19, 0)))).id",
    ),
    Case(
        text="line.`a = b` >= `a = b` AND x.`y``z` = 1",
        reads="a = b;x",
        renamed="line.`a = b` >= `c` AND x.`y``z` = 1",
        qualified="line.`a = b` >= lineitem.`a = b` AND x.`y``z` = 1",
    ),
    Case(
        text="extract(YEAR FROM date) = year"
        " AND trim(BOTH line FROM substring(x FROM 2 FOR 3)) = ''",
        reads="date year line x",
        renamed="extract(YEAR FROM `order`) = year"
        " AND trim(BOTH `a = b` FROM substring(x FROM 2 FOR 3)) = ''",
        qualified="extract(YEAR FROM lineitem.date) = year"
        " AND trim(BOTH lineitem.line FROM substring(x FROM 2 FOR 3)) = ''",
    ),
    Case(
        text="map['id'] = make_interval(days => id) AND date:line.count[0] IS NOT NULL",
        reads="map id date",
        renamed="map['id'] = make_interval(days => key) AND `order`:line.count[0] IS NOT NULL",
        qualified="lineitem.`map`['id'] = make_interval(days => lineitem.id)"
        " AND lineitem.date:line.count[0] IS NOT NULL",
        widened="map['id'] = make_interval(days => CAST(id AS DECIMAL(19, 0)))"
        " AND date:line.count[0] IS NOT NULL",
    ),
    Case(
        text="exists(items, line -> line.count > id) AND"
        " aggregate(x, 0, (count, ID) -> count + id) > count",
        reads="items id x count",
        renamed="exists(items, line -> line.count > key) AND"
        " aggregate(x, 0, (count, ID) -> count + id) > n",
        qualified="exists(items, line -> line.count > lineitem.id) AND"
        " aggregate(x, 0, (count, ID) -> count + id) > lineitem.count",
        widened="exists(items, line -> line.count > CAST(id AS DECIMAL(19, 0))) AND"
        " aggregate(x, 0, (count, ID) -> count + id) > CAST(count AS DECIMAL(19, 0))",
    ),
    Case(
        text="exists(x, day -> datediff(day, a, b) > 1)",
        reads="x a b",
    ),
    Case(
        text="struct(x AS date, id).date IS NOT DISTINCT FROM named_struct('date', rows)",
        reads="x id rows",
        renamed="struct(x AS date, key).date IS NOT DISTINCT FROM named_struct('date', rows)",
        qualified="struct(x AS date, lineitem.id).date IS NOT DISTINCT FROM"
        " named_struct('date', lineitem.rows)",
        widened="struct(x AS date, CAST(id AS DECIMAL(19, 0))).date IS NOT DISTINCT FROM"
        " named_struct('date', rows)",
    ),
    Case(
        text="CASE WHEN (id > 1) THEN (date) ELSE line END > CASE (x) WHEN 1 THEN count END",
        reads="id date line x count",
        renamed="CASE WHEN (key > 1) THEN (`order`) ELSE `a = b` END > CASE (x) WHEN 1 THEN n END",
        qualified="CASE WHEN (lineitem.id > 1) THEN (lineitem.date) ELSE lineitem.line END"
        " > CASE (x) WHEN 1 THEN lineitem.count END",
        widened="CASE WHEN (CAST(id AS DECIMAL(19, 0)) > 1) THEN (date) ELSE line END"
        " > CASE (x) WHEN 1 THEN CAST(count AS DECIMAL(19, 0)) END",
    ),
    Case(
        text="sum(x) OVER (PARTITION BY date ORDER BY day DESC NULLS LAST"
        " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
        reads="x date day",
        renamed="sum(x) OVER (PARTITION BY `order` ORDER BY day DESC NULLS LAST"
        " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
        qualified="sum(x) OVER (PARTITION BY lineitem.date ORDER BY day DESC NULLS LAST"
        " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
    ),
    # What a map of columns is asked for
    Case(
        text="NOT map_contains_key(_uncast, 'amount') AND _uncast['id'] IS NULL"
        " AND element_at(_uncast, \"amount\") <> 'amount'",
        reads="_uncast",
        renamed="NOT map_contains_key(_uncast, 'net') AND _uncast['key'] IS NULL"
        " AND element_at(_uncast, 'net') <> 'amount'",
        qualified="NOT map_contains_key(lineitem._uncast, 'amount')"
        " AND lineitem._uncast['id'] IS NULL"
        " AND element_at(lineitem._uncast, \"amount\") <> 'amount'",
        tolerant="NOT map_contains_key(_uncast, 'amount') AND _uncast['id'] IS NULL"
        " AND try_element_at(_uncast, \"amount\") <> 'amount'",
    ),
    # Casts
    Case(
        text="CAST(date AS date) = x::ARRAY<STRUCT<date: INT>> AND y?::decimal(9, 2) > 0",
        reads="date x y",
        renamed="CAST(`order` AS date) = x::ARRAY<STRUCT<date: INT>> AND y?::decimal(9, 2) > 0",
        qualified="CAST(lineitem.date AS date) = x::ARRAY<STRUCT<date: INT>>"
        " AND y?::decimal(9, 2) > 0",
        tolerant="try_cast(date AS date) = try_cast(x AS ARRAY<STRUCT<date: INT>>)"
        " AND try_cast(y AS decimal(9, 2)) > 0",
        casts=True,
    ),
    Case(
        text="int(x::string)::bigint > year(to_date(y, 'yyyy')) + try_cast(z AS INT)",
        reads="x y z",
        tolerant="try_cast(try_cast(try_cast(x AS string) AS INT) AS bigint)"
        " > year(CAST(try_to_timestamp(y, 'yyyy') AS DATE)) + try_cast(z AS INT)",
        casts=True,
    ),
    # Divisions
    Case(
        text="id / (x - y) * 100 / 2 % -3",
        reads="id x y",
        renamed="key / (x - y) * 100 / 2 % -3",
        qualified="lineitem.id / (x - y) * 100 / 2 % -3",
        guarded="id / nullif((x - y), 0) * 100 / 2 % -3",
        widened="CAST(id AS DECIMAL(19, 0)) / (x - y) * 100 / 2 % -3",
    ),
    Case(
        text="x/-y[0].z DIV CASE WHEN a THEN b END / f(c / d) / nullif(e, 0) / nullif(g, 1)",
        reads="x y a b c d e g",
        guarded="x/nullif(-y[0].z, 0) DIV nullif(CASE WHEN a THEN b END, 0)"
        " / nullif(f(c / nullif(d, 0)), 0) / nullif(e, 0) / nullif(nullif(g, 1), 0)",
    ),
    Case(
        text="mod(x, y) + pmod(x, y::int) + mod(x, 2) / 0.0 + 'a / b'",
        reads="x y",
        guarded="try_mod(x, y) + pmod(x, nullif(y::int, 0)) + mod(x, 2) / nullif(0.0, 0) + 'a / b'",
        tolerant="try_mod(x, y) + pmod(x, try_cast(y AS int)) + try_mod(x, 2) / 0.0 + 'a / b'",
        casts=True,
    ),
]
BY_TEXT = pytest.mark.parametrize("case", CASES, ids=lambda case: case.text[:40])


def reads_of(case: Case) -> list[str]:
    return case.reads.split(";" if ";" in case.reads else None)


@BY_TEXT
def test_columns(case: Case) -> None:
    assert sql.columns(case.text, ROWS) == reads_of(case)


@BY_TEXT
def test_reads(case: Case) -> None:
    read = {name.lower() for name in reads_of(case)}
    for name in {*QUALIFIED, *read, *case.text.split()}:
        assert sql.reads(case.text, name.upper(), ROWS) == (name.lower() in read), name


@BY_TEXT
def test_rename(case: Case) -> None:
    assert sql.rename(case.text, NAMES, rows=ROWS, maps=MAPS) == (case.renamed or case.text)
    assert sql.rename(case.text, {}, rows={"line": {}}, maps=MAPS) == case.text


@BY_TEXT
def test_qualify(case: Case) -> None:
    qualified = sql.qualify(case.text, QUALIFIED, "lineitem", ROWS)
    assert qualified == (case.qualified or case.text)
    assert sql.qualify(qualified, QUALIFIED, "lineitem", [*ROWS, "lineitem"]) == qualified
    assert sql.qualify(case.text, [], "lineitem", ROWS) == case.text


@BY_TEXT
def test_requalify(case: Case) -> None:
    assert sql.requalify(case.text, {}) == case.text
    moved = sql.requalify(case.text, {row: f"{row}_row" for row in ROWS})
    assert sql.columns(moved, [f"{row}_row" for row in ROWS]) == reads_of(case)
    assert not {alias.lower() for alias, _ in sql.mentioned(moved)} & set(ROWS)


@BY_TEXT
def test_mentioned(case: Case) -> None:
    qualified = sql.qualify(case.text, reads_of(case), "lineitem", ROWS)
    names = [
        name for alias, name in sql.mentioned(qualified) if alias.lower() in (*ROWS, "lineitem")
    ]
    assert {name.lower() for name in names} == {name.lower() for name in reads_of(case)}


@BY_TEXT
def test_map_columns(case: Case) -> None:
    names = [name.upper() for name in reads_of(case)]
    assert sql.map_columns(case.text, names, str, ROWS) == case.text
    assert sql.map_columns(case.text, [], lambda _: "", ROWS) == case.text
    marked = sql.map_columns(case.text, names, lambda text: f"abs({text})", ROWS)
    assert sql.columns(marked, ROWS) == reads_of(case)
    assert marked.count("abs(") >= len(names)


@BY_TEXT
def test_guard_divisions(case: Case) -> None:
    guarded = sql.guard_divisions(case.text)
    assert guarded == (case.guarded or case.text)
    assert sql.guard_divisions(guarded) == guarded


@BY_TEXT
def test_divides(case: Case) -> None:
    assert sql.divides(case.text) == bool(case.guarded)
    assert not sql.divides(sql.guard_divisions(case.text))


@pytest.mark.parametrize(
    "call",
    [
        "sum(a) OVER w",
        "sum(a) OVER (PARTITION BY c)",
        "first_value(a) IGNORE NULLS",
        "first_value(a) RESPECT NULLS OVER w",
        "sum(a) FILTER (WHERE c > 0)",
        "listagg(a) WITHIN GROUP (ORDER BY c)",
    ],
)
def test_a_division_behind_the_clauses_of_a_call_is_one(call: str) -> None:
    assert not sql.divides(call)
    assert sql.divides(f"{call} / b")
    assert sql.guard_divisions(f"{call} / b") == f"{call} / nullif(b, 0)"


@BY_TEXT
def test_tolerate_casts(case: Case) -> None:
    tolerant = sql.tolerate_casts(case.text)
    assert tolerant == (case.tolerant or case.text)
    assert sql.columns(tolerant, ROWS) == reads_of(case)


@BY_TEXT
def test_casts(case: Case) -> None:
    assert sql.casts(case.text) == case.casts


@BY_TEXT
def test_replace_cast(case: Case) -> None:
    assert sql.replace_cast(case.text, "double", "int") == case.text
    replaced = sql.replace_cast(case.text, "INT", "decimal(38,0)")
    assert sql.columns(replaced, ROWS) == reads_of(case)
    assert replaced.count("DECIMAL(38, 0)") == sum(
        case.text.count(cast) for cast in ("::int", "AS INT)")
    )


@BY_TEXT
def test_widen_integers(case: Case) -> None:
    assert sql.widen_integers(case.text, INTEGERS, ROWS) == (case.widened or case.text)


@BY_TEXT
def test_comments_are_left_out(case: Case) -> None:
    bare = case.bare or case.text
    assert without_comments(case.text) == bare
    assert sql.columns(bare, ROWS) == reads_of(case)
    if " f(" not in case.text:
        assert sql.check_expression(case.text) == bare
        assert sql.is_not_true(case.text) == f"NOT coalesce(({bare}), false)"


@BY_TEXT
def test_what_is_changed_can_be_read_again(case: Case) -> None:
    for changed in (case.renamed, case.qualified, case.guarded, case.tolerant, case.widened):
        if changed and " f(" not in changed and "(f(" not in changed:
            sql.check_expression(changed)


@BY_TEXT
def test_tokens_keep_their_places(case: Case) -> None:
    for token in tokens(case.text):
        assert case.text[token.start : token.end] == token.text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("(.5)", "( .5 )"),
        ("a.5", "a . 5"),
        ("`a`.5", "`a` . 5"),
        ("a[0].5", "a [ 0 ] . 5"),
        ("(x).5", "( x ) . 5"),
        ("x..5", "x . .5"),
    ],
)
def test_a_point_begins_a_number_where_it_asks_for_no_field(text: str, found: str) -> None:
    assert [token.text for token in tokens(text)] == found.split()


@BY_TEXT
def test_plain_name(case: Case) -> None:
    assert sql.plain_name(case.text) == ()
    for name in reads_of(case):
        assert sql.plain_name(f" line . {quote_identifier(name)} -- it") == ("line", name)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("day <= CURRENT_DATE", True),
        ("day <= current_date() - INTERVAL 1 DAY", True),
        ("at < Now ( )", True),
        ("at < TIMESTAMP ' Now '", True),
        ("rand() < 0.5", True),
        ("`current_date` > day", False),
        ("now > 1 AND random IS NULL AND date = 'today'", False),
        ("day <= date '2020-01-01' -- current_date", False),
    ],
)
def test_asks_time(text: str, asks: bool) -> None:
    assert sql.asks_time(text) == asks


@given(st.lists(st.text(min_size=1), min_size=1, max_size=3))
def test_name_parts(parts: list[str]) -> None:
    assert sql.name_parts(".".join(map(quote_identifier, parts))) == tuple(parts)
    plain = [part.replace(".", "").strip("`") or "a" for part in parts]
    assert sql.name_parts(".".join(f"{part}!" for part in plain)) == tuple(f"{p}!" for p in plain)


def test_every_function_that_reads_sql_is_held_to_the_table() -> None:
    writes = {"aliased", "all_of", "column", "date_key", "family", "is_same_number", "name"}
    writes |= {"dotted", "string", "type_name"}
    tested = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    together = {"check_expression", "is_not_true"}
    assert set(sql.__all__) - writes - together <= tested


# ── Names and texts of any kind ──────────────────────────────────────────────────────────────

ANY_NAME = st.one_of(
    st.text(min_size=1, max_size=40),
    st.text(st.characters(min_codepoint=0x80), min_size=1, max_size=255),
    st.text("`'\"\\-/*$. a", min_size=1, max_size=12),
    st.sampled_from([*sorted(RESERVED), "date", "DATE", "count", "n" * 255, "1a", "a.b", "`"]),
)


@given(name=ANY_NAME, new=ANY_NAME, text=ANY_NAME)
def test_any_name_is_found_renamed_and_qualified(name: str, new: str, text: str) -> None:
    literal = sql.string(text)
    made = f"abs({sql.name(name)}) > 0 AND {literal} <> line.{sql.name(name)} -- {name!r}"
    assert sql.columns(made, ["line"]) == [name]
    assert sql.reads(made, name, ["line"])
    renamed = sql.rename(made, {name: new}, rows={"line": {name: new}})
    assert sql.columns(renamed, ["line"]) == [new]
    assert literal in renamed
    assert sql.rename(renamed, {new: name}, rows={"line": {new: name}}).startswith("abs(")
    assert sql.mentioned(sql.qualify(made, [name], "x", ["line"])) == [("x", name), ("line", name)]
    assert sql.plain_name(sql.name(name)) == (name,)


def test_a_word_that_means_something_is_written_as_a_name_in_backticks() -> None:
    assert BETWEEN | VALUES | QUERIES | {"case", "interval"} < RESERVED


@given(name=ANY_NAME, text=ANY_NAME)
def test_any_name_and_text_pass_as_one_expression(name: str, text: str) -> None:
    made = f"{sql.name(name)} <> {sql.string(text)} /* ' */"
    if "${" in name:
        with pytest.raises(MedallionError, match="is replaced"):
            sql.check_expression(made)
        return
    assert sql.check_expression(made) == made.removesuffix(" /* ' */")


@given(text=ANY_NAME, old=ANY_NAME)
def test_what_a_map_is_asked_for_follows_any_name(text: str, old: str) -> None:
    asked = f"_uncast[{sql.string(old)}] <> {sql.string(text)} AND m[{sql.string(old)}]"
    renamed = sql.rename(asked, {old: "new"}, maps=["_uncast"])
    assert renamed == asked.replace(f"_uncast[{sql.string(old)}]", "_uncast['new']", 1)


# ── What is no expression ────────────────────────────────────────────────────────────────────

REFUSED = {
    "": "empty",
    " -- only a comment": "empty",
    "a, b": "comma",
    "a AS b": "AS",
    "a b": "operator is missing",
    "a date '2020-01-01'": "operator is missing",
    "a nulls > 1": "operator is missing",
    "a (b)": "calls a",
    "a; DROP TABLE x": "; has no place",
    "a) OR (b": "brackets do not match",
    "(a": "brackets do not match",
    "[a)": "brackets do not match",
    "CASE WHEN a THEN b": "END is missing",
    "a / )": "brackets do not match",
    "'x": "not closed",
    "`x": "not closed",
    "a /* x": "not closed",
    "id IN (SELECT 1)": "query: SELECT",
    "exists (TABLE t)": "query: TABLE",
    "exists(FROM t)": "table: FROM",
    "(VALUES (1))": "query: VALUES",
    "(MAP a USING 'sh')": "query: USING",
    "(REDUCE a USING 'sh')": "query: USING",
    "trim(x FROM (TABLE t))": "query: TABLE",
    "substring(FROM t)": "table: FROM",
    "a IN (WITH c AS (FROM t) FROM c)": "query: WITH",
    "secret('a', 'b')": "calls secret",
    "SECRET/**/ ('a', 'b')": "calls secret",
    "`try_secret`('a', 'b')": "calls try_secret",
    "ai_query('m', x)": "calls ai_query",
    "http_request(conn => 'x')": "calls http_request",
    "java_method('java.lang.System', 'getenv')": "calls java_method",
    "reflect('java.lang.System', 'getenv')": "calls reflect",
    "read_files('x')": "calls read_files",
    "remote_query('x')": "calls remote_query",
    "from_avro(a, 'b')": "calls from_avro",
    "explode(x)": "calls explode",
    "my_function(x)": "calls my_function",
    "main.default.f(x)": "calls f of a catalog",
    "system.builtin.secret('a', 'b')": "calls secret of a catalog",
    "IDENTIFIER('secret')('a', 'b')": "calls identifier",
    "abs(x)(y)": "calls what a bracket gives",
    "placing(x)": "calls placing",
    "a = then(x)": "calls then",
    "(distinct(x))": "calls distinct",
    "all(x)": "calls all",
    "sum(x) OVER (PARTITION BY rows(x))": "calls rows",
    "struct(x AS secret('a'))": "calls secret",
    "a::varchar(secret('x'))": "')' is missing",
    "CAST(a AS secret('x'))": "not a type",
    "varchar(x)": "calls varchar",
    "a = :p": "parameter",
    "a = ?": "? has no place",
    "a = ?::int": "parameter",
    "'${env:HOME}' = x": "is replaced",
    "x = {b}": "{ has no place",
    "@x": "@ has no place",
    "a |> b": "|> has no place",
    "é > 1": "backticks",
    "a\x00b": "backticks",
    "1a > 2": "backticks",
    "n'x' = a": "letter before its quotes",
    "a\u00a0> 1": "not a blank",
    "{# x #} a": "not a comment",
    "a -- \\\n > 1": "not a comment",
    "*": "many columns",
    "line.*": "many columns",
    "(" * 99 + "a" + ")" * 99: "too deep",
    "a" * 10_001: "longer than",
}


@pytest.mark.parametrize(("text", "says"), REFUSED.items(), ids=lambda text: str(text)[:40])
def test_what_is_no_expression_is_refused(text: str, says: str) -> None:
    for check in (sql.check_expression, sql.is_not_true):
        with pytest.raises(MedallionError) as raised:
            check(text)
        assert raised.value.code == "EXPRESSION_INVALID"
        assert says in raised.value.message


MARKS = "aé1()[],.<>=!+*%-/|:?@#&^~;'{}"
OTHERS = "B_1 12. 1.5 .5 1e5 1L 's' '' '\\n' `q` `a``b` r X'1F' -> => <=> :: as DATE -- --it"
PARTS = st.sampled_from([*MARKS, *OTHERS.split(), '"d"'])


@given(st.lists(st.one_of(PARTS, st.sampled_from([" ", "\n", "\t", "\r"])), max_size=12))
def test_plain_text_has_the_tokens_that_the_tokenizer_finds(parts: list[str]) -> None:
    text = "".join(parts)
    with suppress(MedallionError):
        assert tokens(text) == tokens(f"{text} /* by the tokenizer */")


WORDS = [" IN ", " OVER ", " AS ", " END ", "CASE "]
PLAIN = "a.b a.fun( B_1.c2 a. .b c f( ( ) , 1 1.5 .5 * + - -- -> => < = cast( a.1b é.b `q`.b 'a.b'"


@example(["a.fun(", "a.b", ")"])
@given(st.lists(st.sampled_from([*PLAIN.split(), *WORDS, " ", "\n"]), max_size=9))
def test_plain_text_mentions_what_its_reader_finds(parts: list[str]) -> None:
    text = "".join(parts)
    with suppress(MedallionError):
        sql.check_expression(text)
        assert sql.mentioned(text) == sql.mentioned(f"{text} /* by the reader */")


@given(st.text("ab'\"`\\-/*\n ()[],.:>{#$1", max_size=20))
def test_no_text_breaks_a_reader(text: str) -> None:
    sql.columns(text)
    sql.guard_divisions(text)
    sql.divides(text)
    assert sql.rename(text, {}) == text
    try:
        checked = sql.check_expression(text)
    except MedallionError:
        return
    assert sql.check_expression(checked) == checked
