"""``make bench``: every measurement, or those that are named: ``python -m bench propose``."""

from __future__ import annotations

import sys

from bench import (
    big_table,
    files,
    generate,
    measures,
    personal,
    propose,
    quick,
    repair,
    rule_counts,
    runs,
    screen,
    star,
)

MEASUREMENTS = {
    "generate": generate.main,
    "screen": screen.main,
    "quick": quick.main,
    "measures": measures.main,
    "personal": personal.main,
    "propose": propose.main,
    "runs": runs.main,
    "rules": rule_counts.main,
    "repair": repair.main,
    "files": files.main,
    "big": big_table.main,
    "star": star.main,
}


def main(names: list[str]) -> None:
    for name in names or MEASUREMENTS:
        MEASUREMENTS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
