"""A consent given beforehand covers what it names, and is refused where it names nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from medallion_core.errors import MedallionError
from medallion_core.repair import Diagnosis, Fix, Risk, agreed_beforehand, failures, ways_to_agree
from medallion_core.repair.consents import MENDED

CODE = "SOURCE_WAS_REPLACED"


def asks(subject: str = "bronze_orders", code: str = CODE, **lost: tuple[str, ...]) -> Diagnosis:
    fix = Fix(code, subject, "Mends it.", "It broke.", **lost)  # type: ignore[arg-type]
    return Diagnosis(code, subject, "It broke.", Risk.ASKS, fix=fix)


BOTH = ("bronze_orders", "silver_orders")


@pytest.mark.parametrize(
    ("accepted", "diagnosis", "agreed"),
    [
        ([CODE], asks(), True),
        ([CODE], asks(full_refresh=BOTH), True),
        ([CODE], asks(code="VERSIONS_TIE"), False),
        ([], asks(), False),
        ([f"{CODE}:bronze_orders"], asks(), True),
        ([f"{CODE}:bronze_orders"], asks("bronze_returns"), False),
        ([f"{CODE}:bronze_orders"], asks(code="VERSIONS_TIE"), False),
        ([f"{CODE}:bronze_orders"], asks(full_refresh=BOTH), False),
        ([f"{CODE}:bronze_orders"], asks(left=BOTH), False),
        ([f"{CODE}:{table}" for table in BOTH], asks(left=BOTH), True),
        (["FILE_WAS_EDITED:src/a.py"], asks("src/a.py", "FILE_WAS_EDITED"), True),
        (
            ["FULL_REFRESH_NEEDED:a", "FULL_REFRESH_NEEDED:b"],
            asks("a, b", "FULL_REFRESH_NEEDED", full_refresh=("a", "b")),
            True,
        ),
    ],
)
def test_it_covers_what_it_names(accepted: list[str], diagnosis: Diagnosis, agreed: bool) -> None:
    consent = agreed_beforehand(accepted, "ann", rounds=1)
    assert consent(diagnosis) == ("ann" if agreed else "")
    assert agreed_beforehand(ways_to_agree(diagnosis), "ann", rounds=1)(diagnosis) == "ann"


@pytest.mark.parametrize("unknown", ["SOURCE_WAS_REPLACE", "UNKNOWN", "", f"{CODE}:", ":orders"])
def test_what_names_no_repair_is_refused(unknown: str) -> None:
    with pytest.raises(MedallionError) as refused:
        agreed_beforehand([CODE, unknown], "ann", rounds=1)
    assert refused.value.code == "UNKNOWN_REPAIR"
    assert repr(unknown) in refused.value.message
    assert CODE in refused.value.hint


def test_without_repairs_there_is_nothing_to_agree_to() -> None:
    with pytest.raises(MedallionError) as refused:
        agreed_beforehand([CODE], "ann", rounds=0)
    assert refused.value.code == "NOTHING_TO_ACCEPT"
    agreed_beforehand([], "ann", rounds=0)


def test_each_repair_of_the_catalogue_has_its_code() -> None:
    folder = Path(failures.__path__[0])
    texts = [path.read_text(encoding="utf-8") for path in folder.glob("*.py")]
    calls = [node for text in texts for node in ast.walk(ast.parse(text))]
    assert {code for call in calls if (code := mended_by(call))} == MENDED


def mended_by(node: ast.AST) -> str:
    """The code that a call mends by, where it says so itself."""
    match node:
        case ast.Call(func=ast.Name("mend" | "_set_aside"), args=[_, ast.Constant(code), *_]):
            return str(code)
    return ""
