"""What a person does most on the page."""

from __future__ import annotations

from dataclasses import replace

from medallion_core import edit
from medallion_core.model import (
    Design,
)


def rename(design: Design, table: str, old: str, new: str) -> Design:
    columns = [replace(c, name=new) if c.name == old else c for c in design.entity(table).columns]
    return edit.edit_columns(design, table, columns)
