"""What lies in the pipeline's folder is what owners deployed, or it does not run."""

from __future__ import annotations

import pytest

from medallion_core.errors import MedallionError
from medallion_core.trust import accept_code, changed_code, require_deployed_code
from medallion_core.workspace.folder import WorkspaceFolder, sha256_of
from tests.trust.people import People

DEPLOYED = {
    "src/bronze/a.py": "a = 1\n",
    "src/gold/b.py": "b = 1\n",
    "sql/tests.sql": "SELECT 1;\n",
    "README.md": "read\n",
}
HASHES = {path: sha256_of(text) for path, text in DEPLOYED.items()}


@pytest.fixture
def folder(people: People) -> WorkspaceFolder:
    folder = WorkspaceFolder(people.app, f"/Workspace/Users/{people.app.user_name}/code_tests")
    for path in folder.paths():
        folder.delete(path)
    for path, text in DEPLOYED.items():
        folder.write(path, text)
    return folder


def changes(folder: WorkspaceFolder, **noted: dict[str, str]) -> list[tuple[str, str]]:
    return [(each.path, str(each.how)) for each in changed_code(folder, HASHES, **noted)]


def test_what_was_deployed_runs(folder: WorkspaceFolder) -> None:
    folder.write("README.md", "a note by hand\n")
    require_deployed_code(folder, HASHES)


def test_files_that_nobody_wrote_since_are_not_read_to_be_shown(
    folder: WorkspaceFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions, read = folder.versions(), list[str]()
    monkeypatch.setattr(folder, "read_all", lambda paths: read.extend(paths) or {})
    assert (changes(folder, versions=versions), read) == ([], [])
    changes(folder, versions=versions | {"sql/tests.sql": "", "src/gold/b.py": "1-2-3"})
    assert read == ["sql/tests.sql", "src/gold/b.py"]


def test_files_added_changed_and_deleted_stop_a_run(folder: WorkspaceFolder) -> None:
    versions = folder.versions()
    folder.write("src/x.py", "import os\n")
    folder.write("src/bronze/a.py", "a = 2\n")
    folder.delete("src/gold/b.py")
    assert changes(folder) == [
        ("src/bronze/a.py", "changed"),
        ("src/gold/b.py", "deleted"),
        ("src/x.py", "added"),
    ]
    assert changes(folder, versions=versions) == changes(folder)
    with pytest.raises(MedallionError, match=r"src/x\.py \(added\)") as caught:
        require_deployed_code(folder, HASHES)
    assert caught.value.code == "CODE_CHANGED"


def test_sql_that_the_job_runs_stops_a_run_like_code(folder: WorkspaceFolder) -> None:
    folder.write("sql/tests.sql", "GRANT ALL PRIVILEGES ON CATALOG main TO `bob@example.com`;\n")
    folder.write("sql/grants.sql", "SELECT 1;\n")
    assert changes(folder) == [("sql/grants.sql", "added"), ("sql/tests.sql", "changed")]


def test_python_beside_the_code_could_be_imported_and_stops_a_run(
    folder: WorkspaceFolder,
) -> None:
    folder.write("pyspark/pipelines.py", "import os\n")
    folder.write("pyspark.pyc", "compiled")
    assert changes(folder) == [("pyspark.pyc", "added"), ("pyspark/pipelines.py", "added")]


def test_what_was_accepted_runs_until_it_changes_again(folder: WorkspaceFolder) -> None:
    folder.write("src/x.py", "import os\n")
    folder.delete("src/gold/b.py")
    accept_code(folder, changed_code(folder, HASHES))
    require_deployed_code(folder, HASHES)
    folder.write("src/x.py", "import sys\n")
    assert changes(folder) == [("src/x.py", "added")]


def test_a_damaged_acceptance_accepts_nothing(folder: WorkspaceFolder) -> None:
    folder.write("src/x.py", "import os\n")
    folder.write(".medallion/accepted.json", "[1]")
    assert changes(folder) == [("src/x.py", "added")]
