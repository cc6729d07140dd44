"""Keys that two sides write differently are asked about."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medallion_core.model import Question, Scalar, Settings
from medallion_core.propose import propose_design
from tests.propose.memory import Memory, schema

WRITINGS = {
    "case": (lambda n: f"c-{n:03}x", lambda n: f"C-{n:03}X"),
    "zeros in front": (lambda n: f"{n:08}", lambda n: n),
    "zeros in front of text": (lambda n: f"{n:08}", str),
    "zeros and a point": (lambda n: f"{n:05}", lambda n: f"{n}.0"),
    "braces and case": (
        lambda n: f"{{3F2504E0-4F89-{n:04X}}}",
        lambda n: f"3f2504e0-4f89-{n:04x}",
    ),
    "marks of thousands": (lambda n: f"{n},{n:03}", lambda n: 1001 * n),
    "a blank that does not break": (lambda n: f"c{n:03}", lambda n: f"c{n:03}\N{NO-BREAK SPACE}"),
    "what cannot be seen": (lambda n: f"c{n:03}", lambda n: f"c{n:03}\N{ZERO WIDTH SPACE}\t"),
    "blanks within": (lambda n: f"ab{n:03}x", lambda n: f"ab {n:03}x"),
    "case and blanks": (lambda n: f"ab{n}  ", lambda n: f"AB{n}"),
}


def asked(keys: list[Scalar], references: list[Scalar]) -> tuple[bool, list[Question]]:
    """Whether the reference is built on with every row finding its customer, and what is asked."""
    memory = Memory(
        {
            "customers": {"customer_id": list(keys), "name": [f"n{i}" for i in range(len(keys))]},
            "orders": {
                "order_id": list(range(1, len(references) + 1)),
                "customer_id": list(references),
                "total_amount": [1.5] * len(references),
            },
        }
    )
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    found = [r for r in design.references if (r.entity, r.parent) == ("orders", "customers")]
    joined = any(r.accepted and r.inclusion == 1 for r in found)
    return joined, [q for q in design.questions if "written differently" in q.detail]


@pytest.mark.parametrize("writing", WRITINGS)
def test_what_two_sides_write_differently_is_asked(writing: str) -> None:
    theirs, ours = WRITINGS[writing]
    numbers = range(1, 41)
    joined, questions = asked([theirs(n) for n in numbers], [ours(n) for n in numbers] * 3)
    assert not joined
    (question,) = questions
    assert question.subject == "orders"
    assert "customer_id" in question.detail


def test_how_many_find_theirs_as_it_is_is_counted() -> None:
    numbers = range(1, 41)
    keys: list[Scalar] = [f"c{n:03}" for n in numbers]
    joined, [question] = asked(keys, [f"c{n:03}" if n % 4 else f"C{n:03}" for n in numbers] * 3)
    assert not joined
    assert "75% of the rows find theirs as it is, and 100% if" in question.detail


@pytest.mark.parametrize("writing", [lambda n: f"c{n:03}", lambda n: n, lambda n: f"{n}.0"])
def test_what_is_written_alike_is_not_asked(writing) -> None:  # type: ignore[no-untyped-def]
    numbers = range(1, 41)
    joined, questions = asked([writing(n) for n in numbers], [writing(n) for n in numbers] * 3)
    assert joined
    assert questions == []


@settings(max_examples=40, deadline=None)
@given(
    width=st.integers(4, 9),
    upper=st.booleans(),
    padded=st.booleans(),
    prefix=st.text("abcd", max_size=2),
)
def test_a_reference_is_joined_or_asked_about(
    width: int, upper: bool, padded: bool, prefix: str
) -> None:
    keys: list[Scalar] = [f"{prefix}{n:0{width}}" for n in range(1, 41)]
    written = [str(key).upper() if upper else str(key) for key in keys]
    references: list[Scalar] = [f"{text}  " if padded else text for text in written] * 3
    joined, questions = asked(keys, references)
    assert joined or questions


def test_what_is_no_reference_for_another_reason_is_not_said_to_be_written_differently() -> None:
    memory = schema("""D publisher 80: pub_id digits 4 | pub_name name
        D pub_info 80: pub_id digits 4 | logo text""")
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    assert not any("written differently" in question.detail for question in design.questions)
