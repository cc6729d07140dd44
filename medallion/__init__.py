"""Medallion Builder in a notebook: from tables to a running star schema.

>>> from medallion import Builder
>>> builder = Builder()                                   # doctest: +SKIP
>>> design = builder.propose("samples.tpch", catalog="main", schema="tpch_gold")  # doctest: +SKIP
>>> run = builder.deploy(builder.plan(design)).run()      # doctest: +SKIP

What is exported is loaded when it is asked for, the SDK with the first builder that is made.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from medallion_core import __version__

if TYPE_CHECKING:
    from medallion.builder import Builder
    from medallion.design import Design
    from medallion.results import Deployed, Plan, Run
    from medallion_core.errors import MedallionError

__all__ = ["Builder", "Deployed", "Design", "MedallionError", "Plan", "Run", "__version__"]

_MODULES = {
    "Builder": "medallion.builder",
    "Deployed": "medallion.results",
    "Design": "medallion.design",
    "MedallionError": "medallion_core.errors",
    "Plan": "medallion.results",
    "Run": "medallion.results",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"medallion has no {name!r}")
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
