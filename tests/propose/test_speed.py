"""The time of a proposal grows with the columns, not with their pairs."""

from __future__ import annotations

import random
import time
from pathlib import Path

from medallion_core.model import (
    Column,
    ColumnProfile,
    Profile,
    Settings,
    Source,
    TableLocation,
    TableName,
)
from medallion_core.propose import propose_design

WORDS = (Path(__file__).parent / "words.txt").read_text().split()


def wide_schema(count: int) -> tuple[list[Source], list[Profile]]:
    """``count`` tables with 20 columns each; a quarter of the columns refer to other tables."""
    chance = random.Random(1)
    names = [f"{chance.choice(WORDS)}_{chance.choice(WORDS)}_{n}" for n in range(count)]
    tables = [_table(name, names, chance) for name in names]
    return [source for source, _ in tables], [profile for _, profile in tables]


def _table(name: str, names: list[str], chance: random.Random) -> tuple[Source, Profile]:
    rows = chance.randrange(50, 200_000)
    profiles = [ColumnProfile("id", 0, rows, distinct_is_exact=True, minimum=1, maximum=rows)]
    profiles += [_column(n, rows, names, chance) for n in range(19)]
    types = ["string" if isinstance(p.minimum, str) else "bigint" for p in profiles]
    columns = tuple(Column(p.name, t) for p, t in zip(profiles, types, strict=True))
    return Source(TableLocation(TableName("c", "s", name)), columns), Profile(rows, tuple(profiles))


def _column(number: int, rows: int, names: list[str], chance: random.Random) -> ColumnProfile:
    match number % 4:
        case 0:
            values = min(rows, chance.randrange(10, 50_000))
            return ColumnProfile(
                f"{chance.choice(names)}_id_{number}",
                0,
                values,
                distinct_is_exact=True,
                minimum=1,
                maximum=values,
            )
        case 1:
            return ColumnProfile(
                f"{chance.choice(WORDS)}_{number}",
                0,
                50,
                distinct_is_exact=True,
                minimum=0,
                maximum=50,
            )
        case 2:
            return ColumnProfile(
                f"{chance.choice(WORDS)}_amount_{number}",
                0,
                900,
                distinct_is_exact=True,
                minimum=1,
                maximum=9_000,
            )
    return ColumnProfile(
        f"{chance.choice(WORDS)}_text_{number}",
        0,
        90,
        distinct_is_exact=True,
        minimum="aa",
        maximum="zz",
        min_length=2,
        max_length=9,
    )


def seconds(count: int) -> float:
    """CPU time of a proposal over ``count`` tables."""
    sources, profiles = wide_schema(count)
    started = time.process_time()
    propose_design(sources, profiles, Settings("p", "c", "s"))
    return time.process_time() - started


def test_time_grows_like_the_columns() -> None:
    seconds(50)
    small, large = seconds(150), seconds(600)
    assert large < 4 * small * 1.8
