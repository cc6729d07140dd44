"""Patterns of dates, and what their years of two digits mean.

Spark takes all of them for years from 2000 on. As POSIX has it, 69 to 99 are years of the century
before. https://pubs.opengroup.org/onlinepubs/9799919799/functions/strptime.html
"""

from __future__ import annotations

from medallion_core.text import sql

LAST_OF_TWO_DIGITS = 2068
YEARS_AHEAD = 20
"""What reads as a year further ahead may be one of the century before all the same."""


def has_two_digit_year(pattern: str) -> bool:
    """
    >>> has_two_digit_year("M/d/yy"), has_two_digit_year("M/d/yyyy"), has_two_digit_year("")
    (True, False, False)
    """
    return "yy" in pattern and "yyyy" not in pattern


def date_sql(text: str, pattern: str) -> str:
    """SQL that reads the SQL ``text`` as a timestamp; NULL for what is written in another way."""
    read = f"try_to_timestamp({text}, {sql.string(pattern)})"
    if not has_two_digit_year(pattern):
        return read
    return f"IF(year({read}) > {LAST_OF_TWO_DIGITS}, {read} - INTERVAL 100 YEARS, {read})"
