"""Numbers that are written in another way than Spark casts: told from the forms of a profile."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from medallion_core.model import ColumnProfile
from medallion_core.propose.missing import missing_markers
from medallion_core.text.number_formats import NumberFormat, parse_number_format

SAFE_PRECISION, MOST_PRECISION = 18, 38
"""Digits of the decimal that text is read as: room for more than there is today."""

_FORM = re.compile(
    r"(?P<sign>[-+]? ?\(?)(?P<before>[^\d()+-]{0,6}?) ?[-+]?"
    r"(?P<body>9[9.,'’ \u00a0\u202f]*9|9|[.,]9+)(?P<last>-?) ?(?P<after>[^\d()+-]{0,6}?)\)?"
)
_BELOW_ONE = re.compile(r"[^0-9.,]*0([.,])[0-9]{3}[^0-9.,]*")
_PLAIN = (str(NumberFormat()), str(NumberFormat(".")))
_SYMBOLS = frozenset("$€£¥₹₽")
_CURRENCY_WORDS = """
    usd eur gbp chf jpy cny inr brl mxn cad aud nzd sek nok dkk pln czk huf ron rub try zar krw sgd
    hkd aed ils us$ r$ kr zł
"""
_UNIT_WORDS = """
    % mm cm km ft yd mi mg kg lb lbs oz ml cl gal ms sec min hr hrs kb mb gb tb kib mib gib kw mw
    kwh mwh hz khz mhz ghz °c °f pcs pc stk
"""
CURRENCIES = frozenset(_CURRENCY_WORDS.split())
UNITS = frozenset(_UNIT_WORDS.split())
"""Letters beside a number count only where they are these: S1 and 12A are codes, and 5M may be
millions."""

FEW_FRACTIONS, FEW_GROUPS = 0.2, 0.05
"""Up to these shares, values with another number of digits behind a mark, or with two marks, may be
faults: fractions end in all numbers of digits, thousands in three."""

_FEWEST_MIXED = 10
"""Rows with a mark before three digits, and none before fewer, that tell thousands from fractions
where numbers below 1000 have none."""


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """``pattern`` is a number format; ``share`` of the values, without those that are missing,
    are written so. ``other`` is a second way of reading them, where nothing tells which it is."""

    type: str
    pattern: str
    share: float
    other: WrittenNumber | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    before: str
    body: str
    after: str
    parentheses: bool
    sign_last: bool
    count: int


def written_numbers(profile: ColumnProfile, fraction: str = "") -> WrittenNumber | None:
    """How most texts of a column are written as numbers; None where they are no numbers, or such
    as Spark casts by itself. ``fraction`` is the mark before fractions in the rest of the table,
    where that is known."""
    found = _found(profile, fraction)
    return None if found is None or found.pattern in _PLAIN else found


def numbers_share(profile: ColumnProfile) -> float:
    """The share, 0 to 1, of the texts that are a number, whatever stands beside each of them."""
    missing = missing_markers(profile)
    forms = {str(f.value): f.count for f in profile.forms if str(f.value) not in missing}
    numbers = sum(count for form, count in forms.items() if _part(form, count))
    return numbers / sum(forms.values()) if forms else 0.0


def fraction_mark(profiles: Iterable[ColumnProfile]) -> str:
    """The mark before fractions where the columns that tell agree: who writes a table writes all
    its numbers in one way. Empty where none tells, or where it stands between thousands, too."""
    told = [number for profile in profiles if (number := _told_format(profile))]
    marks = {number.decimal for number in told} - {""}
    is_one = len(marks) == 1 and marks.isdisjoint(number.group for number in told)
    return marks.pop() if is_one else ""


def _told_format(profile: ColumnProfile) -> NumberFormat | None:
    """How a column is written for sure: a mark that comes twice is between thousands, one that
    comes once only seems to be."""
    found = _found(profile)
    if found is None or found.other or found.share < 1:
        return None
    number = parse_number_format(found.pattern)
    if number is None or number.decimal or not number.group:
        return number
    is_sure = any(str(form.value).count(number.group) > 1 for form in profile.forms)
    return number if is_sure else None


def _found(profile: ColumnProfile, fraction: str = "") -> WrittenNumber | None:
    missing = missing_markers(profile)
    forms = {str(f.value): f.count for f in profile.forms if str(f.value) not in missing}
    parts = [part for form, count in forms.items() if (part := _part(form, count))]
    if not parts:
        return None
    (before, after), _ = _most(parts)
    own = [part for part in parts if (part.before, part.after) == (before, after)]
    below_one = _marks_below_one(profile, is_bare=not (before or after))
    decimal, group, ambiguous = _marks(own, fraction, below_one)
    found = NumberFormat(
        decimal,
        group,
        before,
        f" {after}" if after.isalpha() else after,
        parentheses=any(part.parentheses for part in own),
        sign_last=any(part.sign_last for part in own),
    )
    written = _written(found, forms, own)
    if not ambiguous:
        return written
    other = replace(found, decimal=ambiguous, group="")
    return replace(written, other=_written(other, forms, own))


def _marks_below_one(profile: ColumnProfile, *, is_bare: bool) -> set[str]:
    """What stands behind the zero of a number below 1, which is no mark of thousands: as far as
    the values that are known tell."""
    known = (profile.minimum, profile.maximum, *(value.value for value in profile.frequent))
    texts = [str(value) for value in (*known, *profile.examples)]
    marks = {found[1] for text in texts if (found := _BELOW_ONE.fullmatch(text))}
    has_fraction = is_bare and profile.least is not None and 0 < abs(profile.least) < 1
    return marks | {"."} if has_fraction else marks


def _most(parts: Sequence[_Part]) -> tuple[tuple[str, str], int]:
    counts: Counter[tuple[str, str]] = Counter()
    for part in parts:
        counts[part.before, part.after] += part.count
    return counts.most_common(1)[0]


def _part(form: str, count: int) -> _Part | None:
    found = _FORM.fullmatch(form)
    if not found:
        return None
    before, after = found["before"].strip(), found["after"].strip()
    if not _is_known(before, CURRENCIES) or not _is_known(after, CURRENCIES | UNITS):
        return None
    opened = "(" in found["sign"]
    if opened is not form.endswith(")"):
        return None
    return _Part(
        before=before,
        body=found["body"],
        after=after,
        parentheses=opened,
        sign_last=bool(found["last"]),
        count=count,
    )


def _is_known(symbol: str, words: frozenset[str]) -> bool:
    return not symbol or symbol in _SYMBOLS or symbol.lower().rstrip(".") in words


def _marks(parts: Sequence[_Part], fraction: str, below_one: set[str]) -> tuple[str, str, str]:
    """What stands before the fraction, what between thousands, and what may be either: what the
    table's ``fraction`` does not tell, nor the marks ``below_one``."""
    seen: dict[str, Counter[str]] = {"fraction": Counter(), "group": Counter(), "either": Counter()}
    for part in parts:
        for mark, role in _roles(part.body).items():
            seen[role][mark] += part.count
    doubtful = _first(seen["either"])
    if doubtful and _says_little(seen, doubtful):
        return _told(doubtful, fraction, _own_fractions(seen, doubtful, below_one))
    decimal = _first(seen["fraction"])
    group = _first({m: n for m, n in seen["group"].items() if m != decimal})
    either = _first({m: n for m, n in seen["either"].items() if m not in (decimal, group)})
    if not either:
        return decimal, group, ""
    if decimal:
        return decimal, group or either, ""
    if group:
        return either, group, ""
    if fraction or either in below_one:
        return _told(either, fraction or either, below_one & {either})
    is_group = either == "," and _leaves_no_thousands(parts, seen["either"][either])
    return "", either, "" if is_group else either


def _own_fractions(seen: Mapping[str, Counter[str]], mark: str, below_one: set[str]) -> set[str]:
    """What stands before fractions by those few values of the column that tell."""
    other = {"," if mark == "." else "."} if seen["group"][mark] else set()
    return {*seen["fraction"]} | (below_one & {mark}) | other


def _told(mark: str, fraction: str, own: set[str]) -> tuple[str, str, str]:
    """``mark`` as what it is where ``fraction`` is known, and no value of its ``own`` column says
    otherwise; else between thousands, or either."""
    if not fraction or own - {fraction}:
        return "", mark, mark
    return (mark, "", "") if mark == fraction else ("", mark, "")


def _leaves_no_thousands(parts: Sequence[_Part], marked: int) -> bool:
    """Whether numbers without a mark lie below 1000, beside enough ``marked`` ones."""
    plain = [len(part.body) for part in parts if part.body.isdigit()]
    return bool(plain) and max(plain) < 4 and marked >= _FEWEST_MIXED


def _says_little(seen: Mapping[str, Counter[str]], mark: str) -> bool:
    """Whether the few values that tell what ``mark`` is may be faults among those that do not."""
    doubtful = seen["either"][mark]
    if seen["fraction"][mark]:
        return seen["fraction"][mark] < FEW_FRACTIONS * doubtful
    others = (count for other, count in seen["fraction"].items() if other != mark)
    told = max(seen["group"][mark], *others, 0)
    return 0 < told < FEW_GROUPS * doubtful


def _roles(body: str) -> dict[str, str]:
    """Of each mark of a number whether it is before a fraction, between thousands, or either."""
    marks = [mark for mark in body if mark != "9"]
    if not marks:
        return {}
    last = body.rpartition(marks[-1])[2]
    if len(set(marks)) > 1:
        return {marks[0]: "group", marks[-1]: "fraction"}
    if len(marks) > 1 or marks[0] not in ".,":
        return {marks[0]: "group"}
    first = body.partition(marks[0])[0]
    return {marks[0]: "either" if len(last) == 3 and 0 < len(first) < 4 else "fraction"}


def _first(counts: Mapping[str, int]) -> str:
    return max(counts, key=counts.__getitem__) if counts else ""


def _written(
    found: NumberFormat, forms: Mapping[str, int], parts: Sequence[_Part]
) -> WrittenNumber:
    scale = whole = 0
    for part in parts:
        head, mark, tail = part.body.rpartition(found.decimal) if found.decimal else ("", "", "")
        scale = max(scale, len(tail) if mark else 0)
        whole = max(whole, sum(digit == "9" for digit in (head if mark else part.body)))
    written = re.compile(found.regex(scale))
    fitting = sum(count for form, count in forms.items() if written.fullmatch(form))
    share = fitting / sum(forms.values())
    return WrittenNumber(_type(whole, scale + 2 * found.is_percent), str(found), share)


def _type(whole: int, scale: int) -> str:
    if not scale and whole < SAFE_PRECISION:
        return "bigint"
    precision = min(MOST_PRECISION, max(SAFE_PRECISION, whole + scale))
    return f"decimal({precision},{min(scale, precision)})"
