"""That a page is always drawn within the frame of ``app.py``, and no edit is lost by that."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from pages.components.frame.editor import end_edits, show_told, take_edits, tell_here
from pages.components.frame.text import errors_shown


class Frame:
    """Whether ``app.py`` has named its pages to Streamlit in this process."""

    started = False


def run_page(show: Callable[[], None]) -> None:
    """Draws a page.

    Until then Streamlit takes the folder ``pages`` for an app of its older kind, and answers a
    link straight to a page by the page's file alone: the frame comes first.
    """
    if Frame.started:
        _show(show)
    else:
        import_module("app").main()


def _show(show: Callable[[], None]) -> None:
    tell_here()
    with errors_shown():
        take_edits()
        show()
    end_edits()
    show_told()
