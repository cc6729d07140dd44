"""Failures of what is read: tables, files, topics; and of the tables that are written."""

from __future__ import annotations

from dataclasses import replace

from medallion_core.model import Design, Entity, FilesLocation, Location, TableLocation
from medallion_core.repair.answers import first_line, hand_over, mend
from medallion_core.repair.case import Case
from medallion_core.repair.changes import (
    ChangeSettings,
    ReadInFull,
    RemoveOption,
    RemoveRead,
)
from medallion_core.repair.diagnosis import Diagnosis, Risk
from medallion_core.repair.failures import kinds
from medallion_core.tables.datasets import Dataset, Layer
from medallion_core.tables.inventory import inventory
from medallion_core.tables.sources import kind_of
from medallion_core.text import sql
from medallion_core.text.identifiers import snake_case


def source_cannot_be_streamed(case: Case) -> Diagnosis | None:
    """A view, or a table whose rows were changed in place: it is read in full each time.

    Its bronze and silver tables change their kind by that, which none does that exists: they
    begin again under another name, which is for a person to say.
    """
    entity = _entity_that_reads(case)
    if entity is None or not _reads_tables_as_streams(entity):
        return None
    in_full = ReadInFull(entity.name)
    begins_again = kinds.changes_a_kind(case, in_full)
    renamed = [kinds.another_name(case, entity)] if begins_again else []
    return mend(
        case,
        "SOURCE_IS_NO_STREAM",
        f"{_places(entity)} cannot be read as a stream: {first_line(case.text)}",
        " ".join(
            [
                f"Reads {_places(entity)} in full each time.",
                *map(kinds.what_begins_again, renamed),
            ]
        ),
        [in_full, *renamed],
        risk=Risk.ASKS if begins_again else Risk.SAFE,
        left=kinds.left_behind(case, entity) if begins_again else (),
    )


def table_is_missing(case: Case) -> Diagnosis | None:
    """A table that is not there: one of ours comes back with the next deploy, any other asks."""
    name = ".".join(sql.name_parts(case.search(r"table or view (`[^\n]*?`) cannot be found")))
    name = name or case.search(r"Failed to read dataset '([^']+)'")
    own = _own_dataset(case.design, name)
    if not name or own or case.layer is not Layer.BRONZE or case.entity is None:
        return _redeployed(case, own.name) if own else None
    places = [kind_of(read).location_name for read in case.entity.reads if _is_table(read, name)]
    if not places:
        return None
    return mend(
        case,
        "SOURCE_IS_MISSING",
        f"The table {places[0]}, which {case.subject} reads, is not there or may not be seen.",
        f"Takes {places[0]} out of the design.",
        [RemoveRead(case.entity.name, places[0])],
        risk=Risk.ASKS,
        instructions=f"Restore it, or grant USE CATALOG, USE SCHEMA and SELECT on {places[0]}"
        f"{_to(case)}; or take it out of the design.",
    )


def nothing_is_defined(case: Case) -> Diagnosis | None:
    """The pipeline's files are gone: deploying puts them back."""
    return _redeployed(case, "the bundle")


def folder_is_empty(case: Case) -> Diagnosis | None:
    entity = _entity_that_reads(case)
    where = _places(entity) if entity else "the folder"
    return hand_over(
        case,
        "FOLDER_IS_EMPTY",
        f"{case.subject} finds no file in {where}, so its columns cannot be inferred.",
        f"Check the path; put a file into {where}; grant READ VOLUME on its volume{_to(case)}.",
    )


def files_differ(case: Case) -> Diagnosis | None:
    """Files of which not one column is known any more are written in another way."""
    entity = case.entity
    now = case.evidence.columns.get(entity.name, ()) if entity else ()
    if entity is None or not now or not all(isinstance(r, FilesLocation) for r in entity.reads):
        return None
    if {column.source.lower() for column in entity.columns} & {c.name.lower() for c in now}:
        return None
    names = ", ".join(column.name for column in now)
    return hand_over(
        case,
        "FILES_DIFFER",
        f"None of the columns of {entity.name} is in {_places(entity)}: there are {names[:200]}.",
        "Look at their sample rows on the Sources page: the delimiter, the header line or the"
        " encoding has changed. Read them as they are now, or have them written as before.",
    )


def record_is_malformed(case: Case) -> Diagnosis | None:
    """A reader that was told to stop at malformed records: without that it keeps them."""
    entity = _entity_that_reads(case)
    if entity is None or not _has_option(entity, "mode"):
        return None
    return mend(
        case,
        "RECORD_IS_MALFORMED",
        f"{_places(entity)} holds a malformed record, and the option mode stops at such.",
        f"Takes the option mode from {entity.name}: what does not parse is kept as rescued data.",
        [RemoveOption(entity.name, "mode")],
    )


def encoding_is_unknown(case: Case) -> Diagnosis | None:
    entity = _entity_that_reads(case)
    option = next((o for o in ("encoding", "charset") if entity and _has_option(entity, o)), "")
    if entity is None or not option:
        return None
    return mend(
        case,
        "ENCODING_IS_UNKNOWN",
        f"{_places(entity)} is to be read in an encoding that Spark does not know.",
        f"Takes the option {option} from {entity.name}: its files are read as UTF-8.",
        [RemoveOption(entity.name, option)],
        risk=Risk.ASKS,
    )


def file_is_unreadable(case: Case) -> Diagnosis | None:
    path = case.search(r"(?:reading|for) file:? '?([^\s']+\w)") or "a file"
    return hand_over(
        case,
        "FILE_IS_UNREADABLE",
        f"{case.subject} cannot read {path}: it is damaged, or of another format.",
        f"Replace or remove {path}, then run again.",
    )


def topic_is_missing(case: Case) -> Diagnosis | None:
    entity = _entity_that_reads(case)
    topics = _places(entity) if entity else "the topic"
    return hand_over(
        case,
        "TOPIC_IS_MISSING",
        f"Kafka has no topic {case.search(r'topic-partition: ([^.]+)') or topics}.",
        "Correct the topic in the design, create it, or let the login describe it.",
    )


def secret_is_missing(case: Case) -> Diagnosis | None:
    scope, key = case.search(r"scope: (\S+)"), case.search(r"key: (\S+?)(?:\s|$)")
    if not scope:
        return None
    return hand_over(
        case,
        "SECRET_IS_MISSING",
        f"There is no secret {key} in the scope {scope}, or it may not be read.",
        f"databricks secrets create-scope {scope}; databricks secrets put-secret {scope} {key}; "
        f"databricks secrets put-acl {scope} {case.evidence.principal or '<principal>'} READ",
    )


def schema_has_changed(case: Case) -> Diagnosis | None:
    """A stream stops when its source gets new columns, and takes them when it starts again."""
    return mend(
        case,
        "SCHEMA_HAS_CHANGED",
        f"The columns of what {case.subject} reads have changed while it ran.",
        "Runs again: the stream starts with the columns as they are now.",
        instructions=f"If it comes again, refresh {case.subject} in full.",
    )


def schema_is_incompatible(case: Case) -> Diagnosis | None:
    """A stream whose past no longer fits its source."""
    table = case.error.dataset
    return mend(
        case,
        "SCHEMA_IS_INCOMPATIBLE",
        f"The columns of what {table} reads have changed in a way that a stream cannot follow.",
        f"Refreshes {table} in full.",
        risk=Risk.ASKS,
        full_refresh=[table],
    )


def flow_has_changed(case: Case) -> Diagnosis | None:
    """AUTO CDC goes on only with the keys, the type of the order and the columns that it began
    with: https://docs.databricks.com/error-messages/autocdc-invalid-state-error-class"""
    table = case.error.dataset
    return mend(
        case,
        "FLOW_HAS_CHANGED",
        f"{table} was made with another key, order or kind of history than its code has now.",
        f"Refreshes {table} in full.",
        risk=Risk.ASKS,
        full_refresh=[table],
    )


def source_was_replaced(case: Case) -> Diagnosis | None:
    """A table that was dropped and made again: a stream cannot go on where it was."""
    entity = _entity_that_reads(case)
    if entity is None:
        return None
    stale = [t for t in _streaming_tables(entity, case) if case.evidence.may_exist(t)]
    return mend(
        case,
        "SOURCE_WAS_REPLACED",
        f"{_places(entity)} was dropped and made again since the last run.",
        f"Refreshes {', '.join(stale)} in full, from the table as it is now.",
        risk=Risk.ASKS,
        full_refresh=stale,
        instructions="The rows of the earlier table are gone from bronze then.",
    )


def name_is_taken(case: Case) -> Diagnosis | None:
    """A table of that name is somebody else's: it is never touched."""
    settings = case.design.settings
    schema = snake_case(f"{settings.schema}_{settings.pipeline_name}")
    if schema == settings.schema:
        return None
    owner = case.search(r"managed by pipeline (\S+?)\.?\s")
    whose = f"pipeline {owner}" if owner else "somebody else"
    return mend(
        case,
        "NAME_IS_TAKEN",
        f"{settings.catalog}.{settings.schema} has a table {case.subject} that is of {whose}.",
        f"Publishes to the schema {schema} instead.",
        [ChangeSettings(replace(settings, schema=schema))],
        risk=Risk.ASKS,
        instructions=f"Publish to another schema, or have {whose} give up {case.subject}.",
    )


def _redeployed(case: Case, table: str) -> Diagnosis:
    return mend(
        case,
        "FILE_IS_MISSING",
        f"{table} is not defined: a file of the bundle is missing in the workspace.",
        "Deploys the bundle again and runs it.",
    )


def _entity_that_reads(case: Case) -> Entity | None:
    return case.entity if case.layer is Layer.BRONZE else None


def _reads_tables_as_streams(entity: Entity) -> bool:
    return any(
        isinstance(read, TableLocation) and kind_of(read).is_streamed for read in entity.reads
    )


def _streaming_tables(entity: Entity, case: Case) -> list[str]:
    return [table.name for table in inventory(case.design).of(entity) if table.is_streaming]


def _own_dataset(design: Design, name: str) -> Dataset | None:
    """The pipeline's dataset that is called ``name``, written with or without its schema."""
    *schema, table = name.split(".")
    own = (design.settings.catalog, design.settings.schema)
    if schema in ([], ["LIVE"], [own[1]], [*own]):
        return inventory(design).find(table)
    return None


def _places(entity: Entity) -> str:
    return " and ".join(kind_of(read).location_name for read in entity.reads)


def _is_table(read: Location, name: str) -> bool:
    if not isinstance(read, TableLocation):
        return False
    return str(read.table).lower().endswith(name.lower())


def _has_option(entity: Entity, option: str) -> bool:
    options = (read.options for read in entity.reads if isinstance(read, FilesLocation))
    return any(option in map(str.lower, each) for each in options)


def _to(case: Case) -> str:
    return f" to {case.evidence.principal}" if case.evidence.principal else ""
