"""What is asked for, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from medallion_core.deploy import Deployment, StepResult
from medallion_core.model import Design
from medallion_core.repair import Fix, Round
from medallion_core.run import RunStatus, Verdict

Told: TypeAlias = StepResult | RunStatus | str
"""A step of a deployment, how a run stands, or a line for people."""
Tell = Callable[[Told], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a run does. Nothing given: every table is brought what is new."""

    only: tuple[str, ...] = ()
    """Only these tables."""
    again: tuple[str, ...] = ()
    """Only these, read again in full."""
    all_again: bool = False
    """Every table, read again in full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is asked for, and what was agreed to.

    ``deploy`` brings the workspace up to the design first; without it the design has to be the one
    that is deployed. ``run`` is None where nothing is to be run; with ``validate`` every dataset is
    checked before. What fails is mended and run again up to ``rounds`` times.

    ``overwrite`` names files that a person edited and that may be replaced, ``full_refresh``
    tables that may be read again in full, ``deleted`` those that the pipeline may make no longer.
    ``after`` are fixes that the design holds already: the first attempt does what else they need.
    """

    deploy: bool = True
    run: Wish | None = Wish()
    validate: bool = True
    rounds: int = 0
    overwrite: tuple[str, ...] = ()
    full_refresh: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    after: tuple[Fix, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an order, step by step.

    ``design`` is the design as it was mended, ``steps`` what deploying it took, ``rounds`` what
    each run came to and what was mended after it, ``status`` the last run, ``verdict`` how that
    was judged, ``readers`` the grants that followed. Without a run the last four are empty.
    """

    design: Design
    deployment: Deployment
    steps: tuple[StepResult, ...]
    rounds: tuple[Round, ...] = ()
    status: RunStatus | None = None
    verdict: Verdict | None = None
    readers: tuple[StepResult, ...] = ()

    @property
    def met(self) -> bool:
        """Whether it was run and met every criterion."""
        return self.verdict is not None and self.verdict.met


def in_a_word(order: Order) -> str:
    """What is noted of an order, and completes "may not"."""
    if order.after:
        return "repair"
    if order.run is None:
        return "deploy"
    return "deploy and run" if order.deploy else "run"


def agreed(order: Order) -> str:
    """What was agreed to besides, in words; empty where nothing was."""
    wish = order.run or Wish()
    parts = [
        *(f"{fix.failure}: {fix.change}" for fix in order.after),
        f"replaces {', '.join(order.overwrite)}" if order.overwrite else "",
        f"full refresh of {', '.join(order.full_refresh)}" if order.full_refresh else "",
        f"makes no longer {', '.join(order.deleted)}" if order.deleted else "",
        f"full refresh of {', '.join(wish.again)}" if wish.again else "",
        "full refresh of every table" if wish.all_again else "",
    ]
    return "; ".join(filter(None, parts))
