"""Whether a person may read what their design reads: each source is asked for as the person."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from medallion_core.errors import MedallionError
from medallion_core.model import Design, FilesLocation, KafkaLocation, Location, TableLocation
from medallion_core.tables.sources import kind_of
from medallion_core.text.identifiers import quote_literal
from medallion_core.trust.allowed import (
    KAFKA_SERVERS,
    SECRET_SCOPES,
    Allowed,
    allowed_by_admin,
)
from medallion_core.trust.asker import Asker
from medallion_core.trust.hidden import Hidden
from medallion_core.trust.readable import readable, reading
from medallion_core.trust.refusals import Refusal
from medallion_core.workspace import Workspace
from medallion_core.workspace.errors import TRANSIENT

_AT_ONCE = 8
_VOLUMES = "/Volumes/"
_DEPTH_OF_A_VOLUME = "/Volumes/catalog/schema/volume".count("/")


def refused_sources(
    asker: Asker, design: Design, environment: Mapping[str, str] = os.environ
) -> list[Refusal]:
    """What the person lacks to read what the design reads, in the order of its sources; nothing
    for who acts as themselves.

    Raises MedallionError where the workspace is out of reach or the sign-in has expired: nothing
    is known then, and nothing may be done.
    """
    if not asker.is_checked:
        return []
    locations = list(_different(design))
    allowed = allowed_by_admin(environment)
    tables = (each for each in locations if isinstance(each, TableLocation))
    can_read = readable(asker.person, (kind_of(each).relation for each in tables))
    ask = partial(_refusals, _Question(asker, allowed, Hidden(asker, allowed), can_read))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [refusal for found in pool.map(ask, locations) for refusal in found]


def _different(design: Design) -> Iterable[Location]:
    seen: list[Location] = []
    for entity in design.entities:
        seen += [location for location in entity.reads if location not in seen]
    return seen


@dataclass(frozen=True, slots=True)
class _Question:
    """Who asks, what an admin allows, what is known of tables that hide something, and the
    relations that the person was seen to read."""

    asker: Asker
    allowed: Allowed
    hidden: Hidden
    can_read: frozenset[str]


def _refusals(question: _Question, location: Location) -> list[Refusal]:
    return _ASKED[type(location)](question, location)


def _table(question: _Question, location: TableLocation) -> list[Refusal]:
    name, relation = str(location.table), kind_of(location).relation
    lacks = relation not in question.can_read and _lacks(
        question.asker.person, reading(relation), f"SELECT on {name}"
    )
    if lacks:
        return [Refusal(name, lacks, f"Ask the owner of {name} for SELECT on it.")]
    return question.hidden.refusals(location.table)


def _files(question: _Question, location: FilesLocation) -> list[Refusal]:
    found = _folder(question.asker.person, location)
    return [*found, *_options(location)]


def _folder(person: Workspace, location: FilesLocation) -> list[Refusal]:
    path = location.path
    if _leads_elsewhere(path.replace("\\", ""), location.folder):
        return [Refusal(path, "the path leads through other folders", "Write it without dots.")]
    if path.startswith(_VOLUMES) and location.folder.count("/") < _DEPTH_OF_A_VOLUME:
        return [Refusal(path, "the path is not that of one volume", "Write the volume's name out.")]
    needs = "READ VOLUME" if path.startswith(_VOLUMES) else "READ FILES"
    lacks = _lacks(person, f"LIST {quote_literal(location.folder)} LIMIT 1", f"{needs} on {path}")
    return [Refusal(path, lacks, f"Ask the owner of {path} for {needs}.")] if lacks else []


def _leads_elsewhere(path: str, folder: str) -> bool:
    """Whether the path goes up again, by itself or by what its pattern below ``folder`` means."""
    pattern = path.removeprefix(folder)
    if ".." in pattern or ("{" in pattern and "/" in pattern.strip("/")):
        return True
    return (posixpath.normpath(path) != path.rstrip("/") and "://" not in path) or (
        "/../" in f"{path}/"
    )


def _kafka(question: _Question, location: KafkaLocation) -> list[Refusal]:
    return [*_servers(question.allowed, location), *_options(location)]


def _servers(allowed: Allowed, location: KafkaLocation) -> list[Refusal]:
    """A login goes to listed servers alone: any other, which somebody may have set up for that,
    would be told the password."""
    refusals = []
    servers = {server.strip() for server in location.servers.split(",")}
    scope = location.secret_scope
    listed = allowed.kafka_servers or frozenset()
    if (scope or allowed.kafka_servers is not None) and not servers <= listed:
        others = ", ".join(sorted(servers - listed))
        hint = f"Have an admin add it to {KAFKA_SERVERS} in app.yaml."
        refusals.append(Refusal(others, "this Kafka server is not on the admin's list", hint))
    if scope and scope not in allowed.secret_scopes:
        hint = f"Have an admin add {scope} to {SECRET_SCOPES} in app.yaml."
        refusals.append(Refusal(scope, "this secret scope is not on the admin's list", hint))
    return refusals


def _options(location: Location) -> list[Refusal]:
    """Whoever reads with these, it is the service principal that would write or delete."""
    kind = kind_of(location)
    hint = f"Take it out. Options may be: {', '.join(kind.known_options)}."
    return [
        Refusal(kind.location_name, f"the option {option!r} is not one that only reads", hint)
        for option in kind.refused_options
    ]


def _lacks(person: Workspace, statement: str, privilege: str) -> str:
    """What is missing, empty where the statement runs. An answer that says nothing of rights is
    raised where it may be another one tomorrow, and counts as missing where it may not."""
    try:
        person.execute(statement)
    except MedallionError as error:
        if error.code in TRANSIENT or error.code == "UNAUTHENTICATED":
            raise
        return privilege if error.code == "PERMISSION_DENIED" else f"{privilege} ({error.message})"
    return ""


_ASKED: dict[type[Location], Callable[[_Question, Any], list[Refusal]]] = {
    TableLocation: _table,
    FilesLocation: _files,
    KafkaLocation: _kafka,
}
"""What is asked about each kind of source. One that is not here is not read at all."""
