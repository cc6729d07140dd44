"""Tables of which only some rows were looked at: what a sample lacks may be in the table."""

from __future__ import annotations

import pytest

from medallion_core.model import Aggregation, Design, Scalar, Settings
from medallion_core.propose import candidates, propose_design
from medallion_core.propose import design as proposing
from medallion_core.propose.matching import NameMatch
from medallion_core.propose.scores import Pair, points
from medallion_core.propose.surprise import surprise
from medallion_core.propose.tables import view_tables
from tests.propose.memory import Memory

ROWS = 4000


def proposed(columns: dict[str, list[Scalar | None]], step: int = 20) -> Design:
    columns = {"reading_id": [7 * n + 3 for n in range(ROWS)], **columns}
    memory = Memory({"readings": columns}, sampled={"readings": step} if step > 1 else {})
    return propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)


def test_blanks_that_a_sample_lacks_are_taken_off() -> None:
    states: list[Scalar | None] = [f"state {n % 7}" for n in range(ROWS)]
    for step, guarded in ((20, True), (1, False)):
        column = proposed({"state": states}, step).entity("readings").column("state")
        assert (column.trim, column.empty_to_null) == (guarded, guarded)


def test_nan_that_a_sample_lacks_is_counted_and_not_summed() -> None:
    volumes: list[Scalar | None] = [n % 97 / 8 for n in range(ROWS)]
    days: list[Scalar | None] = [f"2024-01-{n % 28 + 1:02}" for n in range(ROWS)]
    for step, guarded in ((20, True), (1, False)):
        design = proposed({"volume": volumes, "read_on": days}, step)
        rules = {rule.name for rule in design.entity("readings").rules}
        assert ("volume_finite" in rules) is guarded
        (fact,) = design.star.facts
        (volume,) = (m for m in fact.measures if m.name == "volume")
        assert ("Infinity" in volume.expression) is guarded


def test_numbers_that_run_through_all_rows_are_no_quantity() -> None:
    runs: list[Scalar | None] = [n + 5000 for n in range(ROWS)]
    days: list[Scalar | None] = [f"2024-01-{n % 28 + 1:02}" for n in range(ROWS)]
    for step in (20, 1):
        (fact,) = proposed({"run": runs, "read_on": days}, step).star.facts
        assert {m.aggregation for m in fact.measures if m.name == "run"} <= {Aggregation.NONE}


def sensors_and_readings(*lost: int) -> Memory:
    """A big table of readings, of which a sample is profiled. The sensors of those in ``lost`` are
    not there."""
    sensors = {"sensor_id": [7 * n + 1 for n in range(200)], "name": [f"s{n}" for n in range(200)]}
    of = {n: 7 * (n * 13 % 200) + 1 + (n in lost) for n in range(ROWS)}
    readings = {"reading_id": [*range(10**6, 10**6 + ROWS)], "sensor_id": [*of.values()]}
    tables: dict[str, dict[str, list[Scalar | None]]] = {
        "sensors": {name: [*values] for name, values in sensors.items()},
        "readings": {name: [*values] for name, values in readings.items()},
    }
    return Memory(tables, sampled={"readings": 20})


def test_what_is_chosen_by_a_sample_is_asked_of_all_rows_in_one_more_go() -> None:
    lost = [n for n in range(ROWS) if n % 20 == 7]
    found = {}
    for name, memory in (("sample", sensors_and_readings(*lost)), ("all", sensors_and_readings())):
        design = propose_design(
            memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory
        )
        [found[name]] = design.references
        rounds = memory.rounds
        memory.sampled.clear()
        propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
        assert memory.rounds - rounds == rounds - 1, "one more for a sample, none where all is read"
    assert (found["all"].inclusion, found["sample"].inclusion) == (1.0, 1 - 1 / 20)
    assert not any(reference.sampled for reference in found.values())
    assert "95.0% of its rows find their value there" in found["sample"].evidence
    assert "all of its rows" not in found["sample"].evidence
    assert found["sample"].confidence < found["all"].confidence


def test_what_only_a_sample_was_asked_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposing, "confirm_inclusion", lambda _, found, *__: list(found))
    memory = sensors_and_readings()
    design = propose_design(memory.sources(), memory.profiles(), Settings("p", "c", "s"), memory)
    [reference] = design.references
    assert "all of a sample of its rows find their value there" in reference.evidence
    assert reference.sampled


@pytest.mark.parametrize(("compared", "found"), [(ROWS - 1, 0.95), (ROWS, 1.0)])
def test_a_view_of_more_rows_than_are_compared_is_asked_in_full(
    compared: int, found: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "SAMPLE_ROWS", compared)
    memory = sensors_and_readings(*(n for n in range(ROWS) if n % 20 == 7))
    cut, memory.sampled = memory.sampled, {}
    profiles = memory.profiles()
    memory.sampled = cut
    design = propose_design(memory.sources(), profiles, Settings("p", "c", "s"), memory)
    assert [reference.inclusion for reference in design.references] == [found]


def test_a_parent_has_more_values_than_its_sample() -> None:
    """Neither are those of its child too many, nor is it a surprise to find them."""
    sensors: dict[str, list[Scalar | None]] = {"sensor_id": list(range(1, ROWS + 1))}
    readings: dict[str, list[Scalar | None]] = {"level": [n % 9 + 1 for n in range(ROWS)]}
    many: dict[str, list[Scalar | None]] = {"placed": [n * 37 % ROWS + 1 for n in range(ROWS)]}
    memory = Memory(
        {"sensors": sensors, "readings": readings, "places": many}, sampled={"sensors": 40}
    )
    parent, child, other = view_tables(memory.sources(), memory.profiles())
    key = parent.fields["sensor_id"]
    assert surprise(child.fields["level"], key) == 0
    assert points(Pair(other.fields["placed"], key, NameMatch(0.5)), None) > -4
