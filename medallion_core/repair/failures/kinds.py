"""Tables that would have to change their kind: they begin again under another name.

The platform makes no materialized view of a streaming table, nor the reverse, and drops no table
that a pipeline defines.
https://docs.databricks.com/error-messages/materialized-view-operation-not-allowed-error-class
https://docs.databricks.com/error-messages/streaming-table-operation-not-allowed-error-class
"""

from __future__ import annotations

from itertools import count

from medallion_core.model import Entity
from medallion_core.repair.answers import hand_over, mend
from medallion_core.repair.case import Case
from medallion_core.repair.changes import Change, RenameEntity
from medallion_core.repair.diagnosis import Diagnosis, Risk
from medallion_core.tables.inventory import inventory
from medallion_core.text.identifiers import shorten


def kind_has_changed(case: Case) -> Diagnosis | None:
    """A streaming table that is to become a materialized view, or the reverse."""
    sentence = (
        f"{case.subject} exists as a table of another kind, which cannot be changed in place."
    )
    if case.entity is None:
        return hand_over(
            case,
            "KIND_HAS_CHANGED",
            sentence,
            f"Give {case.subject} another name; or deploy and run without it, drop the inactive "
            "table, and put it back.",
        )
    renamed = another_name(case, case.entity)
    return mend(
        case,
        "KIND_HAS_CHANGED",
        sentence,
        what_begins_again(renamed),
        [renamed],
        risk=Risk.ASKS,
        left=left_behind(case, case.entity),
    )


def changes_a_kind(case: Case, change: Change) -> bool:
    """Whether ``change`` makes another kind of a table that may be there."""
    tables = inventory(case.design).tables
    after = {table.name: table.kind for table in inventory(change.apply(case.design)).tables}
    changed = (t.name for t in tables if after.get(t.name, t.kind) is not t.kind)
    return any(map(case.evidence.may_exist, changed))


def another_name(case: Case, entity: Entity) -> RenameEntity:
    """The entity's name with the first number that no table has."""
    taken = {each.name for each in case.design.entities}
    for table in case.evidence.tables or ():
        taken.add(table.removeprefix("bronze_").removeprefix("silver_"))
    names = (shorten(f"{entity.name}_{number}") for number in count(2))
    return RenameEntity(entity.name, next(name for name in names if name not in taken))


def left_behind(case: Case, entity: Entity) -> list[str]:
    """The tables that keep the entity's old name, with the rows that they hold."""
    tables = [table.name for table in inventory(case.design).of(entity) if table.is_table]
    return list(filter(case.evidence.may_exist, tables))


def what_begins_again(change: RenameEntity) -> str:
    return (
        f"Calls {change.entity} {change.name} in bronze and silver, where its tables are made anew "
        "from what the source still holds; a history begins again. The tables of the old name are "
        "no longer filled."
    )
