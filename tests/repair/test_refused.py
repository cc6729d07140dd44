"""Which of the corpus's designs are deployed at all: what the check finds never runs."""

from __future__ import annotations

import pytest

from medallion_core.check import checked_bundle
from medallion_core.check.refusals import Refused
from medallion_core.model import Design, Settings, Star
from tests.repair.corpus import ALL, REFUSED
from tests.repair.faults import Fault


def refused(fault: Fault) -> Refused:
    star = Star(
        dimensions=(fault.dimension,) if fault.dimension else (),
        facts=(fault.fact,) if fault.fact else (),
    )
    design = Design(Settings("faults", "main", "gold"), (fault.entity,), star=star)
    return checked_bundle(design, "/Workspace/x")[1]


@pytest.mark.parametrize("fault", REFUSED, ids=lambda fault: fault.name)
def test_the_check_says_where_the_design_is_wrong_and_what_to_do(fault: Fault) -> None:
    (finding, *_) = refused(fault)
    assert fault.name in finding.subject
    assert finding.hint


@pytest.mark.parametrize(
    "fault", [f for f in ALL if f not in REFUSED], ids=lambda fault: fault.name
)
def test_what_only_a_run_can_tell_is_deployed(fault: Fault) -> None:
    assert refused(fault) == ()
