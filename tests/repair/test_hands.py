"""Files that people edit, delete and add in the workspace, and what a repair makes of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from databricks.sdk.service.workspace import ImportFormat

from medallion_core.deploy import find_deployment
from medallion_core.deploy.permit import accept_changes, code_changes
from medallion_core.job import Outcome
from medallion_core.repair import Diagnosis, Risk
from medallion_core.trust import own_asker
from medallion_core.workspace import Workspace, connect
from tests.conftest import RunningWorkspace
from tests.repair.faults import IDS, PAIR, SAFE, Fault, entity, table
from tests.repair.scene import Scene, everything

NAMES = ("syntax", "unknown_name", "unknown_column", "deleted")
PYTHON = "from pyspark import pipelines as dp\n\n"


@pytest.fixture(scope="module")
def ws(workspace: RunningWorkspace) -> Iterator[Workspace]:
    ws = connect()
    yield ws
    ws.close()


@pytest.fixture(scope="module")
def scene(ws: Workspace) -> Scene:
    """Deployed and run once; then somebody was at its files."""
    faults = tuple(Fault(name, "", SAFE, table(PAIR), entity(name, IDS)) for name in NAMES)
    scene = Scene(ws, "faults_hands", faults)
    scene.make_sources()
    assert scene.do().met
    write(scene, "src/silver/syntax.py", "def broken(:\n")
    write(scene, "src/silver/unknown_name.py", PYTHON + "dp.no_such_thing()\n")
    edited = (
        PYTHON + '@dp.table(name="silver_unknown_column")\ndef silver():\n'
        '    return spark.readStream.table("LIVE.bronze_unknown_column").select("weight")\n'
    )
    write(scene, "src/silver/unknown_column.py", edited)
    ws.client.workspace.delete(f"{root(scene)}/src/bronze/deleted.py")
    accept(scene)
    return scene


@pytest.fixture(scope="module")
def refused(scene: Scene) -> Outcome:
    return scene.do()


def root(scene: Scene) -> str:
    deployment = find_deployment(scene.ws, scene.name)
    assert deployment is not None
    return deployment.root_path


def write(scene: Scene, path: str, text: str) -> None:
    scene.ws.client.workspace.upload(
        f"{root(scene)}/{path}", text.encode(), format=ImportFormat.RAW, overwrite=True
    )


def accept(scene: Scene) -> None:
    """An owner has looked at what lies there, and lets it run."""
    owner = own_asker(scene.ws)
    accept_changes(owner, scene.name, code_changes(owner, scene.name))


def found(outcome: Outcome) -> dict[str, Diagnosis]:
    return {d.fix.overwrite[0]: d for r in outcome.rounds for d in r.found if d.fix}


@pytest.mark.parametrize("name", ["syntax", "unknown_name"])
def test_an_edited_file_is_named_and_kept_without_consent(
    refused: Outcome, scene: Scene, name: str
) -> None:
    diagnosis = found(refused)[f"src/silver/{name}.py"]
    assert (diagnosis.code, diagnosis.risk) == ("FILE_WAS_EDITED", Risk.ASKS)
    assert not refused.met
    with scene.ws.client.workspace.download(f"{root(scene)}/src/silver/{name}.py") as file:
        assert b"broken" in file.read() or name != "syntax"


def test_on_consent_it_is_written_again_and_all_is_well(refused: Outcome, scene: Scene) -> None:
    outcome = scene.do(everything)
    assert outcome.met
    overwritten = {path for r in outcome.rounds for fix in r.applied for path in fix.overwrite}
    assert overwritten == {f"src/silver/{name}.py" for name in NAMES if name != "deleted"}


def test_a_file_of_somebody_else_is_handed_over(scene: Scene, refused: Outcome) -> None:
    write(scene, "src/silver/extra.py", "import no_such_module\n")
    accept(scene)
    outcome = scene.do(everything)
    scene.ws.client.workspace.delete(f"{root(scene)}/src/silver/extra.py")
    (diagnosis,) = outcome.rounds[0].found
    assert (diagnosis.code, diagnosis.subject) == ("FILE_DOES_NOT_LOAD", "src/silver/extra.py")
