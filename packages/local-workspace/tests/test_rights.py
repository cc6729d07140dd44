"""Who may do what with folders, pipelines and secrets: three people and a service principal ask."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local_workspace import principals, setup
from local_workspace.catalog.metastore import Catalog, Schema
from local_workspace.catalog.privileges import Privileges
from local_workspace.rest.secrets import readable_secrets
from local_workspace.rest.updates import updates
from local_workspace.testing.rest import Caller, RestWorkspace

ANN, BOB, CAT = "ann@example.com", "bob@example.com", "cat@example.com"
IMPORT, STATUS = "/api/2.0/workspace/import", "/api/2.0/workspace/get-status"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[RestWorkspace]:
    made = RestWorkspace(tmp_path)
    made.workspace.metastore.put(Catalog("main", made.admin))
    made.workspace.metastore.put(Schema("main", "s", made.admin))
    yield made
    made.close()


def write(caller: Caller, path: str) -> tuple[int, Any]:
    content = base64.b64encode(b"x = 1").decode()
    body = {"path": path, "content": content, "format": "RAW", "overwrite": True}
    return caller.ask("POST", IMPORT, body)


def folder(caller: Caller, path: str) -> str:
    """Makes a folder; the path of its permissions."""
    caller("POST", "/api/2.0/workspace/mkdirs", {"path": path})
    return f"/api/2.0/permissions/directories/{caller('GET', STATUS, path=path)['object_id']}"


def entry(name: str, level: str) -> dict[str, Any]:
    kind = "user_name" if "@" in name else "group_name"
    return {"access_control_list": [{kind: name, "permission_level": level}]}


def test_a_home_is_its_owner_s_and_nobody_else_s(service: RestWorkspace) -> None:
    ann, bob = service.as_(ANN), service.as_(BOB)
    folder(ann, f"/Workspace/Users/{ANN}/x")
    assert write(ann, f"/Users/{ANN}/x/a.py")[0] == 200
    assert write(bob, f"/Users/{ANN}/x/a.py")[0] == 403
    assert "read" in bob.refused("GET", STATUS, path=f"/Users/{ANN}/x/a.py")
    homes = [
        item["path"] for item in bob("GET", "/api/2.0/workspace/list", path="/Users")["objects"]
    ]
    assert homes == []


def test_shared_is_everybody_s_to_manage_and_says_so(service: RestWorkspace) -> None:
    ann, bob = service.as_(ANN), service.as_(BOB)
    permissions = folder(ann, "/Shared/x")
    assert write(bob, "/Shared/x/a.py")[0] == 200
    found = {
        next(value for name, value in item.items() if name.endswith("_name")): item
        for item in bob("GET", permissions)["access_control_list"]
    }
    (level,) = found["users"]["all_permissions"]
    assert (level["permission_level"], level["inherited"]) == ("CAN_MANAGE", True)
    assert found[ANN]["all_permissions"][0]["inherited"] is False


def test_a_folder_is_opened_by_its_manager_level_by_level(service: RestWorkspace) -> None:
    ann, bob = service.as_(ANN), service.as_(BOB)
    permissions = folder(ann, f"/Users/{ANN}/x")
    write(ann, f"/Users/{ANN}/x/a.py")
    assert "View" in bob.refused("GET", permissions)
    ann("PATCH", permissions, entry(BOB, "CAN_READ"))
    assert bob("GET", STATUS, path=f"/Users/{ANN}/x/a.py")["size"] == 5
    assert write(bob, f"/Users/{ANN}/x/a.py")[0] == 403
    assert "Manage" in bob.refused("PATCH", permissions, entry(BOB, "CAN_MANAGE"))
    ann("PATCH", permissions, entry(BOB, "CAN_EDIT"))
    assert write(bob, f"/Users/{ANN}/x/a.py")[0] == 200
    ann("PUT", permissions, {"access_control_list": []})
    assert bob.ask("GET", STATUS, path=f"/Users/{ANN}/x/a.py")[0] == 403


def test_a_group_on_a_list_is_each_of_its_members(service: RestWorkspace) -> None:
    ann, bob, cat = service.as_(ANN), service.as_(BOB), service.as_(CAT)
    principals.add_group(service.workspace.state, "readers", [BOB])
    permissions = folder(ann, f"/Users/{ANN}/x")
    ann("PATCH", permissions, entry("readers", "CAN_READ"))
    assert bob.ask("GET", STATUS, path=f"/Users/{ANN}/x")[0] == 200
    assert cat.ask("GET", STATUS, path=f"/Users/{ANN}/x")[0] == 403


def pipeline(caller: Caller, path: str, **more: Any) -> dict[str, Any]:
    """Settings of a pipeline over a folder."""
    libraries = [{"glob": {"include": f"{path}/**"}}]
    name = {"name": f"p {path}", "catalog": "main", "schema": "s", "serverless": True}
    return {**name, "libraries": libraries, **more}


def test_levels_of_a_pipeline(service: RestWorkspace) -> None:
    ann, bob = service.as_(ANN), service.as_(BOB)
    settings = pipeline(ann, "/Shared/x")
    made = ann("POST", "/api/2.0/pipelines", settings)["pipeline_id"]
    path, permissions = f"/api/2.0/pipelines/{made}", f"/api/2.0/permissions/pipelines/{made}"
    assert "View" in bob.refused("GET", path)
    ann("PATCH", permissions, entry(BOB, "CAN_VIEW"))
    assert bob("GET", path)["run_as_user_name"] == ANN
    assert "Run" in bob.refused("POST", f"{path}/updates", {})
    ann("PATCH", permissions, entry(BOB, "CAN_RUN"))
    assert bob("POST", f"{path}/stop") == {}
    assert "Manage" in bob.refused("PUT", path, settings)
    assert "Manage" in bob.refused("DELETE", path)
    ann("PATCH", permissions, entry(BOB, "CAN_MANAGE"))
    assert bob("PUT", path, settings) == {}
    assert "owner" in bob.refused("PATCH", permissions, entry(BOB, "IS_OWNER"))


def test_nobody_runs_a_pipeline_as_another(service: RestWorkspace) -> None:
    ann, admin = service.as_(ANN), service.as_(service.admin)
    as_bob = pipeline(ann, "/Shared/x", run_as={"user_name": BOB})
    assert BOB in ann.refused("POST", "/api/2.0/pipelines", as_bob)
    made = admin("POST", "/api/2.0/pipelines", as_bob)["pipeline_id"]
    assert admin("GET", f"/api/2.0/pipelines/{made}")["run_as"] == {"user_name": BOB}


def test_a_new_owner_is_who_the_pipeline_runs_as(service: RestWorkspace) -> None:
    ann = service.as_(ANN)
    made = ann("POST", "/api/2.0/pipelines", pipeline(ann, "/Shared/x"))["pipeline_id"]
    ann("PATCH", f"/api/2.0/permissions/pipelines/{made}", entry(BOB, "IS_OWNER"))
    assert service.as_(BOB)("GET", f"/api/2.0/pipelines/{made}")["run_as_user_name"] == BOB


def test_a_pipeline_runs_only_files_that_its_owner_may_read(service: RestWorkspace) -> None:
    ann, bob = service.as_(ANN), service.as_(BOB)
    folder(ann, f"/Users/{ANN}/x")
    write(ann, f"/Users/{ANN}/x/a.py")
    made = bob("POST", "/api/2.0/pipelines", pipeline(bob, f"/Users/{ANN}/x"))["pipeline_id"]
    service.workspace.metastore.put(Catalog("main", BOB))
    service.workspace.metastore.put(Schema("main", "s", BOB))
    path = f"/api/2.0/pipelines/{made}"
    update = bob("POST", f"{path}/updates", {})["update_id"]
    updates(service.workspace).close()
    assert bob("GET", f"{path}/updates/{update}")["update"]["state"] == "FAILED"
    texts = [
        problem["message"]
        for event in bob("GET", f"{path}/events")["events"]
        for problem in event.get("error", {}).get("exceptions", [])
    ]
    assert texts == [
        f"{BOB} does not have permission to read /Users/{ANN}/x: CAN_READ is required."
    ]


def test_secrets_are_read_written_and_managed_by_who_may(service: RestWorkspace) -> None:
    ann, bob = service.as_(ANN), service.as_(BOB)
    root, scope = "/api/2.0/secrets", {"scope": "kafka"}
    ann("POST", f"{root}/scopes/create", scope)
    ann("POST", f"{root}/put", {**scope, "key": "password", "string_value": "pässword"})
    assert bob("GET", f"{root}/scopes/list") == {"scopes": []}
    assert "READ" in bob.refused("GET", f"{root}/get", scope="kafka", key="password")
    assert readable_secrets(service.workspace.state, BOB) == {}
    ann("POST", f"{root}/acls/put", {**scope, "principal": "users", "permission": "READ"})
    got = bob("GET", f"{root}/get", scope="kafka", key="password")["value"]
    assert base64.b64decode(got).decode() == "pässword"
    assert readable_secrets(service.workspace.state, BOB) == {"kafka/password": "pässword"}
    assert "WRITE" in bob.refused("POST", f"{root}/put", {**scope, "key": "k", "string_value": "v"})
    assert "MANAGE" in bob.refused("GET", f"{root}/acls/list", scope="kafka")
    ann("POST", f"{root}/acls/delete", {**scope, "principal": "users"})
    assert bob.ask("GET", f"{root}/list", scope="kafka")[0] == 403
    assert ann("GET", f"{root}/list", scope="kafka")["secrets"][0]["key"] == "password"


def test_effective_privileges_tell_where_each_comes_from(service: RestWorkspace) -> None:
    admin, ann = service.as_(service.admin), service.as_(ANN)
    root = "/api/2.1/unity-catalog"
    change = {"changes": [{"principal": ANN, "add": ["USE_CATALOG", "CREATE_TABLE"]}]}
    assert ann.ask("GET", f"{root}/effective-permissions/schema/main.s")[0] == 404
    admin("PATCH", f"{root}/permissions/catalog/main", change)
    (found,) = ann("GET", f"{root}/effective-permissions/schema/main.s", principal=ANN)[
        "privilege_assignments"
    ]
    assert found["principal"] == ANN
    assert {
        "privilege": "CREATE_TABLE",
        "inherited_from_type": "CATALOG",
        "inherited_from_name": "main",
    } in found["privileges"]


def test_all_privileges_do_not_include_the_right_to_grant(service: RestWorkspace) -> None:
    admin, ann = service.as_(service.admin), service.as_(ANN)
    path = "/api/2.1/unity-catalog/permissions/catalog/main"
    admin("PATCH", path, {"changes": [{"principal": ANN, "add": ["ALL_PRIVILEGES"]}]})
    give_bob = {"changes": [{"principal": BOB, "add": ["USE_CATALOG"]}]}
    assert "MANAGE" in ann.refused("PATCH", path, give_bob)
    admin("PATCH", path, {"changes": [{"principal": ANN, "add": ["MANAGE"]}]})
    ann("PATCH", path, give_bob)


def test_an_app_is_no_admin_and_only_the_first_person_may_write(service: RestWorkspace) -> None:
    store = service.workspace.metastore
    app = setup.let_in(service.workspace, [ANN, BOB])
    main = store.catalog("main")
    assert main is not None
    may = {
        name: (Privileges(store, name).has("MODIFY", main), Privileges(store, name).sees(main))
        for name in (app.client_id, ANN, BOB)
    }
    assert may == {app.client_id: (False, True), ANN: (True, True), BOB: (False, False)}
    assert Privileges(store, app.client_id).has("CREATE SCHEMA", main)
    assert not Privileges(store, app.client_id).is_admin
    assert setup.let_in(service.workspace, [ANN]) == app
