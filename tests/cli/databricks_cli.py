"""The Databricks CLI as tests use it, where a program ``databricks`` is installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from medallion_core.generate import generate_bundle
from medallion_core.model import (
    Bundle,
    Ci,
    Design,
    EntityColumn,
    Privacy,
    PrivacyDecision,
)

PROGRAM = shutil.which("databricks")
SECONDS = 300

needs_cli = pytest.mark.skipif(not PROGRAM, reason="the Databricks CLI is not installed")


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it wrote."""

    code: int
    text: str


@dataclass(frozen=True)
class Cli:
    """The CLI in ``folder``, which holds a bundle, against the workspace of ``host``.
    ``variables`` are the bundle's, in place of those that it has."""

    folder: Path
    host: str
    token: str
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.folder.parent),
            "PATH": os.environ["PATH"],
            "DATABRICKS_HOST": self.host,
            "DATABRICKS_TOKEN": self.token,
            "DATABRICKS_CLI_DISABLE_TELEMETRY": "1",
            **{f"BUNDLE_VAR_{name}": value for name, value in self.variables.items()},
        }

    def ask(self, *words: str) -> Ended:
        """``databricks bundle …``."""
        return self.started(str(PROGRAM), "bundle", *words)

    def started(self, *words: str, **variables: str) -> Ended:
        ended = subprocess.run(
            words,
            cwd=self.folder,
            env=self.environment | variables,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        return Ended(ended.returncode, ended.stdout + ended.stderr)

    def __call__(self, *words: str) -> str:
        """What comes back with success."""
        ended = self.ask(*words)
        assert ended.code == 0, f"{' '.join(words)}\n{ended.text}"
        return ended.text

    def resources(self, target: str, *words: str) -> dict[str, Any]:
        """What the bundle says of its resources, deployed or not, by kind and key."""
        text = self("summary", "--output", "json", "--target", target, *words)
        found: dict[str, Any] = json.loads(text[text.index("{") :])["resources"]
        return found


def write_bundle(folder: Path, bundle: Bundle) -> None:
    for path, text in bundle.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def bundle_of(design: Design, **settings: object) -> Bundle:
    return generate_bundle(replace(design, settings=replace(design.settings, **settings)))  # type: ignore[arg-type]


def masked(column: EntityColumn) -> EntityColumn:
    return replace(column, privacy=Privacy("personal", PrivacyDecision.MASK))


Steps = list[str]
SERVICES = {Ci.GITHUB: ".github/workflows/deploy.yml", Ci.AZURE: "azure-pipelines.yml"}


def steps_of(bundle: Bundle, service: Ci) -> Steps:
    """The scripts that the service runs, without the installation of the CLI. GitHub starts each
    by ``bash -e``, Azure by ``bash``."""
    document = yaml.safe_load(bundle[SERVICES[service]])
    if service is Ci.GITHUB:
        steps = document["jobs"]["deploy"]["steps"]
        return [f"set -e\n{step['run']}" for step in steps if "run" in step]
    return [step["script"] for step in document["steps"] if "databricks bundle" in step["script"]]
