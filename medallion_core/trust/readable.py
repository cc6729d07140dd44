"""What an identity can read, asked of many tables with one statement each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from medallion_core.errors import MedallionError
from medallion_core.workspace import Workspace

_TOGETHER = 50
"""Tables of one statement: each is looked up while the statement is analysed, and one that cannot
be read has all of them asked for one by one."""

_AT_ONCE = 8


def readable(ws: Workspace, relations: Iterable[str]) -> frozenset[str]:
    """Those of ``relations``, as SQL names them, that a statement ran over; none for a single one.

    The others are to be asked for one by one: each was beside one that cannot be read, or nothing
    could be found out.
    """
    wanted = list(dict.fromkeys(relations))
    if len(wanted) < 2:
        return frozenset()
    groups = [wanted[start : start + _TOGETHER] for start in range(0, len(wanted), _TOGETHER)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        ran = pool.map(lambda group: _runs(ws, group), groups)
        return frozenset(
            name for group, runs in zip(groups, ran, strict=True) if runs for name in group
        )


def reading(relation: str) -> str:
    """The statement that runs where ``relation`` can be read; it reads no row."""
    return f"SELECT * FROM {relation} LIMIT 0"


def _runs(ws: Workspace, relations: Sequence[str]) -> bool:
    parts = (f"(SELECT 1 FROM ({reading(relation)}))" for relation in relations)
    try:
        ws.execute(" UNION ALL ".join(parts))
    except MedallionError:
        return False
    return True
