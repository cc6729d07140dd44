"""What a new design means for tables that hold rows already.

Materialized views are computed again anyway. A streaming table keeps the rows that it has: where
they would contradict the new design it has to be read again in full, which loses what its source
no longer holds, and is never done without consent. Only where silver takes the rows of a bronze
that keeps them all, and would make others of them now, is it done by itself: by new rules of a
quarantine a row that was passed over would end in neither place, what was deleted would stay, and
one column would hold what was read in two ways, or hashes beside the values that they hide.

What is generated for a design changes with the version of the product, too: the code that is
deployed is compared with what its design gives today, and what differs in what it makes of a table
counts as the design's own changes do. Where such a table cannot be made again without a loss, it
asks only for what the platform keeps of a flow, since the code of the earlier version is not to be
had any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace

from medallion_core.check.makings import DELETIONS, HANDLING, KEY, ORDER, RULES, STATE, makings
from medallion_core.deploy.steps import Action
from medallion_core.model import (
    Bundle,
    ChangeHandling,
    Design,
    Entity,
    RuleAction,
)
from medallion_core.tables.columns import change_of, is_hashed, silver_columns, silver_type
from medallion_core.tables.datasets import Dataset, Layer
from medallion_core.tables.inventory import inventory
from medallion_core.tables.silver import deletion, is_stream
from medallion_core.tables.sources import kind_of

_KEPT = "what is kept of {}"
_SINCE = "changed since its code was written, by an earlier version of Medallion Builder or by hand"
_GONE = "is no longer made by the pipeline"
_UNSEEN = "; whether it exists is not known: the app may not list the schema"
_MADE_BY_RUN = "is filled by the next run"


@dataclass(frozen=True, slots=True)
class Deployed:
    """What was deployed last: ``design`` is None where it cannot be read any more, ``bundle`` is
    what it gives today. ``tables`` are those that exist in the schema, None where nobody may say
    which. ``code`` are the files that are replaced or go, as they lie there: by path."""

    design: Design | None
    bundle: Bundle
    tables: frozenset[str] | None
    code: Mapping[str, str] = field(default_factory=dict)

    def remade(self, table: Dataset, wanted: Bundle) -> list[str]:
        """What of the making of ``table``, as it was deployed, is not as its design gives it today;
        where that is not known, not as it is ``wanted``."""
        paths = (
            [table.file] if table.file in self.code else sorted(self.code.keys() - wanted.keys())
        )
        found = (makings(self.code[path]).get(table.name) for path in paths)
        was = next(filter(None, found), None)
        text = self.bundle.get(table.file, wanted.get(table.file, ""))
        now = makings(text).get(table.name) if was else None
        if was is None or now is None:
            return []
        return [what for what in dict.fromkeys((*was, *now)) if was.get(what) != now.get(what)]


@dataclass(frozen=True, slots=True)
class TableChange:
    """REFRESH asks for consent unless it is ``lossless``.

    ``other_kind``: a streaming table cannot become a materialized view in place, nor the reverse.
    """

    table: str
    action: Action
    detail: str
    _: KW_ONLY
    other_kind: bool = False
    lossless: bool = False


def table_changes(deployed: Deployed | None, design: Design, bundle: Bundle) -> list[TableChange]:
    """One entry per table that is new, changed or gone; all are new without a deployment. One that
    no run has made yet goes without a word: there is nothing to lose."""
    if deployed is None or (deployed.design and not _same_place(deployed.design, design)):
        return [TableChange(name, Action.CREATE, _MADE_BY_RUN) for name in _tables(design)]
    after = _tables(design)
    before = _tables(deployed.design) if deployed.design else {}
    existing = deployed.tables
    if existing is None:
        existing = frozenset(before if deployed.design else after)
    changes: list[TableChange] = []
    for name, table in after.items():
        if name in before or (name in existing and deployed.design is None):
            rows = name in existing
            changes += _compared(before.get(name), table, deployed, bundle, has_rows=rows)
        else:
            changes.append(TableChange(name, Action.CREATE, _MADE_BY_RUN))
    gone = [name for name in before if name not in after and name in existing]
    changes += [TableChange(name, Action.DELETE, _GONE) for name in gone]
    changes = _with_downstream(changes, design, existing)
    return changes if deployed.tables is not None else [*map(_unseen, changes)]


def _unseen(change: TableChange) -> TableChange:
    """``change`` as it is told where the table may not be there at all."""
    loses = change.action in (Action.REFRESH, Action.DELETE) or change.other_kind
    return replace(change, detail=f"{change.detail}{_UNSEEN}") if loses else change


def _tables(design: Design) -> dict[str, Dataset]:
    return {table.name: table for table in inventory(design).tables}


def _compared(
    old: Dataset | None, new: Dataset, deployed: Deployed, bundle: Bundle, *, has_rows: bool
) -> Iterator[TableChange]:
    """At most one change; ``old`` is None where nobody knows what was deployed."""
    if has_rows and old and old.kind is not new.kind:
        detail = f"is there as a {old.kind} and cannot become a {new.kind}"
        yield TableChange(new.name, Action.UPDATE, detail, other_kind=True)
        return
    reasons = _changed(old, new) if old else []
    remade = deployed.remade(new, bundle) if has_rows and new.is_streaming else []
    lossless = _is_lossless(new, reasons)
    counted = [what for what in remade if lossless or what in STATE]
    if has_rows and new.is_streaming and (reasons or counted):
        detail = f"needs a full refresh: {_said(reasons, counted)}"
        yield TableChange(new.name, Action.REFRESH, detail, lossless=lossless)
    elif (
        deployed.bundle.get((old or new).file) != bundle.get(new.file) or new.file in deployed.code
    ):
        kept = "rows that are there stay as they are" if new.is_streaming else "is computed again"
        why = f": {_said((), remade)}" if remade else ""
        yield TableChange(new.name, Action.UPDATE, f"{kept}{why}")


def _changed(old: Dataset, new: Dataset) -> list[str]:
    """What the design says otherwise."""
    before = dict(_reasons(old))
    return [
        what
        for what, value in _reasons(new)
        if value is not None and value != before.get(what, value)
    ]


def _said(reasons: Sequence[str], remade: Sequence[str]) -> str:
    """What changed in the design, then what did in the code."""
    designed = [f"{', '.join(reasons)} changed"] if reasons else []
    written = [f"{', '.join(remade)} {_SINCE}"] if remade else []
    return "; ".join((*designed, *written))


def _with_downstream(
    changes: list[TableChange], design: Design, existing: Collection[str]
) -> list[TableChange]:
    """A stream cannot go on reading a table that was emptied, so its table starts again too."""
    by_table = {change.table: change for change in changes}
    refreshed = [change.table for change in changes if change.action is Action.REFRESH]
    if not refreshed:
        return changes
    found = inventory(design)
    for table in found.tables:
        emptied = [read for read in found.without_views(table.reads) if read in refreshed]
        if emptied and table.is_streaming and table.name in {*existing} - {*refreshed}:
            detail = f"needs a full refresh: it reads {emptied[0]}"
            by_table[table.name] = TableChange(table.name, Action.REFRESH, detail)
            refreshed.append(table.name)
    return list(by_table.values())


def _same_place(old: Design, new: Design) -> bool:
    """In another schema every table is a new one."""
    places = [(design.settings.catalog, design.settings.schema) for design in (old, new)]
    return places[0] == places[1]


def _is_lossless(table: Dataset, reasons: Collection[str]) -> bool:
    """Whether the rows of bronze give all that the table had and should have. A snapshot is
    followed by the next, and what a missing column said is in old rows only. What is filled once
    reads no source."""
    entity = table.of
    if not isinstance(entity, Entity):
        return True
    if table.layer is Layer.BRONZE or not is_stream(entity):
        return False
    anew = {RULES, DELETIONS, *(_KEPT.format(column.name) for column in entity.columns)}
    missing = any(column.missing for column in silver_columns(entity))
    return anew.issuperset(reasons) and not missing


def _reasons(table: Dataset) -> tuple[tuple[str, object], ...]:
    """What of a table's making decides whether its rows can stay: what it is, and its value. What
    is new, or None now, has no effect on rows that are there."""
    entity = table.of
    if not isinstance(entity, Entity):
        return ()
    if table.layer is Layer.BRONZE:
        return _flows(entity)
    made = entity.find_out_once("making of its rows", lambda: (*_types(entity), *_kept(entity)))
    divided = (*made, *_divided(entity))
    return divided if table.layer is Layer.QUARANTINE else (*_versions(entity), *divided)


def _versions(entity: Entity) -> tuple[tuple[str, object], ...]:
    change = (HANDLING, change_of(entity))
    if change_of(entity) is ChangeHandling.APPEND:
        return (change,)
    return (change, (KEY, entity.key), (ORDER, entity.order))


def _divided(entity: Entity) -> tuple[tuple[str, object], ...]:
    """What decides whether a row is in silver, in quarantine, or deletes one. The next snapshot
    is divided anew as a whole."""
    if not is_stream(entity):
        return ()
    return ((RULES, _quarantine_rules(entity)), (DELETIONS, deletion(entity)))


def _quarantine_rules(entity: Entity) -> frozenset[tuple[str, str]]:
    rules = [rule for rule in entity.rules if rule.action is RuleAction.QUARANTINE]
    return frozenset((rule.name, rule.condition) for rule in rules)


def _types(entity: Entity) -> tuple[tuple[str, object], ...]:
    """Columns that are new or gone don't matter: rows without them hold NULL."""
    return tuple(
        (f"the type of {column.name}", silver_type(column)) for column in silver_columns(entity)
    )


def _kept(entity: Entity) -> Iterator[tuple[str, object]]:
    """What of a source's value silver holds. A column that was left out has values in bronze that
    old rows lack; one that is left out since has them in old rows, which matters where they are
    personal data."""
    there = {column.name for column in silver_columns(entity)}
    for column in entity.columns:
        field = (column.path, column.fallback)
        made = (*field, column.trim, column.empty_to_null, column.source_format, is_hashed(column))
        gone = () if column.included else None
        yield _KEPT.format(column.name), made if column.name in there else gone


def _flows(entity: Entity) -> tuple[tuple[str, object], ...]:
    """What each flow reads. A flow that has another name starts from the beginning: one source
    makes a flow called as the table, several are numbered."""
    several = len(entity.reads) > 1
    reads = enumerate(entity.reads, start=1)
    return (
        ("the name of its flow", several),
        *((f"source {number}", kind_of(location).identity) for number, location in reads),
    )
