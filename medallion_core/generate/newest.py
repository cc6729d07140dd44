"""One row of each key, where silver keeps every row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from medallion_core.generate.gold import View, read_own, view
from medallion_core.generate.python import Call, Code
from medallion_core.generate.render import render
from medallion_core.model import Design
from medallion_core.tables import names
from medallion_core.tables.newest import Newest, newest_columns, newest_first
from medallion_core.tables.reads import current_rows
from medallion_core.text import sql


@dataclass(frozen=True, slots=True, kw_only=True)
class NewestFile:
    """The first row of each of ``keys`` in the order of ``newest_first``."""

    template: ClassVar = "src/gold/newest.py"
    table: View
    says: str
    keys: tuple[str, ...]
    newest_first: tuple[str, ...]
    read: Code
    calls: tuple[Call, ...]


def newest_file(design: Design, of: Newest) -> str:
    """The source text of ``src/gold/newest_<entity>.py``."""
    table = names.newest_table(of.entity, of.unique)
    keys = tuple(map(sql.name, of.unique))
    current = current_rows(of.entity)
    comment = f"The newest row of each {', '.join(of.unique)} of {of.entity.name}."
    return render(
        NewestFile(
            table=view(table, comment, newest_columns(of.entity)),
            says=f"More than one row may have the same {', '.join(of.unique)}: the newest counts.",
            keys=keys,
            newest_first=newest_first(of.entity),
            read=read_own(design, names.silver_table(of.entity)),
            calls=(Call("where", (current,)),) if current else (),
        )
    )
