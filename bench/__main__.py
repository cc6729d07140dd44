"""``make bench``: every measurement, or those that are named: ``python -m bench propose``."""

from __future__ import annotations

import sys
from importlib import import_module

MEASUREMENTS = {
    "generate": ("generate",),
    "screen": ("screen", "plan", "server"),
    "quick": ("quick",),
    "measures": ("measures",),
    "personal": ("personal",),
    "propose": ("propose",),
    "runs": ("runs",),
    "rules": ("rule_counts",),
    "repair": ("repair",),
    "files": ("files",),
    "big": ("big_table",),
    "star": ("star",),
}
"""The modules of each, imported for it alone: the app's own are slow to load, and warn where no app
runs."""


def main(names: list[str]) -> None:
    for name in names or MEASUREMENTS:
        for module in MEASUREMENTS[name]:
            import_module(f"bench.{module}").main()


if __name__ == "__main__":
    main(sys.argv[1:])
