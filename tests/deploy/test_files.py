"""Each way in which the design, the last deployment and the workspace can agree or not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

import pytest

from medallion_core.deploy.files import (
    ADDED,
    EDITED,
    edited_by_hand,
    file_steps,
    versions_written,
)
from medallion_core.deploy.manifest import DeployedFile, Manifest
from medallion_core.deploy.steps import Action, FileStep
from medallion_core.errors import MedallionError
from medallion_core.workspace.folder import File

PATH = "src/bronze/orders.py"


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def steps(
    wanted: str | None,
    deployed: str | None,
    there: str | None,
    *,
    pending: str | None = None,
    overwrite: tuple[str, ...] = (),
) -> list[FileStep]:
    manifest = Manifest(
        "shop",
        number=1,
        files={PATH: DeployedFile(digest(deployed), 1)} if deployed is not None else {},
        pending={PATH: [digest(pending)]} if pending is not None else {},
    )
    return file_steps(
        {PATH: wanted} if wanted is not None else {},
        manifest,
        {PATH: File(there, digest(there))} if there is not None else {},
        lambda path: deployed,
        overwrite,
    )


@pytest.mark.parametrize(
    ("wanted", "deployed", "there", "action", "detail"),
    [
        ("a", None, None, "create", ""),
        ("a", "a", "a", "keep", ""),
        ("b", "a", "a", "update", ""),
        ("b", "a", "b", "keep", ""),
        ("a", None, "a", "keep", ""),
        ("a", "a", None, "create", "was deleted by hand; is put back"),
        (None, "a", "a", "delete", "is in no design now"),
        ("a", "a", "mine", "keep", EDITED),
        ("b", "a", "mine", "keep", EDITED),
        (None, "a", "mine", "keep", EDITED),
        ("a", None, "mine", "keep", EDITED),
        (None, None, "mine", "keep", ADDED),
    ],
)
def test_one_file(
    wanted: str | None, deployed: str | None, there: str | None, action: str, detail: str
) -> None:
    (step,) = steps(wanted, deployed, there)
    assert (step.action, step.detail) == (action, detail)
    assert edited_by_hand([step]) == ([PATH] if detail == EDITED else [])


@dataclass
class Folder:
    """What a listing tells, and what a look finds after it; None where there is no answer."""

    listed: dict[str, str]
    there: dict[str, str] | None

    def versions(self) -> dict[str, str]:
        return self.listed

    def read_all(self, paths: Iterable[str]) -> dict[str, File]:
        if self.there is None:
            raise MedallionError("UNAVAILABLE", "no answer")
        return {p: File(self.there[p], digest(self.there[p])) for p in paths if p in self.there}


@pytest.mark.parametrize(
    ("listed", "there", "known"),
    [
        ({PATH: "1-2-3"}, {PATH: "new"}, {PATH: "1-2-3"}),
        ({PATH: "1-2-3"}, {PATH: "mine"}, {}),
        ({PATH: "1-2-3"}, {}, {}),
        ({PATH: "1-2-3"}, None, {}),
        ({PATH: ""}, {PATH: "new"}, {}),
        ({}, {PATH: "new"}, {}),
    ],
)
def test_a_version_is_noted_of_what_still_lies_there_as_it_was_written(
    listed: dict[str, str], there: dict[str, str] | None, known: dict[str, str]
) -> None:
    folder = Folder(listed, there)
    wrote = FileStep(subject=PATH, action=Action.UPDATE, text="new")
    gone = FileStep(subject="src/gone.py", action=Action.DELETE, text=None)
    assert versions_written(folder, [wrote, gone]) == known  # type: ignore[arg-type]


def test_a_file_that_is_gone_everywhere_needs_nothing() -> None:
    assert steps(None, "a", None) == []


def test_an_edit_is_shown_against_what_was_deployed_and_what_is_designed() -> None:
    (step,) = steps("designed\n", "deployed\n", "mine\n")
    assert "+++ edited by hand\n@@ -1 +1 @@\n-deployed\n+mine" in step.diff
    assert "+++ designed\n@@ -1 +1 @@\n-deployed\n+designed" in step.diff


def test_a_difference_is_one_of_lines() -> None:
    assert [step.differences for step in steps("a", "b", "b\n")] != [()]
    assert [step.differences for step in steps("b", "b", "b\n")] == [()]


def test_an_edit_is_overwritten_where_a_person_says_so() -> None:
    (step,) = steps("designed", "deployed", "mine", overwrite=(PATH,))
    assert (step.action, step.text, step.before) == ("update", "designed", digest("mine"))


def test_what_a_killed_deployment_left_is_not_taken_for_an_edit() -> None:
    (step,) = steps("newer", "a", "new", pending="new")
    assert (step.action, step.detail) == ("update", "")
