"""That a page is always drawn within the frame of ``app.py``."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module


class Frame:
    """Whether ``app.py`` has run in this process."""

    started = False


def run_page(show: Callable[[], None]) -> None:
    """Draws a page.

    Streamlit takes the folder ``pages`` for its older kind of app until ``app.py`` has run once.
    A link straight to a page is then answered by the page's file alone; the frame comes first.
    """
    if Frame.started:
        show()
    else:
        import_module("app")
