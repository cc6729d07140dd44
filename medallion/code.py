"""Generated code, what changes in it, and what it gives, as a notebook shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from medallion import html

if TYPE_CHECKING:
    # The SDK takes a second to load, and a design does without it.
    from medallion_core.workspace import Rows


@dataclass(frozen=True, slots=True)
class Code:
    """Generated files by their path in the bundle; ``rows`` are some of what they give on samples,
    as a ``pyarrow.Table``, and ``note`` says of which samples, or why there are none."""

    files: dict[str, str]
    rows: Rows | None = None
    note: str = ""

    def __repr__(self) -> str:
        code = "\n".join(f"# {path}\n{text}" for path, text in self.files.items())
        if self.rows is None:
            return html.shortened("\n".join(filter(None, (self.note, code))))
        half = html.LONGEST_TEXT // 2 - 1
        told = "\n".join([self.note, *("  ".join(map(str, row)) for row in self._table())])
        return f"{html.shortened(told, half)}\n{html.shortened(code, half)}"

    def _repr_html_(self) -> str:
        parts = [
            html.paragraph(path, strong=True) + html.code(text) for path, text in self.files.items()
        ]
        if self.note:
            parts.append(html.paragraph(self.note))
        if self.rows is not None:
            head, *rows = self._table()
            parts.append(html.table([str(name) for name in head], rows))
        return "".join(parts)

    def _table(self) -> list[Sequence[object]]:
        """The names of the columns, then the rows."""
        if self.rows is None:
            return []
        columns = [column.to_pylist() for column in self.rows.columns]
        return [self.rows.column_names, *zip(*columns, strict=True)]
