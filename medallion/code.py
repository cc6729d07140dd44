"""Generated code, and what changes in it, as a notebook shows it."""

from __future__ import annotations

from dataclasses import dataclass

from medallion import html


@dataclass(frozen=True, slots=True)
class Code:
    """Generated files by their path in the bundle."""

    files: dict[str, str]

    def __repr__(self) -> str:
        return html.shortened("\n".join(f"# {path}\n{text}" for path, text in self.files.items()))

    def _repr_html_(self) -> str:
        parts = (
            html.paragraph(path, strong=True) + html.code(text) for path, text in self.files.items()
        )
        return "".join(parts)
