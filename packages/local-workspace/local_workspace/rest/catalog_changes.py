"""Catalogs, schemas and volumes made, changed and dropped by REST: as the SQL that does the same,
so that the same rights are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_workspace.catalog.errors import SqlError
from local_workspace.catalog.names import literal, quote
from local_workspace.rest.api import ApiError, Call, Handler, Route
from local_workspace.rest.catalog import ROOT, get_catalog, get_schema, get_volume
from local_workspace.sql.commands import run
from local_workspace.sql.session import open_session
from local_workspace.workspace import LocalWorkspace

_STATES = {
    "42501": (403, "PERMISSION_DENIED"),
    "42704": (404, "RESOURCE_DOES_NOT_EXIST"),
    "42P06": (400, "RESOURCE_ALREADY_EXISTS"),
    "2BP01": (400, "INVALID_STATE"),
}
"""Status and code of an error, by its SQLSTATE."""


def create(kind: str) -> Handler:
    def handler(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
        parents = [str(call.required(name)) for name in _PARENTS[kind]]
        name = [*parents, str(call.required("name"))]
        comment = str(call.json.get("comment") or "")
        told = f" COMMENT {literal(comment)}" if comment else ""
        _run(workspace, call, f"CREATE {kind} {_quoted(name)}{told}")
        return _shown(workspace, call, kind, name)

    return handler


def change(kind: str) -> Handler:
    """The owner and the comment; what else may be sent is read over."""

    def handler(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
        name = call.params["name"].split(".")
        if call.json.get("new_name"):
            raise ApiError(501, "NOT_IMPLEMENTED", "The local workspace renames tables only.")
        if "comment" in call.json:
            comment = literal(str(call.json["comment"]))
            _run(workspace, call, f"COMMENT ON {kind} {_quoted(name)} IS {comment}")
        if "owner" in call.json:
            owner = quote(str(call.json["owner"]))
            _run(workspace, call, f"ALTER {kind} {_quoted(name)} OWNER TO {owner}")
        return _shown(workspace, call, kind, name)

    return handler


def drop(kind: str) -> Handler:
    def handler(workspace: LocalWorkspace, call: Call) -> dict[str, Any]:
        name = call.params["name"].split(".")
        forced = call.query.get("force", "").lower() == "true" and kind != "VOLUME"
        _run(workspace, call, f"DROP {kind} {_quoted(name)}{' CASCADE' if forced else ''}")
        return {}

    return handler


def _run(workspace: LocalWorkspace, call: Call, statement: str) -> None:
    session = open_session(workspace, call.user)
    try:
        run(session, statement)
    except SqlError as error:
        status, code = _STATES.get(error.sql_state, (400, "INVALID_PARAMETER_VALUE"))
        text = error.message.removeprefix(f"[{error.error_class}] ").split(" SQLSTATE:")[0]
        raise ApiError(status, code, text.split("\n")[-1 if status == 403 else 0]) from error
    finally:
        session.close()


def _shown(workspace: LocalWorkspace, call: Call, kind: str, name: list[str]) -> dict[str, Any]:
    params: Mapping[str, str] = {"name": ".".join(name)}
    asked = Call("GET", call.path, params, {}, call.headers, b"", call.user)
    return _GET[kind](workspace, asked)


def _quoted(name: list[str]) -> str:
    return ".".join(map(quote, name))


_PARENTS = {"CATALOG": [], "SCHEMA": ["catalog_name"], "VOLUME": ["catalog_name", "schema_name"]}
_GET = {"CATALOG": get_catalog, "SCHEMA": get_schema, "VOLUME": get_volume}

ROUTES = tuple(
    Route(method, f"{ROOT}/{plural}{tail}", make(kind))
    for kind, plural in (("CATALOG", "catalogs"), ("SCHEMA", "schemas"), ("VOLUME", "volumes"))
    for method, tail, make in (
        ("POST", "", create),
        ("PATCH", "/{name}", change),
        ("DELETE", "/{name}", drop),
    )
)
