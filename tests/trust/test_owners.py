"""A pipeline belongs to who deployed it first, and to whom they add."""

from __future__ import annotations

from typing import Any

import pytest
from databricks.sdk.errors import DatabricksError

from medallion_core.deploy import lock
from medallion_core.deploy.manifest import read_manifest
from medallion_core.deploy.owners import let_in, take_out
from medallion_core.deploy.permit import folder_of
from medallion_core.errors import MedallionError
from medallion_core.trust import (
    Asker,
    Mode,
    add_owner,
    owned,
    read_audit,
    read_owners,
    require_owner,
)
from medallion_core.trust.owners import OWNERS, remove_owner, write_owners
from medallion_core.workspace.folder import WorkspaceFolder
from tests.trust.people import ANN, BOB, CLEO, People, design


@pytest.fixture
def folder(people: People) -> WorkspaceFolder:
    folder = WorkspaceFolder(people.app, f"/Workspace/Users/{people.app.user_name}/owners_tests")
    write_owners(folder, (ANN,))
    return folder


def refused(people: People, user: str, folder: WorkspaceFolder, code: str = "NOT_OWNER") -> str:
    with pytest.raises(MedallionError) as caught:
        require_owner(people.asker(user), folder, "run it")
    assert caught.value.code == code
    return caught.value.message


def test_only_owners_act_and_the_refusal_says_whose_it_is(
    people: People, folder: WorkspaceFolder
) -> None:
    require_owner(people.asker(ANN), folder, "run it")
    assert refused(people, BOB, folder) == f"{BOB} may not run it: the pipeline belongs to {ANN}."


def test_an_owner_adds_others_and_nobody_else_does(people: People, folder: WorkspaceFolder) -> None:
    with pytest.raises(MedallionError, match="may not add an owner"):
        add_owner(people.asker(BOB), folder, BOB)
    assert add_owner(people.asker(ANN), folder, f" {CLEO} ") == (ANN, CLEO)
    require_owner(people.asker(CLEO), folder, "run it")
    assert remove_owner(people.asker(CLEO), folder, ANN) == (CLEO,)
    refused(people, ANN, folder)
    with pytest.raises(MedallionError, match="only owner"):
        remove_owner(people.asker(CLEO), folder, CLEO)


def test_an_owner_is_one_person_and_no_group(people: People, folder: WorkspaceFolder) -> None:
    for name in ("", "  ", "a b@x.org", "x\u202e@y.org", "users", "data stewards"):
        with pytest.raises(MedallionError, match="no application id"):
            add_owner(people.asker(ANN), folder, name)


def test_who_is_taken_out_sees_the_pipeline_no_longer(people: People, ann: Asker) -> None:
    name = design().settings.pipeline_name
    manifest = read_manifest(folder_of(ann, name))
    assert manifest is not None
    cleo = people.running.client(CLEO).pipelines
    let_in(ann, name, CLEO)
    assert cleo.get(manifest.pipeline_id).name == name
    take_out(ann, name, CLEO)
    with pytest.raises(DatabricksError):
        cleo.get(manifest.pipeline_id)
    assert read_owners(folder_of(ann, name)) == (ANN,)
    assert read_audit(folder_of(ann, name))[0].action == "remove owner"
    for change in (let_in, take_out):
        with pytest.raises(MedallionError, match=r"may not .* an owner"):
            change(people.asker(CLEO), name, ANN)


def test_owners_are_changed_one_at_a_time(ann: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "LEASE_SECONDS", 0.5)
    name = design().settings.pipeline_name
    with lock.deploy_lock(folder_of(ann, name), "somebody"):
        for change in (let_in, take_out):
            with pytest.raises(MedallionError, match="somebody is deploying"):
                change(ann, name, CLEO)
    assert read_owners(folder_of(ann, name)) == (ANN,)


def test_a_damaged_file_makes_nobody_an_owner(people: People, folder: WorkspaceFolder) -> None:
    for text in ("", "{", "[]", '{"owners": "ann"}', '{"owners": [""]}', '{"owners": [1]}'):
        folder.write(OWNERS, text)
        refused(people, ANN, folder, "OWNERS_INVALID")


class Unread:
    """A folder that cannot be read."""

    def __init__(self, code: str) -> None:
        self.code = code

    def read(self, path: str) -> str:
        raise MedallionError(self.code, f"{path} cannot be read.")


def test_who_is_not_known_to_own_it_is_not_told_of_it_unless_nobody_could_tell_now() -> None:
    unread: Any = [Unread(code) for code in ("PERMISSION_DENIED", "UNAVAILABLE")]
    who: Any = [Asker(Unread(""), Unread(""), ANN, mode) for mode in (Mode.PERSON, Mode.APP)]  # type: ignore[arg-type]
    assert [owned(each, unread[0]) for each in who] == [None, ()]
    with pytest.raises(MedallionError, match="cannot be read"):
        owned(who[0], unread[1])


def test_before_the_first_deployment_there_is_no_owner(people: People) -> None:
    folder = WorkspaceFolder(people.app, f"/Workspace/Users/{people.app.user_name}/nothing")
    assert read_owners(folder) == ()
    assert "belongs to nobody" in refused(people, ANN, folder)


def test_an_admin_may_let_everybody(people: People, folder: WorkspaceFolder) -> None:
    everybody = Asker(people.app, people.app, BOB, Mode.APP)
    require_owner(everybody, folder, "run it")
