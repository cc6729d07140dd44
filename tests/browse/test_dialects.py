"""How text files are written, told from their bytes: a table of files, and any table at all."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.csv_dialects import Description, MadeFile, descriptions, write
from bench.files import measure
from medallion_core.browse.dialects import Dialect, Sample, read_dialect
from medallion_core.browse.dialects.encodings import Encoding, find_encoding


def dialect_of(text: str) -> Dialect:
    return read_dialect(Sample("a.csv", (text.encode(),))).dialect


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("id,name\n1,a\n2,b\n", {"header": "true", "escape": '"'}),
        ("id;name\n1;a\n2;b\n", {"header": "true", "delimiter": ";", "escape": '"'}),
        ("id\tname\n1\ta\n", {"header": "true", "delimiter": "\t", "escape": '"'}),
        ("id||name\n1||a\n", {"header": "true", "delimiter": "||", "escape": '"'}),
        ("1,a\n2,b\n", {"header": "false", "escape": '"'}),
        ("a,a\nb,c\n", {"header": "false", "escape": '"'}),
        ("", {"header": "false", "escape": '"'}),
        (
            'id,note\n1,"two\nlines"\n2,x\n',
            {"header": "true", "escape": '"', "multiLine": "true"},
        ),
        ('id,note\n1,"a \\"b\\", c"\n2,"d"\n', {"header": "true"}),
        ("id,note\n1,'a, b'\n2,'it''s'\n", {"header": "true", "quote": "'", "escape": "'"}),
        ("id,note\n1,a\n2,'\n", {"header": "true", "escape": '"'}),
        ("# made by x\nid,n\n1,2\n# end\n3,4\n", {"header": "true", "escape": '"', "comment": "#"}),
        (
            "Spend over 500\n\nid,supplier,amount\n1,a,2\n2,b,3\n",
            {"header": "true", "escape": '"', "skipRows": "2"},
        ),
        (
            "Spend,,\n,,\nid,supplier,amount\n1,a,2\n2,b,3\n",
            {"header": "true", "escape": '"', "skipRows": "2"},
        ),
        (
            'id, note\n1, "a, b"\n2, "c"\n',
            {
                "header": "true",
                "escape": '"',
                "ignoreLeadingWhiteSpace": "true",
                "ignoreTrailingWhiteSpace": "true",
            },
        ),
    ],
)
def test_how_csv_is_read(text: str, options: dict[str, str]) -> None:
    assert dialect_of(text).options() == options


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("Country,Code,2021,2022\nAruba,ABW,106537,106445\n", True),
        ("Region,2024-01,2024-02\nNorth,1,2\nSouth,2,4\n", True),
        ("North,2024-01-31,2024-02-01\nSouth,2024-01-30,2024-02-02\n", False),
        (",city,visits\n0,Oslo,7\n1,Rome,5\n", True),
        ("refund_id,order_id,amount\n", True),
        ("2021,106537\n2022,106445\n", False),
        ("2024-01-31,5\n2024-02-01,7\n", False),
        ("Oslo,Norway\nRome,Italy\nOslo,Norway\n", False),
        ("id,name\n1,Ann\nid,name\n2,Bob\n", True),
        ("first name,last name\nAnn,Lee\nBob,Smith\n", True),
    ],
)
def test_whether_the_first_line_holds_names(text: str, header: bool) -> None:
    assert dialect_of(text).header is header


def test_a_first_row_that_goes_on_in_the_next_line_is_no_title() -> None:
    rows = b"0|2024-01-10||'two\nlines'||\n1|2024-01-11||||\n2|2024-01-12||||\n"
    assert read_dialect(Sample("a.csv", (rows,))).dialect.skip_rows == 0
    titled = read_dialect(Sample("a.csv", (b"A report\n\n" + rows,))).dialect
    assert titled.skip_rows == 2


def test_a_line_of_totals_is_told_of() -> None:
    reading = read_dialect(Sample("a.csv", (b"id,who,amount\n1,a,2.50\n2,b,3.50\nTotal,,6.00\n",)))
    assert reading.totals == ("Total,,6.00",)
    assert reading.total_rows == ((("id", "Total"), ("who", ""), ("amount", "6.00")),)
    short = read_dialect(Sample("a.csv", (b"id,who,amount\n1,a,2.50\n2,b,3.50\nTotal\n",)))
    assert short.total_rows == ((("id", "Total"), ("who", ""), ("amount", "")),)


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("id,who,amount\n1,a,2.50\nid,who,amount\n2,b,3.50\n", True),
        ("\nid,who,amount\n1,a,2.50\nid,who,amount\n2,b,3.50\n", True),
        ("id,who,amount\n1,a,2.50\n2,b,3.50\n", False),
        ("1,a\n1,a\n2,b\n", False),
    ],
)
def test_a_header_among_the_rows_is_told_of(text: str, again: bool) -> None:
    reading = read_dialect(Sample("a.csv", (text.encode(),)))
    assert reading.header_again is again
    names = (("id", "id"), ("who", "who"), ("amount", "amount"))
    assert reading.total_rows == ((names,) if again else ())


def test_names_among_rows_of_words_are_asked_about() -> None:
    reading = read_dialect(Sample("a.csv", (b"name,city\nann,york\nname,city\nbob,bath\n",)))
    assert "holds names" in " ".join(reading.doubts)


def test_two_ways_of_telling_values_apart_are_asked() -> None:
    reading = read_dialect(Sample("a.csv", (b"a,b;c\n1,x;y\n2,z;w\n",)))
    assert reading.doubts


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"plain", Encoding("")),
        ("Zoë".encode(), Encoding("UTF-8")),
        ("Zoë".encode("utf-8-sig"), Encoding("UTF-8")),
        ("Zoë".encode("latin-1"), Encoding("ISO-8859-1")),
        ("Zoë 5 €".encode("cp1252"), Encoding("windows-1252")),
        ("id,Zoë\n".encode("utf-16"), Encoding("UTF-16LE")),
        ("id,Zoë\n".encode("utf-16-be"), Encoding("UTF-16BE")),
        ("Zoë\n".encode() + "Zoë\n".encode("latin-1"), Encoding("ISO-8859-1", mixed=True)),
        ("Москва, Казань; Пермь и другие города\n".encode("koi8-r") * 9, Encoding("KOI8-R")),
        ("Москва, Казань; Пермь и другие города\n".encode("cp1251") * 9, Encoding("windows-1251")),
    ],
)
def test_which_encoding_a_text_is_in(content: bytes, encoding: Encoding) -> None:
    assert find_encoding([content]) == encoding


def test_what_could_be_in_two_encodings_is_not_sure() -> None:
    assert not find_encoding(["Győr, tűző\n".encode("cp1250") * 9]).sure


def test_a_mark_that_begins_a_value_and_ends_none_is_no_quote() -> None:
    assert dialect_of('id|size\n1|\n2|"\n').quote == ""
    assert dialect_of('id|size\n1|\n2|"a"\n').quote == '"'


def test_a_line_break_far_behind_is_found() -> None:
    rows = "".join(f"{number},subject {number}\n" for number in range(2_000))
    text = f'id,subject\n{rows}2001,"two\nlines"\n'
    assert dialect_of(text).multi_line


def test_parts_of_a_big_file_are_read_from_whole_lines() -> None:
    text = "id;name\n" + "".join(f"{number};Zoë\n" for number in range(9_000))
    content = text.encode("cp1252")
    sample = Sample("a.csv", (content[:5_000], content[40_003:50_000], content[-4_001:]), False)
    reading = read_dialect(sample)
    assert (reading.dialect.delimiter, reading.encoding.name) == (";", "ISO-8859-1")
    assert reading.columns == ("id", "name")


# ── Any table in any dialect ─────────────────────────────────────────────────────────────────

_DICE = random.Random(11)
DIALECTS = [descriptions(_DICE) for _ in range(200)]
_LETTERS = "".join(map(chr, range(0x20, 0x7F))) + "äöüéèñçåøß"
_TEXT = st.text(_LETTERS, max_size=12).map(str.strip)
_VALUE = st.one_of(
    _TEXT,
    st.integers(-(10**6), 10**9).map(str),
    st.decimals(-1000, 1000, places=2).map(str),
    st.dates().map(str),
    st.sampled_from(["", "two\nlines", 'he said "no", twice', "a;b|c", "it's"]),
)


@st.composite
def made_files(draw: st.DrawFn) -> MadeFile:
    """A table with a number, a day and whatever else, in one of the dialects."""
    how: Description = draw(st.sampled_from(DIALECTS))
    width = draw(st.integers(1, 5))
    rows = [
        [str(number), f"2024-01-{number + 10}", *(draw(_VALUE) for _ in range(width))]
        for number in range(draw(st.integers(4, 12)))
    ]
    names = ["order_id", "ordered_on", *(f"column_{number}" for number in range(width))]
    return write("made.csv", names, rows, how)


@settings(max_examples=300, deadline=None)
@given(made_files())
def test_any_table_in_any_dialect_comes_back_or_is_asked(file: MadeFile) -> None:
    outcome = measure(file)
    assert outcome.equal == outcome.cells or outcome.asked


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("time,temp,hpa\ns,°C,hPa\n1,2.5,1001\n2,3.5,1002\n", ("s", "°C", "hPa")),
        ("id,who,amount\nint,varchar,decimal\n1,a,2.5\n2,b,3.5\n", ("int", "varchar", "decimal")),
        ("Person,,Score\nid,name,maths\n1,a,2\n2,b,3\n", ("id", "name", "maths")),
        ("id,who,amount\n1,a,n.k.\n2,b,3.5\n3,c,4.5\n", ()),
        ("id,who,amount\nint,varchar,decimal\n1,a,2.5\n", ()),
        ("id,who,amount\n1,a,2.5\n2,b,3.5\n3,c,4.5\n", ()),
    ],
)
def test_a_line_of_units_below_the_names_is_told_of(text: str, heading: tuple[str, ...]) -> None:
    reading = read_dialect(Sample("a.csv", (text.encode(),)))
    assert reading.heading == heading
    names = reading.columns
    assert reading.heading_rows == ((tuple(zip(names, heading, strict=True)),) if heading else ())


def test_what_is_at_fixed_places_is_asked_about() -> None:
    rows = "".join(f"{f'ST{n:03}':<8}{f'Name {n}':<20}{n * 1.5:>10.2f}\n" for n in range(1, 31))
    (doubt,) = (d for d in read_dialect(sample(rows)).doubts if "fixed places" in d)
    assert "fixed places" in doubt
    plain = "".join(f"ST{n:03} name{n} {n * 1.5:.2f}\n" for n in range(1, 31))
    assert not any("fixed places" in d for d in read_dialect(sample(plain)).doubts)


def test_rows_with_more_values_than_names_are_asked_about() -> None:
    rows = [f"{n},n{n},{n}.25" for n in range(1, 21)]
    assert read_dialect(sample("\n".join(["id,name,amount", *rows]))).doubts == ()
    rows[6] = "7,Smith, John,7.25"
    (doubt,) = read_dialect(sample("\n".join(["id,name,amount", *rows]))).doubts
    assert doubt.startswith("Of its first 20 rows, 1 has more values")


def test_a_quote_that_is_not_closed_is_told_of() -> None:
    rows = [f'{n},"t ""{n}"" x",{n}.5' for n in range(1, 101)]
    whole = "\n".join(["id,text,amount", *rows, '101,"two\nlines",1.5', '102,"""a"" b",1.5'])
    assert read_dialect(sample(whole)).doubts == ()
    rows[50] = '51,"never closed,1.5'
    [doubt] = read_dialect(sample("\n".join(["id,text,amount", *rows]))).doubts
    assert doubt == "A quote is not closed once, so that rows are read as one value."


def sample(text: str) -> Sample:
    return Sample("a.csv", (text.encode(),))
