"""Silver: typed, named and checked rows; one version per key, or all of them."""

from __future__ import annotations

from dataclasses import dataclass

from medallion_core.generate.render import render
from medallion_core.model import (
    ChangeHandling,
    Design,
    Entity,
    Rule,
    RuleAction,
)
from medallion_core.tables import columns, names
from medallion_core.tables.columns import UNCAST
from medallion_core.tables.silver import (
    ROW_HASH,
    carried,
    has_quarantine,
    needs_row_hash,
    newest_first,
    typed_columns,
    uncast_lines,
)
from medallion_core.text import sql

_RULE_SETS = {
    RuleAction.WARN: ("REPORTED", "expect_all"),
    RuleAction.DROP: ("DROPPED", "expect_all_or_drop"),
    RuleAction.QUARANTINE: ("QUARANTINED", "expect_all_or_drop"),
    RuleAction.FAIL: ("FATAL", "expect_all_or_fail"),
}


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one action: a constant of the module and the decorator that applies it."""

    constant: str
    decorator: str
    rules: tuple[Rule, ...]


def silver_file(design: Design, entity: Entity) -> str:
    """The source text of ``src/silver/<entity>.py``."""
    rule_sets = _rule_sets(entity)
    change = columns.change_of(entity)
    return render(
        "src/silver/table.py",
        entity=entity,
        table=names.silver_table(entity),
        comment=_comment(entity),
        change=change.value,
        reader=_reader(entity),
        bronze=names.own_table(design, names.bronze_table(entity)),
        checked=names.own_table(design, names.checked_view(entity)),
        valid=names.own_table(design, names.valid_view(entity)),
        expressions=_select(entity),
        uncast=_uncast_select(entity),
        comments=[(c.name, c.comment) for c in columns.silver_columns(entity) if c.comment],
        rule_sets=rule_sets,
        all_rules=_union([rule_set.constant for rule_set in rule_sets]) if rule_sets else "",
        decorators=_decorators(rule_sets),
        quarantine=names.quarantine_table(entity) if has_quarantine(entity) else "",
        quarantine_rules=[
            sql.string(rule.name) for rule in entity.rules if rule.action is RuleAction.QUARANTINE
        ],
        versions=_versions(entity),
        function=names.function_name,
    )


def _select(entity: Entity) -> list[str]:
    expressions = typed_columns(entity, columns.bronze_names(entity))
    selected = [sql.aliased(expression, name) for name, expression in expressions.items()]
    return selected + list(map(sql.name, carried(entity)))


def _uncast_select(entity: Entity) -> list[str]:
    *lines, last = uncast_lines(entity, columns.bronze_names(entity)) or [""]
    return [*lines, f"{last} AS {UNCAST}"] if lines else []


def _rule_sets(entity: Entity) -> list[RuleSet]:
    sets = [
        RuleSet(constant, decorator, tuple(r for r in entity.rules if r.action is action))
        for action, (constant, decorator) in _RULE_SETS.items()
    ]
    return [rule_set for rule_set in sets if rule_set.rules]


def _union(constants: list[str]) -> str:
    return constants[0] if len(constants) == 1 else f"({' | '.join(constants)})"


def _decorators(rule_sets: list[RuleSet]) -> list[tuple[str, str]]:
    """Decorator and its argument; sets that share a decorator are merged into one."""
    merged: dict[str, list[str]] = {}
    for rule_set in rule_sets:
        merged.setdefault(rule_set.decorator, []).append(rule_set.constant)
    return [(decorator, " | ".join(constants)) for decorator, constants in merged.items()]


def _reader(entity: Entity) -> str:
    """How bronze is read: a stream for rows that are taken once, else all rows each time."""
    streamed = (ChangeHandling.APPEND, ChangeHandling.LATEST, ChangeHandling.HISTORY)
    streaming = columns.has_streaming_bronze(entity) and columns.change_of(entity) in streamed
    return "spark.readStream" if streaming else "spark.read"


@dataclass(frozen=True, slots=True)
class Versions:
    """How the versions of a key are told apart and ordered."""

    key: tuple[str, ...]
    order: tuple[str, ...]
    scd_type: int
    untracked: tuple[str, ...]
    row_hash: str
    delete_when: str


def _versions(entity: Entity) -> Versions:
    history = columns.keeps_history(entity)
    return Versions(
        key=tuple(map(sql.name, entity.key)),
        order=tuple(map(sql.name, newest_first(entity))),
        scd_type=2 if history else 1,
        untracked=carried(entity) if history else (),
        row_hash=ROW_HASH if needs_row_hash(entity) else "",
        delete_when=entity.delete_when,
    )


def _comment(entity: Entity) -> str:
    said = {
        ChangeHandling.APPEND: "every row",
        ChangeHandling.LATEST: "the newest version of each key",
        ChangeHandling.HISTORY: "every version of each key",
        ChangeHandling.SNAPSHOT: "one row per key of the newest snapshot",
        ChangeHandling.SNAPSHOT_HISTORY: "every version of each key, from snapshots",
    }[columns.change_of(entity)]
    return f"{entity.name}, typed and checked: {said}. {entity.comment}".strip()
