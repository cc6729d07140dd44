"""Apps and people by REST, as the CLI asks for them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_workspace import principals
from local_workspace.testing.rest import RestWorkspace

ANN, BOB = "ann@example.com", "bob@example.com"
APPS, SCIM = "/api/2.0/apps", "/api/2.0/preview/scim/v2"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[RestWorkspace]:
    made = RestWorkspace(tmp_path)
    yield made
    made.close()


def test_an_app_is_made_started_deployed_and_dropped(service: RestWorkspace) -> None:
    ann, bob = service.as_(ANN), service.as_(BOB)
    made = ann("POST", APPS, {"name": "mine", "user_api_scopes": ["sql"]}, no_compute="true")
    assert made["compute_status"]["state"] == "STOPPED"
    assert "sql" in made["effective_user_api_scopes"]
    assert ann.ask("POST", APPS, {"name": "mine"})[0] == 409
    source = {"source_code_path": f"/Workspace/Users/{ANN}/app"}
    assert ann.ask("POST", f"{APPS}/mine/deployments", source)[0] == 400
    ann("POST", f"{APPS}/mine/start")
    assert ann.ask("POST", f"{APPS}/mine/deployments", source)[0] == 404
    ann("POST", "/api/2.0/workspace/mkdirs", {"path": f"/Users/{ANN}/app"})
    deployed = ann("POST", f"{APPS}/mine/deployments", source)
    got = ann("GET", f"{APPS}/mine")
    assert got["active_deployment"] == deployed
    assert ann("GET", f"{APPS}/mine/deployments/{deployed['deployment_id']}") == deployed
    assert "CAN_USE" in bob.refused("GET", f"{APPS}/mine")
    assert bob("GET", APPS) == {"apps": []}
    ann("DELETE", f"{APPS}/mine")
    assert ann.ask("GET", f"{APPS}/mine")[0] == 404


def test_people_groups_and_service_principals_are_found_by_name(service: RestWorkspace) -> None:
    ann = service.as_(ANN)
    service.as_(BOB)
    principals.add_group(service.workspace.state, "readers", [ANN])
    (found,) = ann("GET", f"{SCIM}/Users", filter=f'userName eq "{BOB}"')["Resources"]
    assert found["userName"] == BOB
    (group,) = ann("GET", f"{SCIM}/Groups", filter="displayName eq readers")["Resources"]
    assert group["members"][0]["display"] == ANN
    kinds = {
        each["displayName"]: each["meta"] for each in ann("GET", f"{SCIM}/Groups")["Resources"]
    }
    assert kinds["readers"] == {"resourceType": "Group"}
    assert kinds["users"] == {"resourceType": "WorkspaceGroup"}
    assert ann("GET", f"{SCIM}/Users", count="1", startIndex="2")["itemsPerPage"] == 1
    listed = ann("GET", f"{SCIM}/ServicePrincipals")["Resources"]
    assert [item["applicationId"] for item in listed] == [service.admin]
    groups = [group["display"] for group in ann("GET", f"{SCIM}/Me")["groups"]]
    assert groups == ["users", "readers"]
    account = "/api/2.0/account/scim/v2/Groups"
    assert "Only workspace admins" in ann.refused("GET", account)
    admin = service.as_(service.admin)
    found = [admin("GET", account, filter=f'displayName eq "{n}"') for n in ("readers", "x")]
    assert [answer["totalResults"] for answer in found] == [1, 0]


def test_a_lock_that_is_taken_is_a_conflict(service: RestWorkspace) -> None:
    ann = service.as_(ANN)
    path = f"/api/2.0/workspace-files/import-file/Workspace/Users/{ANN}/deploy.lock"
    ann("POST", path, {"a": 1}, overwrite="false")
    status, answer = ann.ask("POST", path, {"a": 2}, overwrite="false")
    assert (status, answer["error_code"]) == (409, "ALREADY_EXISTS")
    exported = ann("GET", "/api/2.0/workspace/export", path=f"/Users/{ANN}/deploy.lock")
    assert b'"a":' in base64.b64decode(exported["content"]).replace(b" ", b"")
