"""The commands that talk to a workspace, over the service in memory of the job's own tests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from medallion_core import builder
from medallion_core.__main__ import main
from medallion_core.cli import commands
from medallion_core.deploy import plan_deploy
from medallion_core.job import plan
from medallion_core.model.file import dump_design, load_design
from medallion_core.trust.code import CodeChange, How
from tests.repair.test_catalogue import error
from tests.test_job import DEPLOYS, DESIGN, IN_PLACE, JUDGES, TWICE, ZERO, Service, serve

RUN = ["validate", "run"]
RUN_AS_DEPLOYED = ["validate", "run silver_orders"]
"""It was agreed at its deployment that this table is read again in full."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Service:
    """The service, and its design in ``medallion.yml``."""
    made = Service()
    serve(made, monkeypatch)
    monkeypatch.setattr(commands, "connect", lambda **_: made)
    monkeypatch.chdir(tmp_path)
    Path("medallion.yml").write_text(dump_design(DESIGN))
    return made


@pytest.mark.parametrize(
    ("words", "done"),
    [
        ("deploy medallion.yml", DEPLOYS),
        ("run medallion.yml", [*RUN_AS_DEPLOYED, *JUDGES]),
        ("run medallion.yml --repair 2", [*DEPLOYS, *RUN, *JUDGES]),
        (
            "run medallion.yml --full-refresh --repair 2",
            [*DEPLOYS, "validate", "run all again", *JUDGES],
        ),
    ],
)
def test_each_command_does_its_part_of_the_job(
    service: Service, capsys: pytest.CaptureFixture[str], words: str, done: list[str]
) -> None:
    assert main(words.split()) == 0
    assert service.done == done
    assert ("All criteria met." in capsys.readouterr().out) is ("verdict" in done)


def test_a_table_is_made_no_longer_where_it_was_named(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    service.gone = ("silver_old",)
    for words, waits in (([], True), (["--delete", "silver_old"], False)):
        assert main(["plan", "medallion.yml", *words]) == 0
        assert ("waits      table        silver_old" in capsys.readouterr().out) is waits
    assert main(["deploy", "medallion.yml"]) == 1
    assert "silver_old would be made no longer" in capsys.readouterr().err
    assert "apply" not in service.done
    assert main(["deploy", "medallion.yml", "--delete", "silver_old"]) == 0
    assert main(["run", "medallion.yml", "--repair", "2"]) == 1
    words = ["run", "medallion.yml", "--repair", "2", "--accept", "TABLES_LEFT_BEHIND:silver_old"]
    assert main(words) == 0
    assert [line for line in service.noted if "makes no longer silver_old" in line]


def test_a_mended_run_lets_in_whom_a_run_lets_in(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    granted = []
    for words in ("run medallion.yml", "run medallion.yml --repair 2"):
        assert main(words.split()) == 0
        lines = capsys.readouterr().err.splitlines()
        granted.append([line for line in lines if line.startswith("grant")])
    assert granted[0] == granted[1] != []


def test_a_mended_design_is_written_back(service: Service) -> None:
    service.failures = [[error("silver_orders", ZERO)]]
    assert main(["run", "medallion.yml", "--repair", "2"]) == 0
    kept = load_design(Path("medallion.yml").read_text())
    assert kept == service.deployed_now
    assert [fix.failure for fix in kept.fixes] == ["DIVIDES_BY_ZERO"]


def test_what_asks_is_agreed_to_beforehand_by_its_code(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    service.failures = [[error("bronze_orders", IN_PLACE)]]
    assert main(["run", "medallion.yml", "--repair", "2"]) == 1
    ways = capsys.readouterr().err.split("--accept ")[1].split(".")[0].split()
    assert ways == [f"SOURCE_IS_NO_STREAM:{table}" for table in ("bronze_orders", "silver_orders")]
    service.failures = [[error("bronze_orders", IN_PLACE)]]
    assert main(["run", "medallion.yml", "--repair", "2", "--accept", ways[0]]) == 1
    service.failures = [[error("bronze_orders", IN_PLACE)]]
    assert main(["run", "medallion.yml", "--repair", "2", "--accept", *ways]) == 0
    (fix,) = load_design(Path("medallion.yml").read_text()).fixes
    assert (fix.failure, fix.consent) == ("SOURCE_IS_NO_STREAM", "app, --accept")
    [agreed] = [line for line in service.noted if line.startswith("app: agree sales")]
    assert "SOURCE_IS_NO_STREAM: Reads" in agreed
    assert "Calls orders orders_2 in bronze and silver" in agreed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--repair 2 --accept SOURCE_IS_NO_STREM", "'SOURCE_IS_NO_STREM' names no repair"),
        ("--accept SOURCE_IS_NO_STREAM", "Without repairs nothing is done"),
    ],
)
def test_a_consent_that_would_agree_to_nothing_is_refused_before_anything_is_done(
    service: Service, capsys: pytest.CaptureFixture[str], words: str, said: str
) -> None:
    assert main(["run", "medallion.yml", *words.split()]) == 1
    assert said in capsys.readouterr().err
    assert service.done == service.noted == []


def test_a_run_that_fails_says_why_and_ends_with_1(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    service.failures = [[error("silver_orders", ZERO)]]
    assert main(["run", "medallion.yml"]) == 1
    printed = capsys.readouterr()
    assert "Open: A row divides by zero" in printed.err
    assert "Not all criteria are met." in printed.out
    assert "readers" not in service.done


@pytest.mark.parametrize("words", ["deploy", "run", "run --repair 2"])
def test_a_design_with_an_error_is_refused(
    service: Service, capsys: pytest.CaptureFixture[str], words: str
) -> None:
    Path("medallion.yml").write_text(dump_design(TWICE))
    command, *options = words.split()
    assert main([command, "medallion.yml", *options]) == 1
    what, hint = capsys.readouterr().err.splitlines()
    assert "2 tables would be called bronze_orders" in what
    assert hint == "Rename one of them."
    assert service.done == []


def test_the_plan_of_a_design_with_an_error_is_why_it_is_refused(
    service: Service, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "plan_deploy", plan_deploy)
    Path("medallion.yml").write_text(dump_design(TWICE))
    assert main(["plan", "medallion.yml"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[:2] for line in lines] == [
        ["error", " bronze_orders"],
        ["error", " silver_orders"],
    ]


def test_a_run_of_another_design_than_the_deployed_is_refused(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    service.deployed_now = replace(DESIGN, entities=())
    assert main(["run", "medallion.yml"]) == 1
    assert "differs from what is deployed" in capsys.readouterr().err
    assert service.done == []


@pytest.mark.parametrize("command", ["run", "deploy"])
def test_code_changed_by_hand_is_accepted_by_its_path_and_by_no_other(
    command: str,
    service: Service,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    change = CodeChange("src/x.py", How.ADDED, "0" * 64, "x = 1")
    accepted: list[CodeChange] = []
    monkeypatch.setattr(builder, "code_changes", lambda *_: [change])
    monkeypatch.setattr(builder, "accept_changes", lambda _, __, found: accepted.extend(found))
    assert main([command, "medallion.yml", "--accept-code", "src/y.py"]) == 1
    assert "src/y.py is as it was deployed" in capsys.readouterr().err
    assert (accepted, service.done) == ([], [])
    assert main([command, "medallion.yml", "--accept-code", "src/x.py"]) == 0
    assert accepted == [change]
