"""CSV files made from dialect descriptions, with the table that each of them holds.

The words are those of https://www.w3.org/TR/tabular-data-model/#dialect-descriptions (delimiter,
quote character, doubled quotes, comment prefix, rows to skip, header, initial space, encoding).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

Table = list[list[str]]


@dataclass(frozen=True, slots=True)
class Description:
    """How a file is written. ``quoting``: minimal, all, text (all but numbers) or none."""

    delimiter: str = ","
    quote_char: str = '"'
    double_quote: bool = True
    quoting: str = "minimal"
    line_terminator: str = "\n"
    header: bool = True
    titles: tuple[str, ...] = ()
    comment_prefix: str = ""
    skip_initial_space: bool = False
    trailing_delimiter: bool = False
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class MadeFile:
    """``rows`` without the header; ``names`` are empty where the file has none."""

    name: str
    content: bytes
    names: list[str]
    rows: Table
    description: Description = field(default_factory=Description)


def write(name: str, names: list[str], rows: Table, how: Description) -> MadeFile:
    """The file that holds the table; values that the dialect cannot hold are made plain first."""
    rows = [[_fitted(value, how) for value in row] for row in rows]
    names = [_fitted(value, how) for value in names]
    lines = [*how.titles]
    if how.header:
        lines.append(_line(names, how))
    for number, row in enumerate(rows):
        if how.comment_prefix and number in (0, 5):
            lines.append(f"{how.comment_prefix} a remark, not a row; {number}")
        lines.append(_line(row, how))
    text = how.line_terminator.join([*lines, ""])
    if how.trailing_delimiter:
        rows, names = [[*row, ""] for row in rows], [*names, ""]
    return MadeFile(name, text.encode(how.encoding), names if how.header else [], rows, how)


def _line(row: list[str], how: Description) -> str:
    between = how.delimiter + (" " if how.skip_initial_space else "")
    end = how.delimiter if how.trailing_delimiter else ""
    return between.join(_value(value, how) for value in row) + end


def _fitted(value: str, how: Description) -> str:
    """Characters that the encoding lacks become others; without quotes, so do the marks."""
    value = value.encode(how.encoding, "ignore").decode(how.encoding)
    if how.quoting == "none" or not how.quote_char:
        for mark in (*how.delimiter, "\n", '"'):
            value = value.replace(mark, "." if mark != "\n" else " ")
    if how.comment_prefix and value.startswith(how.comment_prefix):
        value = value[1:]
    return value.strip() if how.skip_initial_space else value


def _value(value: str, how: Description) -> str:
    quote = how.quote_char
    if how.quoting == "none" or not quote:
        return value
    # A part of a long delimiter at the end of a value would be read as its beginning.
    risky = (*how.delimiter, "\n", "\r", quote) + (() if how.double_quote else ("\\",))
    needed = any(mark in value for mark in risky) or value != value.strip()
    wanted = how.quoting == "all" or (how.quoting == "text" and not _is_number(value))
    if not (needed or wanted):
        return value
    if how.double_quote:
        return quote + value.replace(quote, quote * 2) + quote
    escaped = value.replace("\\", "\\\\").replace(quote, "\\" + quote)
    return quote + escaped + quote


def _is_number(value: str) -> bool:
    return value.replace(".", "").replace("-", "").isdigit()


# ── What the files are about ─────────────────────────────────────────────────────────────────

_FIRST = ["Ann", "Bob", "José", "Zoë", "Jürgen", "Siân", "Mary Jane", "Łukasz", "Ola", "Noël"]
_LAST = ["Smith", "O'Brien", "Müller", "García", "Van der Berg", "Lee", "Żak", "Ødegård"]
_CITIES = ["Köln", "Oslo", "São Paulo", "Paris", "New York", "Málaga", "Zürich", "Leeds"]
_STATES = ["open", "closed"]
_NOTES = ["“well done”", "it’s great – really", "plain"]
_CYRILLIC = ["Москва", "Казань", "Нижний Новгород", "Пермь", "Самара", "Санкт-Петербург"]
_JAPANESE = ["東京都", "大阪府", "京都市", "札幌市", "名古屋市", "横浜市"]
_SAID = [
    "fine, thanks", 'he said "yes"', "two\nlines", "plain", "a; b; c", "it's ok", "5' 12\" pipe",
    "C:\\temp\\", "what? no!", "50% off | today", "see http://example.com/a,b?c=d", "tab\there",
    "", "all good here", "not, in the least, what I wanted", "1, 2, and 3",
]  # fmt: skip


def _money(dice: random.Random) -> str:
    return f"{dice.uniform(-50, 5000):.2f}"


def _day(dice: random.Random) -> str:
    return f"20{dice.randint(10, 25):02}-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"


def _time(dice: random.Random) -> str:
    return f"{dice.randint(5, 23):02}:{dice.randint(0, 59):02}"


def people(dice: random.Random) -> tuple[list[str], Table]:
    names = ["customer_id", "name", "city", "email", "joined", "balance"]
    return names, [
        [
            str(1000 + i), f"{dice.choice(_FIRST)} {dice.choice(_LAST)}", dice.choice(_CITIES),
            f"user{i}@example.com", _day(dice), _money(dice),
        ]
        for i in range(dice.randint(4, 60))
    ]  # fmt: skip


def reviews(dice: random.Random) -> tuple[list[str], Table]:
    return ["Review Id", "Comment", "Stars"], [
        [str(i), dice.choice(_SAID), str(dice.randint(1, 5))] for i in range(dice.randint(8, 80))
    ]


def tickets(dice: random.Random) -> tuple[list[str], Table]:
    return ["id", "subject", "body", "owner", "closed"], [
        [str(i), dice.choice(_SAID), dice.choice(_SAID), dice.choice(_FIRST), _day(dice)]
        for i in range(dice.randint(10, 60))
    ]


def readings(dice: random.Random) -> tuple[list[str], Table]:
    return ["sensor", "at", "temperature", "humidity"], [
        [f"S{dice.randint(1, 9)}", f"{_day(dice)} {_time(dice)}:00",
         f"{dice.uniform(-20, 40):.3f}", str(dice.randint(0, 100))]
        for _ in range(dice.randint(3, 90))
    ]  # fmt: skip


def numbers(dice: random.Random) -> tuple[list[str], Table]:
    width = dice.randint(2, 9)
    return [f"x{i}" for i in range(width)], [
        [f"{dice.gauss(0, 10):.4f}" for _ in range(width)] for _ in range(dice.randint(3, 60))
    ]


def codes(dice: random.Random) -> tuple[list[str], Table]:
    return ["cost_center", "zip", "iban", "qty"], [
        [f"{dice.randint(0, 999):05}", f"{dice.randint(501, 99999):05}",
         f"DE{dice.randint(10**19, 10**20 - 1)}", str(dice.randint(1, 50))]
        for _ in range(dice.randint(3, 60))
    ]  # fmt: skip


def years(dice: random.Random) -> tuple[list[str], Table]:
    first = dice.randint(1990, 2020)
    names = ["Country Name", "Country Code", *(str(first + i) for i in range(4))]
    countries = [("Aruba", "ABW"), ("Angola", "AGO"), ("Albania", "ALB"), ("Chad", "TCD")]
    return names, [
        [name, code, *(str(dice.randint(10**4, 10**8)) for _ in range(4))]
        for name, code in countries
    ]


def decimal_commas(dice: random.Random) -> tuple[list[str], Table]:
    def amount() -> str:
        whole = f"{dice.randint(0, 2_000_000):,}".replace(",", ".")
        return f"{whole},{dice.randint(0, 99):02}"

    return ["Beleg", "Kunde", "Betrag", "Datum"], [
        [str(i), dice.choice(_CITIES), amount(), f"{dice.randint(1, 28):02}.03.2024"]
        for i in range(1, dice.randint(5, 60))
    ]  # fmt: skip


def links(dice: random.Random) -> tuple[list[str], Table]:
    return ["page", "url", "seconds"], [
        [f"page {i}", f"https://example.com/{i}/?q=a%20b&x={dice.random():.4f}#top", "35"]
        for i in range(dice.randint(3, 50))
    ]  # fmt: skip


def words(dice: random.Random) -> tuple[list[str], Table]:
    return ["first name", "last name", "city", "status"], [
        [dice.choice(_FIRST), dice.choice(_LAST), dice.choice(_CITIES), dice.choice(_STATES)]
        for _ in range(dice.randint(4, 60))
    ]  # fmt: skip


def indexed(dice: random.Random) -> tuple[list[str], Table]:
    names, rows = people(dice)
    return ["", *names[1:]], [[str(i), *row[1:]] for i, row in enumerate(rows)]


def wide(dice: random.Random) -> tuple[list[str], Table]:
    return [f"measure_{i}" for i in range(60)], [
        [str(dice.randint(0, 999)) if dice.random() > 0.2 else "" for _ in range(60)]
        for _ in range(12)
    ]


def clock(dice: random.Random) -> tuple[list[str], Table]:
    return ["trip_id", "arrival_time", "departure_time", "stop_id"], [
        [f"T{i}", f"{_time(dice)}:00", f"{_time(dice)}:30", f"S{dice.randint(1, 40)}"]
        for i in range(dice.randint(3, 60))
    ]  # fmt: skip


def gaps(dice: random.Random) -> tuple[list[str], Table]:
    return ["obs_id", "species", "weight_g", "seen_on", "note"], [
        [str(i), "gull", dice.choice(["NA", "", f"{dice.uniform(80, 120):.1f}"]),
         dice.choice([_day(dice), "NA"]), dice.choice(["", "N/A", "ok"])]
        for i in range(dice.randint(5, 60))
    ]  # fmt: skip


def russian(dice: random.Random) -> tuple[list[str], Table]:
    return ["id", "город", "сумма"], [
        [str(i), dice.choice(_CYRILLIC), _money(dice)] for i in range(dice.randint(8, 60))
    ]


def japanese(dice: random.Random) -> tuple[list[str], Table]:
    return ["id", "都市", "price"], [
        [str(i), dice.choice(_JAPANESE), _money(dice)] for i in range(dice.randint(8, 60))
    ]


def euros(dice: random.Random) -> tuple[list[str], Table]:
    return ["donation_id", "donor", "note", "currency"], [
        [str(i), dice.choice(_FIRST), dice.choice(_NOTES), dice.choice(["€", "$"])]
        for i in range(dice.randint(8, 40))
    ]  # fmt: skip


TOPICS: tuple[Callable[[random.Random], tuple[list[str], Table]], ...] = (
    people, reviews, tickets, readings, numbers, codes, years, decimal_commas, links, words,
    indexed, wide, clock, gaps, euros,
)  # fmt: skip

_TITLES: tuple[tuple[str, ...], ...] = (
    ("Invoices over 250 paid in June",),
    ("Report of 2024-06-30", ""),
    ("City Council", "Spend over 500", "", "Source: finance department"),
)
_ENCODINGS = (
    "utf-8",
    "utf-8",
    "utf-8-sig",
    "cp1252",
    "latin-1",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
)


def descriptions(dice: random.Random) -> Description:
    """One of the dialects, the usual ones more often."""
    delimiter = dice.choice([",", ",", ",", ";", ";", "\t", "\t", "|", "^", "~", "||", "\x01"])
    quote = dice.choice(['"', '"', '"', '"', "'", ""])
    quoting = "none" if not quote else dice.choice(["minimal", "minimal", "all", "text"])
    rare = dice.random()
    return Description(
        delimiter,
        quote,
        double_quote=dice.random() > 0.2,
        quoting=quoting,
        line_terminator=dice.choice(["\n", "\n", "\r\n"]),
        header=dice.random() > 0.15,
        titles=dice.choice(_TITLES) if rare < 0.12 else (),
        comment_prefix="#" if 0.12 < rare < 0.2 else "",
        skip_initial_space=bool(quote) and delimiter in ",;" and 0.2 < rare < 0.28,
        trailing_delimiter=0.28 < rare < 0.33,
        encoding=dice.choice(_ENCODINGS),
    )


def corpus(count: int, seed: int = 7) -> list[MadeFile]:
    """``count`` files: topics and dialects by chance, the same each time."""
    dice = random.Random(seed)  # noqa: S311 - which examples, not a secret
    files = []
    for number in range(count):
        how, topic = descriptions(dice), TOPICS[number % len(TOPICS)]
        if number % 25 == 24:
            topic = russian
            how = _in(how, dice.choice(["cp1251", "koi8-r", "utf-8", "iso8859-5"]))
        elif number % 50 == 23:
            topic, how = japanese, _in(how, dice.choice(["shift_jis", "euc_jp", "utf-8"]))
        names, rows = topic(dice)
        files.append(write(f"{number:03}_{topic.__name__}.csv", names, rows, how))
    return files


def _in(how: Description, encoding: str) -> Description:
    fields = {name: getattr(how, name) for name in how.__slots__}
    return Description(**(fields | {"encoding": encoding}))
