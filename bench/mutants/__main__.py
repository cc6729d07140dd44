"""``make mutants``: a seeded sample of small changes, and those of them that no test notices."""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.mutants.changes import Mutant, Source
from bench.mutants.covering import Covering, cover
from bench.mutants.trial import Outcome, Trial, try_all

ROOT = Path(__file__).parents[2]
CORE = Path("medallion_core")
SAMPLE = {"text": 50, "tables": 50, "edit": 50, "check": 50, "propose": 100}
WANTED = {"text": 0.85, "tables": 0.85, "edit": 0.85, "check": 0.85, "propose": 0.75}
TESTS = ("tests", "medallion_core")
AT_ONCE = 2


def main(arguments: Sequence[str]) -> int:
    asked = _arguments(arguments)
    print("Which tests come by which line: runs those that need no Spark.", flush=True)
    covering = cover(ROOT, asked.tests)
    print(f"{len(covering.seconds)} tests, {len(covering.failed)} of them fail.")
    for failed in covering.failed:
        print(f"  fails already: {failed}")
    chosen = {
        room: [*_sample(ROOT / CORE / room, asked.sample or SAMPLE[room], asked.seed)]
        for room in asked.rooms
    }
    trials = [_trial(mutant, covering) for each in chosen.values() for mutant in each]
    outcomes: dict[Mutant, Outcome] = {}
    for trial, outcome in try_all(ROOT, trials, AT_ONCE):
        outcomes[trial.mutant] = outcome
        if outcome is Outcome.UNNOTICED:
            _print_unnoticed(trial)
    shares = {room: _share(room, [outcomes[each] for each in chosen[room]]) for room in asked.rooms}
    return 0 if all(shares[room] >= WANTED[room] for room in shares) else 1


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--rooms", nargs="+", default=[*SAMPLE], choices=[*SAMPLE])
    parser.add_argument("--tests", nargs="+", default=TESTS)
    parser.add_argument("--sample", type=int, help="changes in each room")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


def _sample(room: Path, count: int, seed: int) -> Iterator[Mutant]:
    paths = sorted(path.relative_to(ROOT) for path in room.rglob("*.py"))
    sources = [Source(ROOT, path) for path in paths]
    places = [(source, number) for source in sources for number in range(len(source))]
    chosen = random.Random(seed).sample(range(len(places)), min(count, len(places)))  # noqa: S311
    return (source.mutant(number) for source, number in (places[each] for each in sorted(chosen)))


def _trial(mutant: Mutant, covering: Covering) -> Trial:
    tests = covering.of(mutant)
    seconds = sum(covering.seconds.get(test, 0.0) for test in tests)
    return Trial(mutant, tests, seconds, anew=covering.is_of_import(mutant))


def _print_unnoticed(trial: Trial) -> None:
    mutant = trial.mutant
    print(f"\n{mutant.path}:{mutant.line}  ({len(trial.tests)} tests come by)\n{mutant.diff}")
    sys.stdout.flush()


def _share(room: str, outcomes: Sequence[Outcome]) -> float:
    counts = Counter(outcomes)
    noticed = len(outcomes) - counts[Outcome.UNNOTICED]
    share = noticed / max(len(outcomes), 1)
    endless = f", {counts[Outcome.ENDLESS]} of them {Outcome.ENDLESS.value}"
    print(f"{room}: {noticed} of {len(outcomes)} changes are noticed{endless}: {share:.0%}")
    return share


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
