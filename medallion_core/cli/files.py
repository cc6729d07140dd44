"""What each command does that talks to no workspace: it reads files and writes files.

Nothing here imports the SDK, which takes a second to load.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from medallion_core.check import check_bundle, check_design
from medallion_core.cli.bundle_files import read_bundle, write_bundle
from medallion_core.cli.terminal import finding_line, say
from medallion_core.errors import MedallionError
from medallion_core.generate import generate_bundle
from medallion_core.model import Design, Level
from medallion_core.model.file import load_design


def generate(arguments: argparse.Namespace) -> bool:
    bundle = generate_bundle(read_design(arguments.design))
    write_bundle(arguments.output, bundle, overwrite=arguments.overwrite)
    say(f"Wrote {len(bundle)} files to {arguments.output}.")
    return True


def check(arguments: argparse.Namespace) -> bool:
    bundle = read_bundle(arguments.folder)
    findings = check_bundle(bundle)
    if "medallion.yml" in bundle:
        findings = [*findings, *check_design(load_design(bundle["medallion.yml"]))]
    for finding in findings:
        print(finding_line(finding))
    errors = sum(finding.level is Level.ERROR for finding in findings)
    print(f"{len(bundle)} files, {errors} errors, {len(findings) - errors} other findings")
    return errors == 0


def read_design(path: Path) -> Design:
    """The design in the file ``path``. Raises MedallionError DESIGN_NOT_FOUND or DESIGN_INVALID."""
    try:
        return load_design(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MedallionError(
            "DESIGN_NOT_FOUND",
            f"The design {path} cannot be read: {error.strerror}.",
            "Make one: python -m medallion_core propose CATALOG.SCHEMA … -o medallion.yml.",
        ) from error
