"""Text that others wrote, so that all of it is seen."""

from __future__ import annotations


def visible(text: str) -> str:
    r"""``text`` with what nobody sees as an escape: what steers a terminal, turns text around, or
    makes two names look alike.

    >>> visible("a\u202eb\x1b[2J")
    'a\\u202eb\\x1b[2J'
    """
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
