"""Who is let in, and as whom."""

from __future__ import annotations

import httpx
import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import NotImplemented as NotImplementedByService
from databricks.sdk.errors import PermissionDenied

from local_workspace.testing import RunningWorkspace

ME = "/api/2.0/preview/scim/v2/Me"


def test_the_service_principal_and_a_person_are_told_apart(workspace: RunningWorkspace) -> None:
    assert workspace.client().current_user.me().user_name == workspace.env["DATABRICKS_CLIENT_ID"]
    ann = workspace.client("ann@example.com").current_user.me()
    assert ann.user_name == "ann@example.com"
    assert ann.emails
    assert ann.emails[0].value == "ann@example.com"


def test_nobody_is_let_in_without_a_token(workspace: RunningWorkspace) -> None:
    answer = httpx.get(workspace.host + ME)
    assert answer.status_code == 401
    assert answer.json()["error_code"] == "UNAUTHENTICATED"


def test_a_wrong_token_is_refused(workspace: RunningWorkspace) -> None:
    client = WorkspaceClient(host=workspace.host, token="dapi0", auth_type="pat")
    with pytest.raises(PermissionDenied, match="Invalid access token"):
        client.current_user.me()


def test_an_expired_token_is_refused(workspace: RunningWorkspace) -> None:
    workspace.state.put("token", "old", {"user": "ann@example.com", "expires_at": 1})
    answer = httpx.get(workspace.host + ME, headers={"Authorization": "Bearer old"})
    assert answer.status_code == 403
    assert "token expired" in answer.json()["message"]


def test_a_wrong_secret_gets_no_token(workspace: RunningWorkspace) -> None:
    form = {"grant_type": "client_credentials", "scope": "all-apis"}
    client_id = workspace.env["DATABRICKS_CLIENT_ID"]
    answer = httpx.post(f"{workspace.host}/oidc/v1/token", data=form, auth=(client_id, "wrong"))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_an_unknown_route_says_where_it_belongs(workspace: RunningWorkspace) -> None:
    with pytest.raises(NotImplementedByService, match=r"local_workspace/rest/catalog\.py"):
        workspace.client().api_client.do("GET", "/api/2.1/unity-catalog/models")
