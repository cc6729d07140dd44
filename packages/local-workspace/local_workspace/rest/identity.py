"""Who is asking: service principals with OAuth, people with personal tokens."""

from __future__ import annotations

import base64
import hmac
import json
import math
import secrets
import time
import urllib.parse
import uuid
from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

from local_workspace.rest.api import ApiError, Call, Route
from local_workspace.state import State
from local_workspace.workspace import LocalWorkspace

WORKSPACE_ID = "1000000000000001"

TOKEN_SECONDS = 3600
"""How long an OAuth token is good for."""

EXPIRING_SECONDS = 30
"""A token that is about to expire is refused already."""

_CATALOG = "/api/2.1/unity-catalog"
SCOPES = (
    ("/api/2.0/sql", ("sql",)),
    ("/sql/", ("sql",)),
    ("/api/2.0/preview/scim/v2/Me", ("iam.current-user:read",)),
    ("/api/2.0/preview/scim", ("iam.access-control:read",)),
    ("/api/2.0/fs", ("files.files",)),
    (f"{_CATALOG}/catalogs", ("catalog.catalogs:read", "unity-catalog")),
    (f"{_CATALOG}/schemas", ("catalog.schemas:read", "unity-catalog")),
    (f"{_CATALOG}/tables", ("catalog.tables:read", "unity-catalog")),
    (_CATALOG, ("unity-catalog",)),
)
"""Beginnings of paths, and the scopes of which a token needs one there; ``all-apis`` elsewhere."""


def authenticate(state: State, headers: Mapping[str, str], path: str) -> str:
    """The user behind the Authorization header, who asks for ``path``. Raises ApiError 401 or
    403."""
    header = headers.get("authorization", "")
    if not header:
        raise ApiError(
            401,
            "UNAUTHENTICATED",
            "Credential was not sent or was of an unsupported type for this API.",
        )
    document = state.get("token", header.removeprefix("Bearer ").strip())
    if document is None:
        raise ApiError(403, "PERMISSION_DENIED", "Invalid access token.")
    if document.get("expires_at", math.inf) < time.time() + EXPIRING_SECONDS:
        raise ApiError(
            403, "PERMISSION_DENIED", "Token is expiring within 30 seconds. (token expired)"
        )
    _check_scopes(document.get("scopes"), path)
    return str(document["user"])


def _check_scopes(held: list[str] | None, path: str) -> None:
    """A token without scopes may do all. Raises ApiError 403."""
    if held is None:
        return
    needed = next((scopes for start, scopes in SCOPES if path.startswith(start)), ("all-apis",))
    if not {*needed, "all-apis"} & {*held}:
        raise ApiError(
            403,
            "PERMISSION_DENIED",
            f"Provided OAuth token does not have required scopes: {needed[0]}",
        )


def host_metadata(workspace: LocalWorkspace, _: Call) -> dict[str, object]:
    return {
        "oidc_endpoint": f"{workspace.host}/oidc",
        "account_id": str(uuid.uuid5(uuid.NAMESPACE_URL, "local account")),
        "workspace_id": WORKSPACE_ID,
    }


def discovery(workspace: LocalWorkspace, _: Call) -> dict[str, object]:
    endpoint = f"{workspace.host}/oidc/v1"
    return {
        "authorization_endpoint": f"{endpoint}/authorize",
        "token_endpoint": f"{endpoint}/token",
        "issuer": f"{workspace.host}/oidc",
        "grant_types_supported": ["client_credentials"],
        "scopes_supported": ["all-apis"],
    }


def token(workspace: LocalWorkspace, call: Call) -> Response:
    """OAuth client credentials; id and secret by HTTP Basic or in the form."""
    form = dict(urllib.parse.parse_qsl(call.body.decode()))
    client_id, secret = _client(call.headers, form)
    if form.get("grant_type") != "client_credentials":
        return _refused(400, "unsupported_grant_type", "Only client_credentials is supported")
    document = workspace.state.get("principal", client_id)
    if document is None or not hmac.compare_digest(document["secret"], secret):
        return _refused(401, "invalid_client", "Client authentication failed")
    access_token = issue_token(workspace, client_id)
    answer = {
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": TOKEN_SECONDS,
        "scope": form.get("scope", "all-apis"),
    }
    return JSONResponse(answer)


def _client(headers: Mapping[str, str], form: Mapping[str, str]) -> tuple[str, str]:
    header = headers.get("authorization", "")
    if header.startswith("Basic "):
        pair = base64.b64decode(header.removeprefix("Basic ")).decode()
        client_id, _, secret = pair.partition(":")
        return urllib.parse.unquote(client_id), urllib.parse.unquote(secret)
    return form.get("client_id", ""), form.get("client_secret", "")


def issue_token(
    workspace: LocalWorkspace, user: str, scopes: tuple[str, ...] = ("all-apis",)
) -> str:
    """A token in the shape of a JWT, since clients read its ``exp`` and its ``iss``."""
    expires_at = int(time.time()) + TOKEN_SECONDS
    claims = {
        "iss": f"{workspace.host}/oidc",
        "sub": user,
        "exp": expires_at,
        "iat": int(time.time()),
        "scope": " ".join(scopes),
    }
    parts = [{"alg": "none", "typ": "JWT"}, claims]
    text = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts
    )
    issued = f"{text}.{secrets.token_urlsafe(32)}"
    document = {"user": user, "expires_at": expires_at, "scopes": list(scopes)}
    workspace.state.put("token", issued, document)
    return issued


def _refused(status: int, error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status_code=status)


ROUTES = (
    Route("GET", "/.well-known/databricks-config", host_metadata, public=True),
    Route("GET", "/oidc/.well-known/oauth-authorization-server", discovery, public=True),
    Route("POST", "/oidc/v1/token", token, public=True),
)
