"""How a failure is made.

A fault is an entity of its own, named like the fault, over a table of the same name; so many of
them fail in one update, each for its own reason. ``later`` statements change the source after a
first update that succeeded. ``{t}`` stands for the table; ``files`` are put into the volume
``main.landing.files``, in a folder named like the fault.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from medallion_core.model import (
    Attribute,
    ChangeHandling,
    DegenerateKey,
    Dimension,
    Entity,
    EntityColumn,
    Fact,
    Measure,
    Role,
    Rule,
    RuleAction,
    TableLocation,
    TableName,
)
from medallion_core.repair.diagnosis import Risk

SAFE, ASKS, HAND_OVER = Risk.SAFE, Risk.ASKS, Risk.HAND_OVER


@dataclass(frozen=True)
class Fault:
    """``rows`` is how many the source has, all of which have to arrive in bronze."""

    name: str
    code: str
    risk: Risk
    setup: tuple[str, ...]
    entity: Entity
    fact: Fact | None = None
    dimension: Dimension | None = None
    later: tuple[str, ...] = ()
    files: tuple[tuple[str, bytes], ...] = ()
    rows: int = 2


def table(select: str) -> tuple[str, ...]:
    return ("CREATE TABLE {t} AS " + select,)


def entity(
    name: str, columns: dict[str, str], *, in_full: bool = False, **changes: object
) -> Entity:
    """``columns``: silver name to type; ``silver=source`` where the names differ."""
    made = []
    for text, type_ in columns.items():
        silver, _, source = text.partition("=")
        made.append(EntityColumn(silver, source or silver, type_, type_))
    read = TableLocation(TableName("main", "faults", name), append_only=not in_full)
    return replace(Entity(name, (read,), tuple(made)), **changes)  # type: ignore[arg-type]


def measured(name: str, expression: str, type_: str = "decimal(15,2)") -> Fact:
    return Fact(
        f"fact_{name}",
        name,
        degenerate=(DegenerateKey("id", "id"),),
        measures=(Measure("amount", expression, type_),),
    )


def described(name: str, *attributes: tuple[str, str]) -> Dimension:
    return Dimension(
        f"dim_{name}",
        name,
        ("id",),
        f"{name}_key",
        attributes=tuple(Attribute(shown, column) for shown, column in (("id", "id"), *attributes)),
    )


def rule(condition: str, action: RuleAction = RuleAction.WARN, name: str = "checked") -> Rule:
    return Rule(name, condition, action)


def rule_fault(
    name: str,
    code: str,
    risk: Risk,
    select: str,
    columns: dict[str, str],
    condition: str,
    action: RuleAction = RuleAction.WARN,
) -> Fault:
    return Fault(
        name, code, risk, table(select), entity(name, columns, rules=(rule(condition, action),))
    )


def measure_fault(
    name: str,
    code: str,
    risk: Risk,
    select: str,
    columns: dict[str, str],
    expression: str,
    type_: str = "decimal(15,2)",
) -> Fault:
    columns = {"id": "int", **columns}
    made = entity(name, columns, role=Role.FACT)
    return Fault(name, code, risk, table(select), made, measured(name, expression, type_))


PAIR = "SELECT 1 AS id, 5 AS qty UNION ALL SELECT 2, 7"
IDS = {"id": "int", "qty": "int"}
LATEST = {"key": ("id",), "change": ChangeHandling.LATEST}
