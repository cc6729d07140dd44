"""What GitHub and Azure do with the bundle's steps, as shell scripts with a program that is told to
fail."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from medallion_core.generate import generate_bundle
from medallion_core.model import Bundle, Ci
from tests.cli.databricks_cli import SERVICES, Steps, steps_of
from tests.generate.designs import tpch

PROGRAM = """\
#!/bin/sh
echo "$2" >> "$LOG"
test "$2" != "$FAILS"
"""
COMMANDS = ["validate", "deploy", "run"]


def bundle_for(service: Ci) -> Bundle:
    return generate_bundle(replace(tpch(), settings=replace(tpch().settings, ci=service)))


def called(steps: Steps, folder: Path, fails: str) -> tuple[bool, list[str]]:
    """Whether all went well, and which commands the program was given."""
    program, log = folder / "databricks", folder / "log"
    program.write_text(PROGRAM)
    program.chmod(0o755)
    log.write_text("")
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "LOG": str(log), "FAILS": fails}
    done = all(
        subprocess.run(["bash", "-c", step], env=environment, cwd=folder).returncode == 0
        for step in steps
    )
    return done, log.read_text().split()


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("fails", ["", *COMMANDS])
def test_the_first_failure_ends_it(service: Ci, fails: str, tmp_path: Path) -> None:
    done, commands = called(steps_of(bundle_for(service), service), tmp_path, fails)
    assert done == (not fails)
    assert commands == COMMANDS[: COMMANDS.index(fails) + 1 if fails else None]


def test_github_deploys_no_pull_request_and_needs_no_secret() -> None:
    text = bundle_for(Ci.GITHUB)[SERVICES[Ci.GITHUB]]
    workflow: dict[Any, Any] = yaml.safe_load(text)
    assert workflow[True] == {"push": {"branches": ["main"]}}
    assert workflow["permissions"] == {"contents": "read", "id-token": "write"}
    assert workflow["concurrency"] == "tpch-${{ github.ref }}"
    assert workflow["jobs"]["deploy"]["env"]["DATABRICKS_AUTH_TYPE"] == "github-oidc"
    assert "secrets." not in text


def test_azure_deploys_no_pull_request_and_needs_no_secret() -> None:
    text = bundle_for(Ci.AZURE)[SERVICES[Ci.AZURE]]
    pipeline = yaml.safe_load(text)
    assert pipeline["pr"] == "none"
    assert pipeline["trigger"] == {"batch": True, "branches": {"include": ["main"]}}
    assert pipeline["steps"][-1]["env"]["DATABRICKS_AUTH_TYPE"] == "azure-devops-oidc"
    assert "SECRET" not in text


@pytest.mark.parametrize("service", SERVICES)
def test_the_readme_names_every_variable(service: Ci) -> None:
    bundle = bundle_for(service)
    for name in ("DATABRICKS_HOST", "DATABRICKS_CLIENT_ID"):
        assert name in bundle[SERVICES[service]]
        assert f"`{name}`" in bundle["README.md"]
