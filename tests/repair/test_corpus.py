"""Every failure of the corpus is made for real, understood, and mended or handed over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from medallion_core.generate import generate_bundle
from medallion_core.generate.render import md
from medallion_core.job import Outcome
from medallion_core.model import RuleAction
from medallion_core.repair import Risk
from medallion_core.workspace import connect
from tests.conftest import RunningWorkspace
from tests.repair import corpus
from tests.repair.corpus import Fault
from tests.repair.scene import Scene, everything

pytestmark = pytest.mark.minutes


@dataclass(frozen=True)
class Mended:
    scene: Scene
    outcome: Outcome


@pytest.fixture(scope="module")
def mended(workspace: RunningWorkspace) -> Iterator[dict[str, Mended]]:
    ws = connect()
    done: dict[str, Mended] = {}
    for name, faults in (corpus.MENDED | corpus.HANDED_OVER).items():
        scene = Scene(ws, name, faults)
        scene.make_sources()
        if any(fault.later for fault in faults):
            assert scene.do().met
            scene.change_sources()
        outcome = scene.do(everything)
        done[name] = Mended(scene, outcome)
    yield done
    ws.close()


FAULTS = [
    pytest.param(name, fault, id=fault.name)
    for name, faults in (corpus.MENDED | corpus.HANDED_OVER).items()
    for fault in faults
]


@pytest.mark.parametrize(("name", "fault"), FAULTS)
def test_a_failure_is_understood(mended: dict[str, Mended], name: str, fault: Fault) -> None:
    found = mended[name].scene.found(mended[name].outcome)[fault.name]
    assert (found.code, found.risk) == (fault.code, fault.risk), found
    assert (found.fix is None) == (fault.risk is Risk.HAND_OVER)
    assert found.fix is not None or found.instructions


@pytest.mark.parametrize("name", corpus.HANDED_OVER)
def test_what_is_handed_over_changes_nothing(mended: dict[str, Mended], name: str) -> None:
    assert mended[name].outcome.design == mended[name].scene.design()


@pytest.mark.parametrize("name", corpus.MENDED)
def test_all_failures_are_mended(mended: dict[str, Mended], name: str) -> None:
    outcome = mended[name].outcome
    assert outcome.met, [criterion.detail for criterion in outcome.verdict.criteria]
    written = generate_bundle(outcome.design)["FIXES.md"]
    for fault in mended[name].scene.faults:
        (fix, *_) = [f for f in outcome.design.fixes if f.subject.endswith(f"_{fault.name}")]
        assert fix.failure == fault.code
        assert md(fix.change) in written


@pytest.mark.parametrize(
    ("name", "fault"), [case for case in FAULTS if case.values[0] in corpus.MENDED]
)
def test_no_row_is_lost(mended: dict[str, Mended], name: str, fault: Fault) -> None:
    scene, design = mended[name].scene, mended[name].outcome.design
    entity = next(e for e in design.entities if e.name in (fault.name, f"{fault.name}_2"))
    actions = {rule.action for rule in entity.rules}
    kept = scene.count(f"silver_{entity.name}")
    if RuleAction.QUARANTINE in actions:
        kept += scene.count(f"quarantine_{entity.name}")
    assert scene.count(f"bronze_{entity.name}") == fault.rows
    assert kept == fault.rows or RuleAction.DROP in actions
