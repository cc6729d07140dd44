"""Whatever a file holds: an error of ours or a finding, within two seconds and 300 MB."""

from __future__ import annotations

import ast
import resource
import time

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from medallion_core.check import check_bundle, check_design
from medallion_core.errors import MedallionError
from medallion_core.generate import bundle as bundle_module
from medallion_core.generate import generate_bundle
from medallion_core.model import Bundle, Design, Level
from medallion_core.model.file import load_design
from tests.check.mutations import damaged_files

SECONDS, MEGABYTES = 2.0, 300
FEW = settings(deadline=None, max_examples=400, suppress_health_check=list(HealthCheck))
MANY = settings(FEW, max_examples=20_000, phases=[Phase.generate, Phase.target])


@pytest.fixture(autouse=True, scope="module")
def _without_the_formatter() -> object:
    """A process of its own for each of thousands of bundles: what it would refuse is not Python."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bundle_module, "format_python", as_python)
        yield


def as_python(bundle: Bundle, _refused: object) -> Bundle:
    for path, text in bundle.items():
        if path.endswith(".py"):
            ast.parse(text)
    return bundle


def judge(text: str) -> None:
    """Load, check, generate, check of the bundle: what is generated is of a sound design, and
    what is refused has a finding."""
    started, used = time.process_time(), peak()
    try:
        design = load_design(text)
    except MedallionError:
        return
    errors = [finding for finding in check_design(design) if finding.level is Level.ERROR]
    assert is_made(design) or errors
    assert time.process_time() - started < SECONDS
    assert peak() - used < MEGABYTES


def is_made(design: Design) -> bool:
    """Whether a bundle is generated and checked, not refused."""
    try:
        check_bundle(generate_bundle(design))
    except MedallionError:
        return False
    return True


def peak() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@FEW
@given(damaged_files())
def test_a_damaged_file_gives_an_error_or_a_finding(text: str) -> None:
    judge(text)


@pytest.mark.fuzz
@MANY
@given(damaged_files())
def test_twenty_thousand_damaged_files_give_errors_or_findings(text: str) -> None:
    judge(text)
