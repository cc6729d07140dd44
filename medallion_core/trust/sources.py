"""Whether a person may read what their design reads: each source is asked for as the person.

The service principal copies what it sees. A table that shows different people different rows or
values (a row filter, a mask, a view over ``current_user()``) would be copied as the service
principal sees it, whatever the person may see of it: that needs an admin's word.
https://docs.databricks.com/aws/en/data-governance/unity-catalog/filters-and-masks/
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from databricks.sdk.errors import NotFound, PermissionDenied
from databricks.sdk.service.catalog import TableInfo

from medallion_core.errors import MedallionError
from medallion_core.model import Design, FilesLocation, KafkaLocation, Location, TableLocation
from medallion_core.tables.sources import kind_of
from medallion_core.text.identifiers import quote_literal
from medallion_core.text.tokens import tokens
from medallion_core.trust.allowed import (
    FILTERED_SOURCES,
    KAFKA_SERVERS,
    SECRET_SCOPES,
    Allowed,
    allowed_by_admin,
)
from medallion_core.trust.asker import Asker
from medallion_core.trust.refusals import Refusal
from medallion_core.workspace import Workspace
from medallion_core.workspace.errors import TRANSIENT, remote_errors

_AT_ONCE = 8
_WHO_ASKS = frozenset(
    {"current_user", "session_user", "user", "is_account_group_member", "is_member"}
)
"""Functions by which a view shows different people different rows."""

_REACHES_OUT = ("credential", "password", "secret", "token", "jaas", "truststore", "keystore")
"""Parts of reader options that name a login: those come from secret scopes alone."""

_IN_PLACE_OF = frozenset(
    {"kafka.bootstrap.servers", "subscribe", "subscribepattern", "assign", "path", "paths"}
)
"""Reader options that would read from elsewhere than the location that was asked for: options are
written after what the location says, and the last one counts."""


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
    ask = partial(_refusals, asker, allowed_by_admin(environment))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return [refusal for found in pool.map(ask, locations) for refusal in found]


def _different(design: Design) -> Iterable[Location]:
    seen: list[Location] = []
    for entity in design.entities:
        seen += [location for location in entity.reads if location not in seen]
    return seen


def _refusals(asker: Asker, allowed: Allowed, location: Location) -> list[Refusal]:
    return _ASKED[type(location)](asker, allowed, location)


def _table(asker: Asker, allowed: Allowed, location: TableLocation) -> list[Refusal]:
    name = str(location.table)
    statement = f"SELECT * FROM {kind_of(location).relation} LIMIT 0"
    lacks = _lacks(asker.person, statement, f"SELECT on {name}")
    if lacks:
        return [Refusal(name, lacks, f"Ask the owner of {name} for SELECT on it.")]
    why = "" if name.lower() in allowed.filtered_sources else _shows_parts(asker, name)
    hint = f"Have an admin add {name} to {FILTERED_SOURCES} in app.yaml if that is meant."
    return [Refusal(name, why, hint)] if why else []


def _files(asker: Asker, _: Allowed, location: FilesLocation) -> list[Refusal]:
    return [*_folder(asker.person, location), *_options(location.path, location.options)]


def _folder(person: Workspace, location: FilesLocation) -> list[Refusal]:
    path = location.path
    if _leads_elsewhere(path.replace("\\", ""), location.folder):
        return [Refusal(path, "the path leads through other folders", "Write it without dots.")]
    needs = "READ VOLUME" if path.startswith("/Volumes/") else "READ FILES"
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


def _kafka(_: Asker, allowed: Allowed, location: KafkaLocation) -> list[Refusal]:
    return [
        *_servers(allowed, location),
        *_options(f"Kafka {location.servers}", location.options),
    ]


def _servers(allowed: Allowed, location: KafkaLocation) -> list[Refusal]:
    refusals = []
    servers = {server.strip() for server in location.servers.split(",")}
    if allowed.kafka_servers is not None and not servers <= allowed.kafka_servers:
        others = ", ".join(sorted(servers - allowed.kafka_servers))
        hint = f"Have an admin add it to {KAFKA_SERVERS} in app.yaml."
        refusals.append(Refusal(others, "this Kafka server is not on the admin's list", hint))
    scope = location.secret_scope
    if scope and scope not in allowed.secret_scopes:
        hint = f"Have an admin add {scope} to {SECRET_SCOPES} in app.yaml."
        refusals.append(Refusal(scope, "this secret scope is not on the admin's list", hint))
    return refusals


def _options(subject: str, options: Mapping[str, str]) -> list[Refusal]:
    logins = [name for name in options if any(part in name.lower() for part in _REACHES_OUT)]
    others = [name for name in options if name.strip().lower() in _IN_PLACE_OF]
    keep = "Keep the login in a secret scope that the admin lists."
    return [
        *(Refusal(subject, f"the option {name} names a login", keep) for name in logins),
        *(
            Refusal(subject, f"the option {name} would read from elsewhere", f"Take {name} out.")
            for name in others
        ),
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


def _shows_parts(asker: Asker, name: str) -> str:
    """Why the copy might hold more than the person may see; empty where it cannot. A table whose
    definition nobody here may look at might hide anything."""
    found = [info for ws in (asker.app, asker.person) if (info := _info(ws, name))]
    if not found:
        return (
            "neither you nor the app's service principal may see whether it hides rows or values "
            "from some people"
        )
    if not any(map(_is_filtered, found)):
        return ""
    return (
        "it hides rows or values from some people, and the copy would hold what the app's service "
        "principal sees"
    )


def _info(ws: Workspace, name: str) -> TableInfo | None:
    with remote_errors(f"Reading the table {name}"):
        try:
            return ws.client.tables.get(name)
        except (NotFound, PermissionDenied):
            return None


def _is_filtered(info: TableInfo) -> bool:
    masked = any(column.mask for column in info.columns or [])
    return bool(info.row_filter) or masked or _asks_who(info.view_definition or "")


def _asks_who(query: str) -> bool:
    """A query that cannot be read may ask anything."""
    try:
        words = {token.value.lower() for token in tokens(query) if token.is_name}
    except MedallionError:
        return True
    return bool(words & _WHO_ASKS)


_ASKED: dict[type[Location], Callable[[Asker, Allowed, Any], list[Refusal]]] = {
    TableLocation: _table,
    FilesLocation: _files,
    KafkaLocation: _kafka,
}
"""What is asked about each kind of source. One that is not here is not read at all."""
