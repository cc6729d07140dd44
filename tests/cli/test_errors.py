"""Whatever is wrong with what a command is given: one line of what, one of what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from medallion_core.__main__ import main
from medallion_core.cli import commands, files
from medallion_core.cli.bundle_files import MANIFEST
from medallion_core.cli.terminal import say
from medallion_core.model.file import dump_design
from tests.conftest import ROOT
from tests.generate.designs import tpch

LATIN_1 = "größe".encode("latin-1")
REFERS_TO_NOTHING = """version: 1
settings: {pipeline_name: a, catalog: b, schema: c}
star:
  facts:
    - {name: fact_x, entity: nowhere}
"""

Place = Callable[[Path], object]


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a design and the bundle that it makes."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "medallion.yml").write_text(dump_design(tpch()))
    assert main(["generate", str(folder / "medallion.yml"), "-o", str(folder / "bundle")]) == 0
    return folder


@pytest.fixture
def here(generated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, as the folder that commands are given in; no workspace is connected."""
    shutil.copytree(generated, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    for name in ("HOST", "TOKEN", "CLIENT_ID", "CLIENT_SECRET", "CONFIG_PROFILE"):
        monkeypatch.delenv(f"DATABRICKS_{name}", raising=False)
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(tmp_path / "databrickscfg"))
    return tmp_path


def two_lines(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[str, str]:
    """What the command, which fails, says went wrong and what to do."""
    capsys.readouterr()
    assert main(words) == 1
    what, hint = capsys.readouterr().err.splitlines()
    assert "defect" not in hint, what
    return what, hint


def put(path: str, content: str | bytes) -> Place:
    def place(folder: Path) -> None:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())

    return place


def nothing(folder: Path) -> None:
    """Leaves everything as it is."""


MANIFEST_IS = f"bundle/{MANIFEST.as_posix()}"
GENERATE = "generate medallion.yml -o"
PROPOSE = "propose samples.tpch --name n --catalog c --schema s -o"


@pytest.mark.parametrize(
    ("place", "words", "said"),
    [
        (put("bad.yml", LATIN_1), "generate bad.yml -o out", "byte 2 is not UTF-8"),
        (put("bad.yml", LATIN_1), "plan bad.yml", "byte 2 is not UTF-8"),
        (put("bad.yml", LATIN_1), "run bad.yml --repair 5", "byte 2 is not UTF-8"),
        (put("bad.yml", ""), "generate bad.yml -o out", "not a mapping"),
        (put("bad.yml", "[" * 30_000), "deploy bad.yml", "not YAML"),
        (nothing, "generate bundle -o out", "Is a directory"),
        (nothing, "status nowhere.yml", "No such file"),
        (put("file", ""), f"{GENERATE} file", "cannot be written"),
        (put("file", ""), f"{GENERATE} file/below", "Not a directory"),
        (nothing, f"{GENERATE} {'x' * 300}", "name too long"),
        (nothing, f"{GENERATE} /proc/nowhere", "cannot be written"),
        (put("taken/README.md/x", ""), f"{GENERATE} taken", "README.md cannot be written"),
        (put("taken/README.md", "mine"), f"{GENERATE} taken", "Changed by hand"),
        (put(MANIFEST_IS, ""), f"{GENERATE} bundle", "not JSON"),
        (put(MANIFEST_IS, "[]"), f"{GENERATE} bundle", "is damaged"),
        (put(MANIFEST_IS, "[" * 100_000), f"{GENERATE} bundle", "not JSON"),
        (put(MANIFEST_IS, '{"a": null}'), "check bundle", "is damaged"),
        (put(MANIFEST_IS, LATIN_1), "check bundle", "not UTF-8"),
        (put("bundle/src/gold/x.py", LATIN_1), "check bundle", "src/gold/x.py cannot be read"),
        (nothing, "check nowhere", "no generated bundle"),
        (nothing, "check medallion.yml", "no generated bundle"),
        (nothing, f"{PROPOSE} bundle", "it is a folder"),
        (nothing, f"{PROPOSE} medallion.yml/below", "cannot be written"),
        (nothing, "browse", "No Databricks workspace"),
        (nothing, "plan medallion.yml", "No Databricks workspace"),
        (nothing, "--profile away browse", "databrickscfg has no profile 'away'"),
    ],
)
def test_what_is_wrong_is_two_lines(
    here: Path, capsys: pytest.CaptureFixture[str], place: Place, words: str, said: str
) -> None:
    place(here)
    what, hint = two_lines(capsys, *words.split())
    assert said in what
    assert hint


@pytest.mark.parametrize("path", ["../kept.txt", "/KEPT", "src/../../kept.txt", "src/gold"])
def test_a_damaged_manifest_never_touches_a_file_outside(
    here: Path, capsys: pytest.CaptureFixture[str], path: str
) -> None:
    kept = here / "kept.txt"
    kept.write_text("mine")
    named = path.replace("/KEPT", str(kept))
    put(MANIFEST_IS, f'{{"{named}": "0"}}')(here)
    two_lines(capsys, *f"{GENERATE} bundle --overwrite".split())
    assert kept.read_text() == "mine"
    assert (here / "bundle/src/gold").is_dir()


def test_a_link_does_not_lead_outside(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.move(here / "bundle/src", here / "outside")
    (here / "bundle/src").symlink_to(here / "outside")
    before = sorted(here.glob("outside/**/*"))
    what, _ = two_lines(capsys, *f"{GENERATE} bundle --overwrite".split())
    assert "leads out of bundle" in what
    assert sorted(here.glob("outside/**/*")) == before


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("resources/tpch.pipeline.yml", "resources: [1]"),
        ("resources/tpch.pipeline.yml", "resources: {pipelines: {tpch: text}}"),
        ("resources/tpch.pipeline.yml", "[" * 30_000),
        ("pipeline.json", "[]"),
        ("pipeline.json", "[" * 200_000),
        ("medallion.yml", "[]"),
        ("src/gold/x.py", "a = 1\0"),
        ("src/gold/x.py", "a = " + "-" * 100_000 + "1"),
    ],
    ids=lambda text: text[:30],
)
def test_a_damaged_file_of_a_bundle_is_a_finding(
    here: Path, capsys: pytest.CaptureFixture[str], path: str, content: str
) -> None:
    put(f"bundle/{path}", content)(here)
    assert main(["check", "bundle"]) == 1
    printed = capsys.readouterr()
    assert f"error: {path}" in printed.out
    assert printed.err == ""


def test_a_bundle_with_an_error_is_written_and_told(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (first, *_) = tpch().entities
    twice = replace(tpch(), entities=(*tpch().entities, first))
    (here / "twice.yml").write_text(dump_design(twice))
    assert main(["generate", "twice.yml", "-o", "out"]) == 1
    assert f"2 tables would be called bronze_{first.name}" in capsys.readouterr().err
    assert (here / "out/medallion.yml").is_file()


def test_a_design_that_nothing_can_be_made_of_is_told(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "bad.yml").write_text(REFERS_TO_NOTHING)
    assert main(["generate", "bad.yml", "-o", "out"]) == 1
    *findings, what, hint = capsys.readouterr().err.splitlines()
    assert all(line.startswith("error: fact_x") for line in findings)
    assert findings
    assert (what, hint) == (
        "Nothing can be generated from this design.",
        "Correct what is named above.",
    )
    assert not (here / "out").exists()


def test_a_proposal_that_could_not_be_kept_is_not_begun(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def connect(**_: object) -> None:
        raise AssertionError("the tables were read first")

    monkeypatch.setattr(commands, "connect", connect)
    what, _ = two_lines(capsys, *f"{PROPOSE} bundle".split())
    assert "bundle cannot be written" in what


def test_a_defect_is_two_lines_and_seen_in_full_on_demand(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("x\n\x1b[2J")

    monkeypatch.setattr(files, "generate_bundle", fail)
    assert main(f"{GENERATE} out".split()) == 1
    what, hint = capsys.readouterr().err.splitlines()
    assert what.startswith("Unexpected KeyError")
    assert "python -X dev" in hint


def test_text_of_a_catalog_does_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say("a\x1b[2J\u202eb\nc ✓")
    assert capsys.readouterr().err == "a\\x1b[2J\\u202eb c ✓\n"


@pytest.mark.parametrize("rounds", ["-1", "two", ""])
def test_rounds_are_a_number(here: Path, rounds: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["run", "medallion.yml", "--repair", rounds])
    assert ended.value.code == 2


@pytest.mark.parametrize("command", [["check", "bundle"], ["--help"]])
def test_output_that_nobody_reads_to_its_end_is_no_failure_of_ours(
    here: Path, command: list[str]
) -> None:
    read, write = os.pipe()
    os.close(read)
    process = subprocess.run(
        [sys.executable, "-m", "medallion_core", *command],
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    os.close(write)
    assert "Traceback" not in process.stderr


def test_a_terminal_without_the_character_gets_an_escape(here: Path) -> None:
    put("bundle/src/gold/größe.py", "def (")(here)
    process = subprocess.run(
        [sys.executable, "-m", "medallion_core", "check", "bundle"],
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"},
    )
    assert b"src/gold/gr\\xf6\\xdfe.py:1: This is not Python" in process.stdout
    assert process.stderr == b""
