"""That a page is always drawn within the frame of ``app.py``."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module


class Frame:
    """Whether ``app.py`` has named its pages to Streamlit in this process."""

    started = False


def run_page(show: Callable[[], None]) -> None:
    """Draws a page.

    Until then Streamlit takes the folder ``pages`` for an app of its older kind, and answers a
    link straight to a page by the page's file alone: the frame comes first.
    """
    if Frame.started:
        show()
    else:
        import_module("app").main()
