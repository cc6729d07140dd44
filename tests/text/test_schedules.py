"""Quartz cron expressions: the examples of its manual, and what is none."""

from __future__ import annotations

import pytest

from medallion_core.text.schedules import schedule_problem


@pytest.mark.parametrize(
    "text",
    [
        "0 0 12 * * ?",
        "0 15 10 ? * *",
        "0 15 10 * * ? 2026",
        "0 0/5 14,18 * * ?",
        "0 0-5 14 * * ?",
        "0 10,44 14 ? 3 WED",
        "0 15 10 ? * mon-fri",
        "0 15 10 L * ?",
        "0 15 10 LW * ?",
        "0 15 10 L-3 * ?",
        "0 15 10 15W * ?",
        "0 15 10 ? * 6L",
        "0 15 10 ? * FRIL 2025-2029",
        "0 15 10 ? * 6#3",
        "0 0 12 1/5 JAN,JUL ?",
        "*/30 * * * * ?",
        "59 59 23 31 12 ?  2199",
        "0 0 0 1 1 ? 1970",
        "0 0/1 0/23 1/31 1/12 ?",
        "0 0 5 ? * 1,7",
        "0 0 5 ? * 1L,7#5,SAT#1",
        "0 0 5 L-30,31W,1W * ?",
    ],
)
def test_a_schedule_is_taken(text: str) -> None:
    assert schedule_problem(text) == ""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("every morning", "2 fields"),
        ("0 5 * * *", "5 fields"),
        ("0 0 5 * * ? 2026 1", "8 fields"),
        ("0 0 5 * * *", "exactly one"),
        ("0 0 5 ? * ?", "exactly one"),
        ("60 0 5 * * ?", "60 is not a valid second"),
        ("0 60 5 * * ?", "60 is not a valid minute"),
        ("0 0 24 * * ?", "24 is not a valid hour"),
        ("0 0 5 0 * ?", "0 is not a valid day of the month"),
        ("0 0 5 32 * ?", "32 is not a valid day of the month"),
        ("0 0 5 32W * ?", "32W is not a valid day of the month"),
        ("0 0 5 1 13 ?", "13 is not a valid month"),
        ("0 0 5 1 JANUARY ?", "JANUARY is not a valid month"),
        ("0 0 5 ? * 0", "0 is not a valid day of the week"),
        ("0 0 5 ? * 8", "8 is not a valid day of the week"),
        ("0 0 5 ? * 6#6", "6#6 is not a valid day of the week"),
        ("0 0 5 ? * 8L", "8L is not a valid day of the week"),
        ("0 0 5 L-31 * ?", "L is not a valid day of the month"),
        ("0 0 5 0W * ?", "0W is not a valid day of the month"),
        ("0 0 5 1 0 ?", "0 is not a valid month"),
        ("0 0/60 5 * * ?", "0/60 has no step"),
        ("0 0 5 * * ? 02026", "02026 is not a valid year"),
        ("0 0 5 * * ? 1969", "1969 is not a valid year"),
        ("0 0 5 * * ? 2200", "2200 is not a valid year"),
        ("0 0/0 5 * * ?", "0/0 has no step"),
        ("0 0/x 5 * * ?", "0/X has no step"),
        ("0 0/ 5 * * ?", "0/ has no step"),
        ("0 0-60 5 * * ?", "60 is not a valid minute"),
        ("0 1- 5 * * ?", "1- is not a valid minute"),
        ("0 1,,2 5 * * ?", "is not a valid minute"),
        ("? 0 5 * * ?", "? is not a valid second"),
        ("0 L 5 * * ?", "L is not a valid minute"),
        ("0 0 ٣ * * ?", "٣ is not a valid hour"),
    ],
)
def test_what_is_no_schedule(text: str, problem: str) -> None:
    assert problem in schedule_problem(text)
