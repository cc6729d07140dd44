"""Every call of deploy, run and watch fails once in each way: answered 429, 500, 503, cut off,
or carried out without an answer. The same commands, given again, come to the same end."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from pkgutil import resolve_name

import pytest

from medallion_core.__main__ import parser
from medallion_core.deploy import deployed_pipeline, lock, plan_deploy
from medallion_core.errors import MedallionError
from medallion_core.model import Design
from medallion_core.model.file import dump_design
from medallion_core.run import list_runs
from medallion_core.workspace import connect
from medallion_core.workspace.profiles import require_reachable
from tests.conftest import RunningWorkspace
from tests.deploy.test_deploy import design_of, pipelines_named
from tests.run.wire import Wire, fail_each_call

pytestmark = pytest.mark.minutes

LONGEST_SLEEP = 0.05
"""Seconds. All waits are cut to it: the clients', the product's and those between two looks."""

ATTEMPTS = 200


@dataclass(frozen=True)
class Told:
    """What became of the commands: each error that one of them ended with."""

    wire: Wire
    design: Design
    errors: list[tuple[str, str]] = field(default_factory=list)


@pytest.fixture(scope="module")
def told(workspace: RunningWorkspace, tmp_path_factory: pytest.TempPathFactory) -> Told:
    design = design_of("every call", schema="every_call")
    design = replace(design, settings=replace(design.settings, readers=("account users",)))
    file = tmp_path_factory.mktemp("calls") / "medallion.yml"
    file.write_text(dump_design(design))
    sleep = time.sleep
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "sleep", lambda seconds: sleep(min(seconds, LONGEST_SLEEP)))
        patch.setattr(lock, "LEASE_SECONDS", 0.3)
        told = Told(fail_each_call(patch), design)
        for command in ("deploy", "run"):
            until_done(told, command, file)
    return told


def until_done(told: Told, command: str, file: Path) -> None:
    """Gives the same command until it has done what it is for."""
    arguments = parser().parse_args([command, str(file)])
    do = resolve_name(arguments.command)
    for _ in range(ATTEMPTS):
        require_reachable.cache_clear()  # As in a process of its own.
        try:
            assert do(arguments)
        except MedallionError as error:
            told.errors.append((command, error.code))
        else:
            return
    raise AssertionError(f"{command} never ended: {told.errors[-3:]}")


def test_every_call_failed_in_every_way(told: Told) -> None:
    assert len(told.wire.left) > 30
    assert [call for call, ways in told.wire.left.items() if ways] == []


def test_each_error_was_clear_and_few_reached_the_run(told: Told) -> None:
    clear = {"UNAVAILABLE", "THROTTLED", "NOT_CONNECTED", "HOST_UNREACHABLE"}
    assert {code for _, code in told.errors} <= clear
    assert [command for command, _ in told.errors].count("run") <= 3


def test_the_end_is_the_same_as_without(told: Told) -> None:
    ws = connect()
    assert plan_deploy(ws, told.design).changes == ()
    name = told.design.settings.pipeline_name
    assert pipelines_named(ws, name) == [deployed_pipeline(ws, told.design)]
    states = [run.state for run in list_runs(ws, deployed_pipeline(ws, told.design))]
    assert states == ["COMPLETED", "COMPLETED"]
    assert ws.query("SELECT count(*) AS n FROM main.every_call.silver_nation")["n"][0].as_py() == 25
    ws.close()
