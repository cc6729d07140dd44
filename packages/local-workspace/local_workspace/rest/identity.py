"""Who is asking: service principals with OAuth, people with personal tokens, and SCIM's ``Me``."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import time
import urllib.parse
import uuid
from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

from local_workspace.principals import is_admin
from local_workspace.rest.api import ApiError, Call, Route
from local_workspace.state import State
from local_workspace.workspace import LocalWorkspace

WORKSPACE_ID = "1000000000000001"

TOKEN_SECONDS = 3600
"""How long an OAuth token is good for."""


def authenticate(state: State, headers: Mapping[str, str]) -> str:
    """The user behind the Authorization header. Raises ApiError 401."""
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
    if document.get("expires_at", time.time() + 1) < time.time():
        raise ApiError(401, "UNAUTHENTICATED", "Token is expired.")
    return str(document["user"])


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
    access_token = _issue(workspace, client_id)
    answer = {
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": TOKEN_SECONDS,
        "scope": form.get("scope", "all-apis"),
    }
    return JSONResponse(answer)


def me(workspace: LocalWorkspace, call: Call) -> dict[str, object]:
    admins = [{"display": "admins"}] if is_admin(workspace.state, call.user) else []
    person = "@" in call.user
    return {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": str(uuid.uuid5(uuid.NAMESPACE_OID, call.user).int % 10**16),
        "userName": call.user,
        "displayName": call.user if person else "local workspace",
        "active": True,
        "emails": [{"type": "work", "value": call.user, "primary": True}] if person else [],
        "groups": [{"display": "users"}, *admins],
    }


def _client(headers: Mapping[str, str], form: Mapping[str, str]) -> tuple[str, str]:
    header = headers.get("authorization", "")
    if header.startswith("Basic "):
        pair = base64.b64decode(header.removeprefix("Basic ")).decode()
        client_id, _, secret = pair.partition(":")
        return urllib.parse.unquote(client_id), urllib.parse.unquote(secret)
    return form.get("client_id", ""), form.get("client_secret", "")


def _issue(workspace: LocalWorkspace, user: str) -> str:
    """A token in the shape of a JWT, since clients read its ``exp`` and its ``iss``."""
    expires_at = int(time.time()) + TOKEN_SECONDS
    claims = {
        "iss": f"{workspace.host}/oidc",
        "sub": user,
        "exp": expires_at,
        "iat": int(time.time()),
    }
    parts = [{"alg": "none", "typ": "JWT"}, claims]
    text = ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts
    )
    issued = f"{text}.{secrets.token_urlsafe(32)}"
    workspace.state.put("token", issued, {"user": user, "expires_at": expires_at})
    return issued


def _refused(status: int, error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status_code=status)


ROUTES = (
    Route("GET", "/.well-known/databricks-config", host_metadata, public=True),
    Route("GET", "/oidc/.well-known/oauth-authorization-server", discovery, public=True),
    Route("POST", "/oidc/v1/token", token, public=True),
    Route("GET", "/api/2.0/preview/scim/v2/Me", me),
)
