"""The datasets of an entity as SQL: what their code computes of some rows of the sources.

Bronze is rows of each source, whichever come first. From there on the expressions are those that
the generated code has, over all rows at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from medallion_core.model import ChangeHandling, Entity, Location, Rule, RuleAction
from medallion_core.tables import columns, names
from medallion_core.tables.columns import BROKEN_RULES, END, RESCUED, START, UNCAST
from medallion_core.tables.silver import (
    ROW_HASH,
    broken,
    carried,
    deletion,
    has_uncast,
    made_of_bronze,
    needs_row_hash,
    newest_first,
    row_hash,
    uncast_of_bronze,
)
from medallion_core.tables.sources import kind_of
from medallion_core.text import sql

Read = Callable[[str], str]
"""What stands after FROM for a dataset of the pipeline."""


def sample_of(location: Location, limit: int, selected: str = "*") -> str:
    """At most ``limit`` rows of a source. Raises MedallionError NOT_READABLE."""
    return f"SELECT {selected} FROM {kind_of(location).relation} LIMIT {int(limit)}"


def entity_query(entity: Entity, dataset: str, read: Read, limit: int) -> str:
    """The rows of one of the entity's tables, in bronze, silver or quarantine."""
    if dataset == names.bronze_table(entity):
        return _bronze(entity, limit)
    typed = f"({_typed(entity, read)})"
    if dataset == names.quarantine_table(entity):
        return _quarantine(entity, typed)
    return _silver(entity, _valid(entity, typed))


def _bronze(entity: Entity, limit: int) -> str:
    reads = (sample_of(each, limit, ", ".join(_read(entity, each))) for each in entity.reads)
    return " UNION ALL ".join(f"({each})" for each in reads)


def _read(entity: Entity, location: Location) -> Iterator[str]:
    kind = kind_of(location)
    for source, name in columns.bronze_names(entity).items():
        yield sql.aliased(sql.name(source), name)
    if columns.has_rescued_data(entity):
        yield RESCUED if kind.rescues else f"CAST(NULL AS STRING) AS {RESCUED}"
    # From which file a row is, the pipeline's reader tells, and not every query.
    kept = [f"CAST(NULL AS {column.type})" for column in columns.kept_by_all(entity)]
    values = ["current_timestamp()", sql.string(kind.location_name), *kept]
    for value, name in zip(values, columns.audit_columns(entity), strict=True):
        yield sql.aliased(value, name)


def _typed(entity: Entity, read: Read) -> str:
    made = made_of_bronze(entity).items()
    selected = [sql.aliased(expression, name) for name, expression in made]
    selected += map(sql.name, carried(entity))
    if has_uncast(entity):
        selected.append(f"{' '.join(uncast_of_bronze(entity))} AS {UNCAST}")
    return f"SELECT {', '.join(selected)} FROM {read(names.bronze_table(entity))}"


def _quarantine(entity: Entity, checked: str) -> str:
    marks = (f"IF({broken(entity, r)}, {sql.string(r.name)}, NULL)" for r in _named(entity))
    return (
        f"SELECT *, array_compact(array({', '.join(marks)})) AS {BROKEN_RULES} FROM {checked} "
        f"WHERE {_any_broken(entity, RuleAction.QUARANTINE)}"
    )


def _named(entity: Entity) -> list[Rule]:
    """The rules as the code lists them: by what they do, each kind in its order."""
    order = list(RuleAction)
    return sorted(entity.rules, key=lambda rule: order.index(rule.action))


def _valid(entity: Entity, checked: str) -> str:
    """Rows that no rule keeps out."""
    hashed = f", {row_hash(entity)} AS {ROW_HASH}" if needs_row_hash(entity) else ""
    kept_out = _any_broken(entity, RuleAction.DROP, RuleAction.QUARANTINE)
    return f"SELECT *{hashed} FROM {checked} WHERE NOT ({kept_out})"


def _any_broken(entity: Entity, *actions: RuleAction) -> str:
    found = (broken(entity, rule) for rule in entity.rules if rule.action in actions)
    return " OR ".join(found) or "false"


def _silver(entity: Entity, valid: str) -> str:
    """What becomes of several rows of one key."""
    match columns.change_of(entity):
        case ChangeHandling.APPEND:
            return valid
        case ChangeHandling.HISTORY:
            return _versions(entity, valid)
        case ChangeHandling.SNAPSHOT_HISTORY:
            # Of one snapshot every row is the current version.
            since = f"current_timestamp() AS {START}, CAST(NULL AS TIMESTAMP) AS {END}"
            return f"SELECT *, {since} FROM ({_newest(entity, valid)})"
        case _:
            return _newest(entity, valid)


def _newest(entity: Entity, valid: str) -> str:
    order = ", ".join(f"{sql.name(column)} DESC" for column in newest_first(entity))
    ranked = f"SELECT *, row_number() OVER ({_of_key(entity)} ORDER BY {order}) AS _rank"
    kept = f" AND {sql.is_not_true(entity.delete_when)}" if entity.delete_when else ""
    newest = f"({ranked} FROM ({valid})) WHERE _rank = 1{kept}"
    return f"SELECT * EXCEPT (_rank{_hash(entity)}) FROM {newest}"


def _versions(entity: Entity, valid: str) -> str:
    """A version for each row in which something that is tracked changed, until the next one or a
    deletion."""
    order = _sequence(entity)
    window = f"OVER ({_of_key(entity)} ORDER BY {order})"
    tracked = ", ".join(sql.name(each) for each in _tracked(entity))
    gone = f"coalesce({deletion(entity) or 'false'}, false)"
    said = f"SELECT *, {gone} AS _gone, to_json(struct({tracked})) AS _state FROM ({valid})"
    before = f"lag(struct(_gone, _state)) {window} AS _before"
    changed = "_before IS NULL OR _before <> struct(_gone, _state)"
    both = f"SELECT *, {before} FROM ({said})"
    kept = f"SELECT * EXCEPT (_before) FROM ({both}) WHERE {changed}"
    dated = f"SELECT *, {order} AS {START}, lead({order}) {window} AS {END} FROM ({kept})"
    return f"SELECT * EXCEPT (_gone, _state{_hash(entity)}) FROM ({dated}) WHERE NOT _gone"


def _tracked(entity: Entity) -> list[str]:
    own = list(made_of_bronze(entity))
    return [*own, UNCAST] if has_uncast(entity) else own


def _sequence(entity: Entity) -> str:
    first, *more = map(sql.name, newest_first(entity))
    return f"struct({', '.join((first, *more))})" if more else first


def _of_key(entity: Entity) -> str:
    return f"PARTITION BY {', '.join(map(sql.name, entity.key))}"


def _hash(entity: Entity) -> str:
    return f", {ROW_HASH}" if needs_row_hash(entity) else ""
