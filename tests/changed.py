"""A design with one thing in it changed, told by where it stands in ``medallion.yml``."""

from __future__ import annotations

import re
from typing import Any

from medallion_core.model import Design
from medallion_core.model.file import dump_design, load_design
from medallion_core.text.yaml import dump_yaml, load_yaml


def changed(design: Design, path: str, value: object) -> Design:
    """``design`` with ``value`` at ``path``, such as ``star.facts[0].entity``."""
    document: Any = load_yaml(dump_design(design))
    *steps, last = (int(n) if n.isdigit() else n for n in re.findall(r"\w+", path))
    place = document
    for step in steps:
        place = place[step]
    place[last] = value
    return load_design(dump_yaml(document))
