"""What all silver files have: rules, typed rows, and a quarantine for those that break rules."""

from __future__ import annotations

from dataclasses import dataclass

from medallion_core.generate.formatter import LINE_LENGTH
from medallion_core.generate.layout import fitted
from medallion_core.generate.python import Call, Code, Dataset, expr, sql_literal
from medallion_core.generate.render import text
from medallion_core.model import ChangeHandling, Design, Entity, Rule, RuleAction
from medallion_core.tables import columns, names
from medallion_core.tables.columns import BROKEN_RULES, UNCAST
from medallion_core.tables.silver import (
    ROW_HASH,
    carried,
    condition,
    has_quarantine,
    has_uncast,
    is_stream,
    made_of_bronze,
    needs_row_hash,
    row_hash,
    uncast_of_bronze,
)
from medallion_core.text import sql

_RULE_SETS = {
    RuleAction.WARN: ("REPORTED", "expect_all"),
    RuleAction.DROP: ("DROPPED", "expect_all_or_drop"),
    RuleAction.QUARANTINE: ("QUARANTINED", "expect_all_or_drop"),
    RuleAction.FAIL: ("FATAL", "expect_all_or_fail"),
}

_WHY_A_HASH = (
    "A hash of the whole row orders those that came together: the same one wins in each update."
)


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A rule as an entry of a dict; ``condition`` is its SQL without comments, as a literal."""

    name: str
    condition: Code
    reason: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one action, as a constant of the file."""

    constant: str
    rules: tuple[RuleEntry, ...]


@dataclass(frozen=True, slots=True)
class Comments:
    """Each typed column with its comment, a literal; where ``complete``, none is empty. ``spelled``
    is a name as the code spells it where Spark reads names within names."""

    texts: dict[str, Code]
    complete: bool
    spelled: Code


@dataclass(frozen=True, slots=True)
class Expectation:
    """A decorator, and the rules that it holds rows to."""

    decorator: str
    rules: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows that are read and go on through ``calls``; with ``select``, bronze made typed.
    ``uncast`` are the lines of one more column: the original text of what did not cast."""

    read: Code
    select: tuple[str, ...] = ()
    uncast: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantine:
    """The view of all rows with the rules that they break, and the table of those kept out."""

    view: Dataset
    rows: Rows
    table: Dataset
    decorator: str
    read: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What all silver files have: the rules, the rows held to them, and where the others go."""

    rule_sets: tuple[RuleSet, ...]
    comments: Comments | None
    quarantine: Quarantine | None
    expectations: tuple[Expectation, ...]
    says: str
    rows: Rows


def checked_rows(design: Design, entity: Entity) -> Checked:
    rule_sets = _rule_sets(entity)
    return Checked(
        rule_sets=rule_sets,
        comments=_comments(entity),
        quarantine=_quarantine(design, entity, rule_sets),
        expectations=_expectations(rule_sets),
        says=_docstring(rule_sets),
        rows=_valid_rows(design, entity),
    )


# ── Rules ────────────────────────────────────────────────────────────────────────────────────


def _rule_sets(entity: Entity) -> tuple[RuleSet, ...]:
    sets = [
        RuleSet(
            constant, tuple(_entry(entity, rule) for rule in entity.rules if rule.action is action)
        )
        for action, (constant, _) in _RULE_SETS.items()
    ]
    return tuple(rule_set for rule_set in sets if rule_set.rules)


def _entry(entity: Entity, rule: Rule) -> RuleEntry:
    """Conditions lose their comments: Lakeflow puts what it is given into longer SQL."""
    kept = sql_literal(condition(entity, rule), len(f"    {rule.name!r}: "))
    return RuleEntry(rule.name, Code(kept), rule.reason)


def _expectations(rule_sets: tuple[RuleSet, ...]) -> tuple[Expectation, ...]:
    """Sets that share a decorator are merged into one."""
    decorators = dict(_RULE_SETS.values())
    merged: dict[str, list[str]] = {}
    for rule_set in rule_sets:
        merged.setdefault(decorators[rule_set.constant], []).append(rule_set.constant)
    return tuple(Expectation(name, " | ".join(rules)) for name, rules in merged.items())


def _docstring(rule_sets: tuple[RuleSet, ...]) -> str:
    dropping = [
        rule_set.constant
        for rule_set in rule_sets
        if rule_set.constant in ("DROPPED", "QUARANTINED")
    ]
    return (
        f"Typed rows that break no rule of {' or '.join(dropping)}." if dropping else "Typed rows."
    )


def _quarantine(
    design: Design, entity: Entity, rule_sets: tuple[RuleSet, ...]
) -> Quarantine | None:
    if not has_quarantine(entity):
        return None
    table = names.quarantine_table(entity)
    all_rules = " | ".join(rule_set.constant for rule_set in rule_sets)
    marked = Call("withColumn", (BROKEN_RULES, Code(f"broken({all_rules})")))
    typed = _typed_rows(design, entity, marked)
    comment = (
        f"Rows kept out of {names.silver_table(entity)}, with the names of all rules they break."
    )
    return Quarantine(
        view=view_of(names.checked_view(entity)),
        rows=typed,
        table=Dataset(table, names.function_name(table), comment),
        decorator=decorator_of(entity),
        read=_read(design, entity, names.checked_view(entity)),
    )


def _valid_rows(design: Design, entity: Entity) -> Rows:
    is_hashed = needs_row_hash(entity)
    note = _WHY_A_HASH if is_hashed else ""
    hashed = (Call("withColumn", (ROW_HASH, expr(row_hash(entity)))),) * is_hashed
    if not has_quarantine(entity):
        return _typed_rows(design, entity, *hashed, note=note)
    dropped = Call("drop", (BROKEN_RULES,))
    return Rows(
        read=_read(design, entity, names.checked_view(entity)), calls=(dropped, *hashed), note=note
    )


def _typed_rows(design: Design, entity: Entity, *calls: Call, note: str = "") -> Rows:
    return Rows(
        read=_read(design, entity, names.bronze_table(entity)),
        select=_select(entity),
        uncast=_uncast(entity),
        calls=(*_described(entity), *calls),
        note=note,
    )


def _has_comments(entity: Entity) -> bool:
    return any(column.comment for column in columns.silver_columns(entity))


def _comments(entity: Entity) -> Comments | None:
    if not _has_comments(entity):
        return None
    texts = {column.name: column.comment for column in columns.silver_columns(entity)}
    is_odd = any("." in name or "`" in name for name in texts)
    spelled = "'`' + name.replace('`', '``') + '`'" if is_odd else "name"
    literals = {name: Code(text(said, len(f"    {name!r}: "))) for name, said in texts.items()}
    return Comments(literals, all(texts.values()), Code(spelled))


def _described(entity: Entity) -> tuple[Call, ...]:
    """One selection, not a ``withMetadata`` for each column: these are projections within each
    other, and Spark's time to plan them grows with the square of their number."""
    if not _has_comments(entity):
        return ()
    others = (*map(sql.name, carried(entity)), *(UNCAST,) * has_uncast(entity))
    return (Call("select", (Code("*described(COMMENTS)"), *others)),)


def _select(entity: Entity) -> tuple[str, ...]:
    expressions = made_of_bronze(entity)
    selected = [sql.aliased(expression, name) for name, expression in expressions.items()]
    return (*selected, *map(sql.name, carried(entity)))


def _uncast(entity: Entity) -> tuple[str, ...]:
    *lines, last = uncast_of_bronze(entity) or [""]
    return tuple(fitted((*lines, f"{last} AS {UNCAST}"), LINE_LENGTH - 8)) if lines else ()


def _read(design: Design, entity: Entity, table: str) -> Code:
    reader = "spark.readStream" if is_stream(entity) else "spark.read"
    return Code(f"{reader}.table({names.own_table(design, table)!r})")


def decorator_of(entity: Entity) -> str:
    return "table" if is_stream(entity) else "materialized_view"


def view_of(name: str) -> Dataset:
    return Dataset(name, names.function_name(name))


def table_of(entity: Entity) -> Dataset:
    name = names.silver_table(entity)
    return Dataset(name, names.function_name(name), _comment(entity))


def _comment(entity: Entity) -> str:
    said = {
        ChangeHandling.APPEND: "every row",
        ChangeHandling.LATEST: "the latest version of each key (SCD type 1)",
        ChangeHandling.HISTORY: "every version of each key (SCD type 2)",
        ChangeHandling.SNAPSHOT: "one row per key of the latest snapshot",
        ChangeHandling.SNAPSHOT_HISTORY: "every version of each key, from snapshots (SCD type 2)",
    }[columns.change_of(entity)]
    return f"{entity.name}, typed and checked: {said}. {entity.comment}".strip()
