"""How numbers are written in text: ``1.234,56``, ``$1,001.50``, ``3.5%``, ``(4.00)``, ``4.00-``."""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass

from medallion_core.text import sql

_PATTERN = re.compile(r"(\()?([^#0()]*?)([#0](?:[#0.,'’ \u00a0\u202f]*[#0])?)([^#0()]*)(\))?")
_TYPE = re.compile(r"decimal\((\d+), ?(\d+)\)")
MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """``decimal`` and ``group`` are what stands before the fraction and between thousands, empty
    where nothing may. ``before`` and ``after`` stand around the number. ``parentheses`` and
    ``sign_last`` are other ways of writing that it is below zero."""

    decimal: str = ""
    group: str = ""
    before: str = ""
    after: str = ""
    _: KW_ONLY
    parentheses: bool = False
    sign_last: bool = False

    @property
    def is_percent(self) -> bool:
        return self.after.strip() == "%"

    def __str__(self) -> str:
        """As a pattern: ``#.##0,00 €``."""
        whole = f"#{self.group}##0" if self.group else "0"
        fraction = f"{self.decimal}00" if self.decimal else ""
        sign = "-" if self.sign_last else ""
        text = f"{self.before}{whole}{fraction}{sign}{self.after}"
        return f"({text})" if self.parentheses else text

    def regex(self, scale: int) -> str:
        """What is written so, with at most ``scale`` digits behind the point; its only group are
        the digits with their marks. Understood by Java and by Python alike."""
        group = f"[{self.group}]" if self.group else ""
        whole = f"[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]+" if group else "[0-9]+"
        mark = re.escape(self.decimal)
        fraction = f"(?:{mark}[0-9]{{0,{scale}}})?" if mark and scale else ""
        begin = f"{mark}[0-9]{{1,{scale}}}|" if mark and scale else ""
        number = f"({begin}(?:{whole}){fraction})"
        before, after = _literal(self.before), _literal(self.after)
        opened, closed = (r"\(?", r"\)?") if self.parentheses else ("", "")
        last = "-?" if self.sign_last else ""
        return f"^[-+]? ?{opened}{before}[-+]?{number}{last}{after}{closed}$"


def parse_number_format(pattern: str) -> NumberFormat | None:
    """The format that ``pattern`` is; None where it is none.

    >>> parse_number_format("#.##0,00 €")
    NumberFormat(decimal=',', group='.', before='', after=' €', parentheses=False, sign_last=False)
    >>> str(parse_number_format("(0.00)")), parse_number_format("dd.MM.yyyy")
    ('(0.00)', None)
    """
    found = _PATTERN.fullmatch(pattern.strip())
    if not found or bool(found[1]) != bool(found[5]):
        return None
    body = found[3]
    marks = [mark for mark in body if mark not in "#0"]
    group = marks[0] if marks and (len(set(marks)) > 1 or body.startswith("#")) else ""
    decimal = marks[-1] if marks and marks[-1] != group else ""
    if len(set(marks)) > 2 or decimal not in ("", ".", ","):
        return None
    after = found[4]
    last = after.startswith("-")
    return NumberFormat(
        decimal, group, found[2], after[last:], parentheses=bool(found[1]), sign_last=last
    )


def number_sql(value: str, number: NumberFormat, type_: str) -> str:
    """SQL that reads the text ``value`` as ``type_``; NULL for what is written in another way."""
    scale = _scale(number, type_)
    digits = f"regexp_extract({value}, {sql.string(number.regex(scale))}, 1)"
    if number.group:
        digits = f"replace({digits}, {sql.string(number.group)}, '')"
    if number.decimal == ",":
        digits = f"replace({digits}, ',', '.')"
    text = f"concat(IF({value} RLIKE '[-(]', '-', ''), {digits})"
    wanted = sql.type_name(type_)
    if number.is_percent:
        return f"try_cast(try_cast({text} AS DECIMAL(38, {scale})) / 100 AS {wanted})"
    return f"try_cast({text} AS {wanted})"


def _scale(number: NumberFormat, type_: str) -> int:
    """Digits behind the point of the text that ``type_`` holds without rounding."""
    found = _TYPE.fullmatch(type_)
    if not found:
        return MOST_DIGITS if type_ in ("double", "float") else 0
    return max(0, int(found[2]) - (2 if number.is_percent else 0))


def _literal(text: str) -> str:
    """Blanks around a symbol may be left out."""
    bare = text.strip()
    return f" ?{re.escape(bare)} ?" if bare else ""
