"""How often Python looks for objects that only refer to each other."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_NEW, _YOUNG, _MIDDLE = 50_000, 10, 2
"""Objects made before a look at the new ones; such looks before one at the older, and at all."""


def collect_seldom() -> None:
    """A design of hundreds of tables is a million objects, none of which refer to each other in
    circles: looking through them every 700 objects takes a third of the time of what makes them.
    """
    gc.set_threshold(_NEW, _YOUNG, _MIDDLE)


def look_past_what_is_loaded() -> None:
    """From the first call on, what is there now is not looked through again: modules are most of
    it, two hundred thousand objects, and stay as long as the process."""
    if not gc.get_freeze_count():
        gc.collect()
        gc.freeze()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Nothing is looked for meanwhile: for reading code, whose hundreds of thousands of nodes go
    with the last look at them. Of two threads at a time the one that leaves first ends it for both.
    """
    looked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looked:
            gc.enable()
