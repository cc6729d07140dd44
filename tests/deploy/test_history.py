"""The designs that were deployed, as far as they can still be used."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import pytest

from medallion_core.check import design_refusals
from medallion_core.deploy.history import History
from medallion_core.deploy.manifest import DeployedFile, Manifest
from medallion_core.generate import bundle_of
from medallion_core.model import Fact, Star
from medallion_core.model.file import dump_design
from medallion_core.workspace.folder import sha256_of
from medallion_core.workspace.folders import workspace_root
from tests.test_job import DESIGN

PATH = "src/bronze/orders.py"


@dataclass
class Folder:
    """The one design that was deployed."""

    text: str | None
    ws: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(user_name="app"))

    def read(self, path: str) -> str | None:
        assert path == ".medallion/history/1.yml"
        return self.text


def history(text: str | None) -> History:
    manifest = Manifest("sales", number=1, files={PATH: DeployedFile("0" * 64, 1)})
    return History(Folder(text), manifest)  # type: ignore[arg-type]


def test_what_was_deployed_is_known_by_its_hash() -> None:
    found = history(dump_design(DESIGN))
    assert found.deployed_text(PATH) is None, "another version wrote another text"
    found.manifest.files[PATH] = DeployedFile(sha256_of(found.bundle(1)[PATH]), 1)
    assert found.deployed_text(PATH) == found.bundle(1)[PATH]


def test_a_deployment_of_what_is_planned_is_not_found_out_again() -> None:
    found = replace(history(dump_design(DESIGN)), planned=DESIGN)
    assert found.design(1) is DESIGN
    assert found.bundle(1) is bundle_of(DESIGN, workspace_root(found.folder.ws))
    other = replace(DESIGN, settings=replace(DESIGN.settings, pipeline_name="other"))
    assert replace(history(dump_design(other)), planned=DESIGN).design(1) == other


@pytest.mark.parametrize("text", [None, "", "no design"])
def test_what_cannot_be_read_is_no_design(text: str | None) -> None:
    assert (history(text).design(1), history(text).bundle(1)) == (None, {})


def test_a_design_that_is_refused_by_now_does_not_stop_the_one_that_corrects_it() -> None:
    dangling = replace(DESIGN, star=Star(facts=(Fact("fact_x", "nowhere"),)))
    assert design_refusals(dangling)
    found = history(dump_design(dangling))
    assert (found.design(1), found.bundle(1)) == (dangling, {})
    assert found.deployed_text(PATH) is None
