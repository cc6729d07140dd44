"""What is named as a number or a day and stays text is asked about, and so is what was rounded."""

from __future__ import annotations

import pytest

from medallion_core.model import Scalar, Settings
from medallion_core.propose import propose_design
from tests.propose.memory import Memory

WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
ROWS = range(1, 61)
DATES = ("2024-01-{0:02}", "{0:02}.01.2024", "01/{0:02}/2024", "Jan {0}, 2024")
CASES: dict[str, tuple[str, list[Scalar | None], str]] = {
    "dates in several writings": (
        "seen",
        [DATES[n % 4].format(13 + n % 15) for n in ROWS],
        "dates in several writings",
    ),
    "two currencies": ("fee", [f"{['USD', 'EUR'][n % 2]} {n}.00" for n in ROWS], "several"),
    "two units": ("girth", [f"{n} {'cm' if n % 2 else 'm'}" for n in ROWS], ""),
    "two known units": ("girth", [f"{n} {'cm' if n % 2 else 'mm'}" for n in ROWS], "several"),
    "per cent or none": ("cut", [f"{n}%" if n % 2 else f"{n}" for n in ROWS], "several"),
    "thousands and millions": ("amount", [f"{n}.5{'KM'[n % 2]}" for n in ROWS], "named as an am"),
    "to pay and paid": ("amount", [f"{n}.5 {'CD'[n % 2]}R" for n in ROWS], "named as an amount"),
    "a minus of its own": ("amount", [f"\N{MINUS SIGN}{n}.5" for n in ROWS], "named as an amount"),
    "other digits": ("amount", [f"{n}".translate(WIDE) for n in ROWS], "named as an amount"),
    "quoted": ("amount", [f'"{n}.5"' for n in ROWS], "named as an amount"),
    "days of another script": ("day", [f"2024年1月{n % 28 + 1}日" for n in ROWS], "named as a day"),
    "times of day": ("opens_at", [f"{n % 24}:30h" for n in ROWS], ""),
    "months in French": ("paru", [f"{n % 28 + 1} février 2024" for n in ROWS], "seem to be days"),
    "numbered days": ("issued", [f"{n % 17 + 4}th January 2024" for n in ROWS], "seem to be days"),
    "words with numbers": ("model", [f"{n} Maroon 20" for n in ROWS], ""),
    "a word for none": ("label", ["N/A" if n % 6 else f"x{n}" for n in ROWS], "'N/A', which stays"),
    "a word that may be one": ("label", ["none" if n % 6 else f"x{n}" for n in ROWS], ""),
    "case alone": ("status", [("Open", "OPEN", "done")[n % 3] for n in ROWS], "OPEN and Open"),
    "sizes of two sides": ("size", [f"{n}x{n + 1}" for n in ROWS], ""),
    "weeks": ("week", [f"2024-W{n % 52 + 1:02}" for n in ROWS], ""),
    "sizes": ("size", [("XS", "S", "M", "L")[n % 4] for n in ROWS], ""),
    "a power of ten": ("ean", [f"4.0063{n:02}E+12" for n in ROWS], "with a power of ten"),
    "a long number": ("ean", [f"40063813339{n:02}" for n in ROWS], ""),
    "a great floating number": ("tweet_id", [1.75e18 + 512.0 * n for n in ROWS], "became the same"),
    "a floating number": ("tweet_id", [float(n) for n in ROWS], ""),
}


@pytest.mark.parametrize("name", CASES)
def test_what_stays_text_or_was_rounded_is_asked(name: str) -> None:
    column, values, told = CASES[name]
    memory = Memory({"notes": {"note_id": [*ROWS], column: values}})
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    found = [q.detail for q in design.questions if column in f"{q.subject} {q.detail}"]
    assert len(found) == bool(told)
    assert told in "".join(found)
