"""What a new design means for tables that hold rows already.

Materialized views are computed again anyway. A streaming table keeps the rows that it has: where
they would contradict the new design it has to be read again in full, which loses what its source
no longer holds, and is never done without consent. Only where the rules of a quarantine change
is it done by itself: silver and quarantine divide the rows of bronze, which keeps them all, and a
row that one has passed over by the old rules would otherwise end in neither.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from medallion_core.deploy.steps import Action
from medallion_core.model import (
    Bundle,
    ChangeHandling,
    Design,
    Entity,
    FilesLocation,
    KafkaLocation,
    Location,
    RuleAction,
    TableLocation,
)
from medallion_core.tables import names
from medallion_core.tables.columns import (
    change_of,
    has_streaming_bronze,
    silver_columns,
    silver_type,
)
from medallion_core.tables.inventory import expected_tables
from medallion_core.tables.silver import has_quarantine

_STREAMED = (ChangeHandling.APPEND, ChangeHandling.LATEST, ChangeHandling.HISTORY)
_RULES = "the rules of its quarantine"
_MADE_BY_RUN = "is filled by the next run"


@dataclass(frozen=True, slots=True)
class Deployed:
    """What was deployed last: ``tables`` are those of its tables that exist in the schema."""

    design: Design
    bundle: Bundle
    tables: frozenset[str]


@dataclass(frozen=True, slots=True)
class TableChange:
    """REFRESH asks for consent unless it is ``lossless``.

    ``drops`` names the kind of a table that has to go first, since a streaming table cannot
    become a materialized view in place, nor the reverse.
    """

    table: str
    action: Action
    detail: str
    drops: str = ""
    lossless: bool = False


@dataclass(frozen=True, slots=True)
class _Shape:
    """What of a table's making decides whether its rows can stay."""

    streaming: bool
    path: str
    reasons: tuple[tuple[str, object], ...] = ()
    """What it is, and its value. What is new has no effect on rows that are there."""


def table_changes(deployed: Deployed | None, design: Design, bundle: Bundle) -> list[TableChange]:
    """One entry per table that is new, changed or gone; all are new without a deployment."""
    old = deployed.design if deployed and _same_place(deployed.design, design) else None
    before, after = _shapes(old) if old else {}, _shapes(design)
    existing = deployed.tables if deployed and old else frozenset()
    was = deployed.bundle if deployed else {}
    changes = []
    for table in [*after, *(gone for gone in before if gone not in after)]:
        if table not in after:
            changes.append(TableChange(table, Action.DELETE, "is no longer made by the pipeline"))
        elif table not in before:
            changes.append(TableChange(table, Action.CREATE, _MADE_BY_RUN))
        else:
            rows = table in existing
            changes += _compared(table, before[table], after[table], was, bundle, has_rows=rows)
    return _with_downstream(changes, design, existing)


def _compared(
    table: str, old: _Shape, new: _Shape, was: Bundle, bundle: Bundle, *, has_rows: bool
) -> Iterator[TableChange]:
    """At most one change."""
    if has_rows and old.streaming != new.streaming:
        kind = "a streaming table" if old.streaming else "a materialized view"
        other = "a materialized view" if old.streaming else "a streaming table"
        drops = "TABLE" if old.streaming else "MATERIALIZED VIEW"
        detail = f"was {kind} and becomes {other}: dropped and made again"
        yield TableChange(table, Action.REFRESH, detail, drops)
        return
    before = dict(old.reasons)
    reasons = [what for what, value in new.reasons if value != before.get(what, value)]
    if has_rows and new.streaming and reasons:
        detail = f"has to be read again in full: {', '.join(reasons)} changed"
        yield TableChange(table, Action.REFRESH, detail, lossless=reasons == [_RULES])
    elif was.get(old.path) != bundle.get(new.path):
        kept = "rows that are there stay as they are" if new.streaming else "is computed again"
        yield TableChange(table, Action.UPDATE, kept)


def _with_downstream(
    changes: list[TableChange], design: Design, existing: Collection[str]
) -> list[TableChange]:
    """A stream cannot go on reading a table that was emptied, so its table starts again too."""
    by_table = {change.table: change for change in changes}
    for entity in design.entities:
        bronze = by_table.get(names.bronze_table(entity))
        if bronze is None or bronze.action is not Action.REFRESH:
            continue
        for table, shape in _entity_shapes(entity).items():
            known = by_table.get(table)
            if table in existing and shape.streaming and not _refreshes(known):
                detail = f"has to be read again in full: it reads {bronze.table}"
                by_table[table] = TableChange(table, Action.REFRESH, detail)
    return list(by_table.values())


def _refreshes(change: TableChange | None) -> bool:
    return change is not None and change.action is Action.REFRESH


def _same_place(old: Design, new: Design) -> bool:
    """In another schema every table is a new one."""
    places = [(design.settings.catalog, design.settings.schema) for design in (old, new)]
    return places[0] == places[1]


def _shapes(design: Design) -> dict[str, _Shape]:
    """Every table that a run makes, in the order of the layers."""
    shapes: dict[str, _Shape] = {}
    for entity in design.entities:
        shapes |= _entity_shapes(entity)
    gold = [table for table in expected_tables(design) if table not in shapes]
    return shapes | {
        table: _Shape(False, f"src/gold/{names.function_name(table)}.py") for table in gold
    }


def _entity_shapes(entity: Entity) -> dict[str, _Shape]:
    """Bronze, silver and quarantine of one entity."""
    change = change_of(entity)
    streamed = has_streaming_bronze(entity)
    stem = names.function_name(entity.name)
    bronze, silver = f"src/bronze/{stem}.py", f"src/silver/{stem}.py"
    types = _types(entity)
    rules = ((_RULES, _quarantine_rules(entity)),)
    versions = (("its key", entity.key), ("its order", entity.sequence_by))
    cdc = change is not ChangeHandling.APPEND
    shapes = {
        names.bronze_table(entity): _Shape(streamed, bronze, _flows(entity)),
        names.silver_table(entity): _Shape(
            (streamed and change in _STREAMED) or change is ChangeHandling.SNAPSHOT_HISTORY,
            silver,
            (("how it handles changes", change), *(versions if cdc else ()), *types, *rules),
        ),
    }
    if has_quarantine(entity):
        streams = streamed and change in _STREAMED
        shapes[names.quarantine_table(entity)] = _Shape(streams, silver, (*types, *rules))
    return shapes


def _quarantine_rules(entity: Entity) -> frozenset[tuple[str, str]]:
    """What decides whether a row is in silver or in quarantine."""
    rules = [rule for rule in entity.rules if rule.action is RuleAction.QUARANTINE]
    return frozenset((rule.name, rule.condition) for rule in rules)


def _types(entity: Entity) -> tuple[tuple[str, object], ...]:
    """Columns that are new or gone don't matter: rows without them hold NULL."""
    return tuple(
        (f"the type of {column.name}", silver_type(column)) for column in silver_columns(entity)
    )


def _flows(entity: Entity) -> tuple[tuple[str, object], ...]:
    """What each flow reads. A flow that has another name starts from the beginning: one source
    makes a flow called as the table, several are numbered."""
    several = len(entity.reads) > 1
    reads = enumerate(entity.reads, start=1)
    return (
        ("the name of its flow", several),
        *((f"source {number}", _place(location)) for number, location in reads),
    )


def _place(location: Location) -> tuple[object, ...]:
    match location:
        case TableLocation(table=table):
            return ("table", str(table))
        case FilesLocation(path=path, format=format_):
            return ("files", path.rstrip("/"), format_)
        case KafkaLocation(servers=servers, topics=topics, pattern=pattern):
            return ("kafka", servers, topics, pattern)
