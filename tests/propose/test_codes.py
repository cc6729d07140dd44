"""Any column of codes stays text: what a cast would change is a code, or it is asked."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from medallion_core.propose.written_numbers import CURRENCIES, UNITS
from tests.propose.test_types import field

KNOWN = CURRENCIES | UNITS
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DAY = re.compile(r"[0-9]{8}|[0-9]{1,4}([-./])[0-9]{1,2}\1[0-9]{1,4}")
PARTS = st.one_of(
    st.text(LETTERS, min_size=1, max_size=3),
    st.from_regex(r"[0-9]{1,5}", fullmatch=True),
    st.sampled_from(["-", ".", "/", " "]),
)


@st.composite
def code_columns(draw: st.DrawFn) -> list[str]:
    """Codes of one form: the same letters and marks around other digits."""
    form = draw(st.lists(PARTS, min_size=2, max_size=5))
    count = draw(st.integers(12, 30))
    return ["".join(_other_digits(part, number) for part in form) for number in range(count)]


def _other_digits(part: str, number: int) -> str:
    return f"{(int(part) + number * 7) % 10 ** len(part):0{len(part)}}" if part.isdigit() else part


@settings(max_examples=300, deadline=None)
@given(code_columns())
def test_codes_stay_text(codes: list[str]) -> None:
    found = field("reference", list(codes)).reading
    if found is None:
        return
    if found.type in ("date", "timestamp"):
        assert all(DAY.fullmatch(code) for code in codes), "what is no day is lost"
        return
    assert not any(re.match("0[0-9]", code) for code in codes), "zeros in front are lost"
    beside = {letter for code in codes for letter in code if letter in LETTERS}
    assert not beside or found.pattern.upper() != found.pattern.lower(), "letters are lost"
    words = re.findall("[A-Za-z]+", found.pattern)
    assert all(word.lower() in KNOWN for word in words), "letters that are no unit"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=12, max_size=40), st.integers(7, 12))
def test_padded_numbers_stay_text(numbers: list[int], width: int) -> None:
    assert field("reference", [f"{number:0{width}}" for number in numbers]).reading is None
