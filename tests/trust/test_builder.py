"""How a pipeline stands is told to who may see it, and by what is deployed."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from medallion_core import builder as core
from medallion_core.deploy import permit
from medallion_core.errors import MedallionError
from medallion_core.run import RunStatus
from medallion_core.trust import Asker, Mode
from tests.generate.designs import shop


class NoWorkspace:
    """Any question to it fails the test."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} was asked for")


def asker(mode: Mode, name: str) -> Asker:
    nobody: Any = NoWorkspace()
    return Asker(name=name, person=nobody, app=nobody, mode=mode)


@pytest.mark.parametrize("act", ["status", "diagnose"])
def test_who_owns_it_not_is_told_nothing(monkeypatch: pytest.MonkeyPatch, act: str) -> None:
    monkeypatch.setattr(permit, "folder_of", lambda *_: SimpleNamespace())
    monkeypatch.setattr(permit, "read_owners", lambda *_: ("ann@example.com",))
    refused = MedallionError("NOT_OWNER", "It is somebody else's.")

    def require(*_: object) -> None:
        raise refused

    monkeypatch.setattr(permit, "require_owner", require)
    builder = core.Builder(asker(Mode.PERSON, "bob@example.com"))
    with pytest.raises(MedallionError) as raised:
        builder.status("shop") if act == "status" else builder.diagnose(shop(), [])
    assert raised.value is refused


def test_a_run_is_judged_by_what_is_deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    deployed = replace(shop(), questions=())
    run = RunStatus("p", "u1", "COMPLETED")
    judged: list[object] = []
    monkeypatch.setattr(core, "deployed_design", lambda *_: deployed)
    monkeypatch.setattr(core, "deployed_pipeline", lambda *_: "p")
    monkeypatch.setattr(core, "latest_update", lambda *_: SimpleNamespace(update_id="u1"))
    monkeypatch.setattr(core, "read_run", lambda _, design, *__: judged.append(design) or run)
    monkeypatch.setattr(core, "verdict", lambda _, design, *__: judged.append(design) or "met")
    monkeypatch.setattr(core, "permit_look", lambda *_: None)
    answered = core.Builder(asker(Mode.SELF, "ann@example.com")).status("shop")
    assert answered == (deployed, run, "met")
    assert judged == [deployed, deployed]
