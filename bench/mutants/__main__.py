"""``make mutants``: a seeded sample of small changes, and those of them that no test notices."""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.mutants.changes import Mutant, Source
from bench.mutants.covering import Covering, cover
from bench.mutants.trial import is_noticed, load_once

ROOT = Path(__file__).parents[2]
CORE = Path("medallion_core")
ROOMS = ("text", "tables", "edit", "check")
TESTS = ("tests", "medallion_core")
WANTED = 0.85
AT_ONCE = 2


def main(arguments: Sequence[str]) -> int:
    asked = _arguments(arguments)
    rooms = [CORE / room for room in asked.rooms]
    print("Running the tests that need no Spark, to see which come by which line.", flush=True)
    covering = cover(ROOT, rooms, asked.tests)
    print(f"{len(covering.seconds)} tests, {len(covering.failed)} of them fail.", flush=True)
    for failed in covering.failed:
        print(f"  fails already: {failed}")
    load_once()
    shares = [_try_room(room, covering, asked) for room in rooms]
    return 0 if min(shares) >= WANTED else 1


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--rooms", nargs="+", default=ROOMS)
    parser.add_argument("--tests", nargs="+", default=TESTS)
    parser.add_argument("--sample", type=int, default=200, help="changes in all rooms together")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


def _try_room(room: Path, covering: Covering, asked: argparse.Namespace) -> float:
    """The share of the room's changes that a test notices; prints the others."""
    mutants = list(_sample(room, asked.sample // len(asked.rooms), asked.seed))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        noticed = list(pool.map(lambda mutant: _is_noticed(mutant, covering), mutants))
    share = sum(noticed) / max(len(mutants), 1)
    print(f"\n{room}: {sum(noticed)} of {len(mutants)} changes are noticed, {share:.0%}")
    for mutant, found in zip(mutants, noticed, strict=True):
        if not found:
            tests = len(covering.of(mutant.path, mutant.line))
            print(f"\n{mutant.path}:{mutant.line}  ({tests} tests come by)\n{mutant.diff}")
    sys.stdout.flush()
    return share


def _sample(room: Path, count: int, seed: int) -> Iterator[Mutant]:
    paths = sorted(path.relative_to(ROOT) for path in (ROOT / room).rglob("*.py"))
    sources = [Source(ROOT, path) for path in paths]
    places = [(source, number) for source in sources for number in range(len(source))]
    chosen = random.Random(seed).sample(range(len(places)), min(count, len(places)))  # noqa: S311
    return (source.mutant(number) for source, number in (places[each] for each in sorted(chosen)))


def _is_noticed(mutant: Mutant, covering: Covering) -> bool:
    tests = covering.of(mutant.path, mutant.line)
    return is_noticed(ROOT, mutant, tests, sum(covering.seconds.get(test, 0) for test in tests))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
