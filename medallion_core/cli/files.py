"""What each command does that talks to no workspace: it reads files and writes files.

Nothing here imports the SDK, which takes a second to load.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from medallion_core.check import Refused, check_bundle, check_design, design_refusals
from medallion_core.cli.bundle_files import read_bundle, write_bundle
from medallion_core.cli.terminal import finding_line, say, show
from medallion_core.cli.text_files import read_text
from medallion_core.errors import MedallionError
from medallion_core.generate import Report, generate_bundle
from medallion_core.model import Bundle, Design, Finding, Level
from medallion_core.model.file import DESIGN_FILE, load_design


def generate(arguments: argparse.Namespace) -> bool:
    """Also the bundle of a design with an ERROR, to be looked at; it is told, and not deployed."""
    design = read_design(arguments.design)
    refused = design_refusals(design)
    for finding in refused:
        say(finding_line(finding))
    broken: list[Finding] = []
    bundle = _generated(design, refused, broken.append)
    write_bundle(arguments.output, bundle, overwrite=arguments.overwrite)
    for finding in broken:
        say(finding_line(finding))
    say(f"Wrote {len(bundle)} files to {arguments.output}.")
    return not refused and not broken


def _generated(design: Design, refused: Refused, report: Report) -> Bundle:
    """The generator may rely on a design that the check accepts, and on no other."""
    try:
        return generate_bundle(design, report=report)
    except Exception as error:
        if not refused:
            raise
        raise MedallionError(
            "DESIGN_REFUSED",
            "Nothing can be generated from this design.",
            "Correct what is named above.",
        ) from error


def check(arguments: argparse.Namespace) -> bool:
    bundle = read_bundle(arguments.folder)
    findings = [*check_bundle(bundle), *_check_its_design(bundle)]
    for finding in findings:
        show(finding_line(finding))
    errors = sum(finding.level is Level.ERROR for finding in findings)
    show(f"{len(bundle)} files, {errors} errors, {len(findings) - errors} other findings")
    return errors == 0


def _check_its_design(bundle: Bundle) -> list[Finding]:
    if DESIGN_FILE not in bundle:
        return []
    try:
        return check_design(load_design(bundle[DESIGN_FILE]))
    except MedallionError as error:
        return [Finding(Level.ERROR, DESIGN_FILE, error.message, error.hint)]


def read_design(path: Path) -> Design:
    """The design in the file ``path``. Raises MedallionError DESIGN_NOT_FOUND or DESIGN_INVALID."""
    try:
        text = read_text(path)
    except MedallionError as error:
        raise MedallionError(
            "DESIGN_NOT_FOUND",
            f"The design {error.message}",
            "Make one: python -m medallion_core propose CATALOG.SCHEMA … -o medallion.yml.",
        ) from error
    try:
        return load_design(text)
    except MedallionError as error:
        hint = error.hint or "Correct it there; docs/design-file.md lists what a design holds."
        raise MedallionError(error.code, f"{path}: {error.message}", hint) from error
