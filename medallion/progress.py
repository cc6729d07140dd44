"""How work goes, shown in place: one cell output that is rewritten, or one line of a terminal."""

from __future__ import annotations

import sys
from typing import Any

from medallion import html
from medallion_core.job import Told, in_a_line
from medallion_core.profile import Profiled
from medallion_core.text.visible import visible


class _Line:
    """What a display handle shows."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return visible(self._text)

    def _repr_html_(self) -> str:
        return html.paragraph(self._text)


class Progress:
    """Shows the latest line only. In a notebook it is cleared when the work is done."""

    def __init__(self) -> None:
        self._handle: Any = None
        self._in_notebook = notebook() is not None

    def tell(self, told: Told) -> None:
        """A step of a deployment, how a run stands, or a line."""
        self._show(in_a_line(told))

    def count(self, profiled: Profiled) -> None:
        """How many sources are profiled, and the last of them."""
        self._show(str(profiled))

    def _show(self, text: str) -> None:
        if not self._in_notebook:
            sys.stderr.write(f"{visible(text)}\n")
            return
        from IPython.display import display

        if self._handle is None:
            self._handle = display(_Line(text), display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(_Line(text))


def notebook() -> Any:
    """IPython's shell where a kernel runs this; None elsewhere."""
    module = sys.modules.get("IPython")
    return module.get_ipython() if module else None
