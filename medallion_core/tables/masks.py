"""Column masks: what readers of gold see in place of personal data.

A mask is a SQL function in the target's schema, one for each pipeline and type, that the columns of
gold name. Pipelines may share a schema, and each decides on its own who sees values: so none shares
its functions.
https://docs.databricks.com/aws/en/sql/language-manual/sql-ref-syntax-ddl-column-mask
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from medallion_core.model import Design, EntityColumn, PrivacyDecision
from medallion_core.text import sql
from medallion_core.text.identifiers import joined_name, quote_literal
from medallion_core.text.types import family

MASKED_TEXT = "***"


@dataclass(frozen=True, slots=True)
class MaskFunction:
    """``body`` is what the function returns for ``value``, as SQL."""

    name: str
    type: str
    body: str

    def statement(self, *place: str, replace: bool = True) -> str:
        """Makes the function, or replaces one that is there where ``replace``, in the
        schema that ``place`` names, catalog first; without it in the current one. Raises
        MedallionError TYPE_INVALID for a type that is none: what stands behind it would be read
        as the function's body."""
        kind = sql.type_name(self.type)
        verb = "CREATE OR REPLACE" if replace else "CREATE"
        return (
            f"{verb} FUNCTION {sql.dotted(*place, self.name)}"
            f"(value {kind}) RETURNS {kind} RETURN {self.body}"
        )


def is_masked(column: EntityColumn) -> bool:
    """Whether gold shows ``column`` under a mask."""
    return column.privacy is not None and column.privacy.decision is PrivacyDecision.MASK


def mask_of(design: Design, column: EntityColumn) -> str:
    """The name of the function that masks ``column`` in gold; empty where nothing does."""
    if not is_masked(column):
        return ""
    return joined_name("mask", column.type, design.settings.pipeline_name)


def mask_functions(design: Design) -> tuple[MaskFunction, ...]:
    """The functions that the design's masked columns need, by name."""
    return design.find_out_once("masks", lambda: tuple(_mask_functions(design)))


def _mask_functions(design: Design) -> Iterator[MaskFunction]:
    types = {
        mask_of(design, column): column.type
        for entity in design.entities
        for column in entity.included_columns
        if is_masked(column)
    }
    group = design.settings.unmasked_group
    return (MaskFunction(name, types[name], _body(types[name], group)) for name in sorted(types))


def _body(type_: str, group: str) -> str:
    masked = quote_literal(MASKED_TEXT) if family(type_) == "string" else "NULL"
    if not group:
        return masked
    return f"IF(is_account_group_member({quote_literal(group)}), value, {masked})"
