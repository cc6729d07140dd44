"""Parts that have a name: found by it, and replaced."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from dataclasses import replace

import pytest

from medallion_core.model import (
    Aggregate,
    Bridge,
    ColumnProfile,
    Design,
    Dimension,
    Entity,
    EntityColumn,
    Fact,
    Profile,
    Settings,
    Star,
)
from medallion_core.model.file import dump_design, load_design

COLUMNS = (
    EntityColumn("id", "ID", "bigint", "bigint"),
    EntityColumn("note", "Note", "string", "string"),
)
ORDERS = Entity("orders", (), COLUMNS)
LINES = Entity("lines", (), COLUMNS)
STAR = Star(
    dimensions=(Dimension("dim_orders", "orders", ("id",), "orders_key", attributes=()),),
    facts=(Fact("fact_lines", "lines"), Fact("fact_orders", "orders")),
    bridges=(Bridge("bridge_lines", "lines", ()),),
    aggregates=(Aggregate("sums", "fact_lines", keys=(), measures=()),),
)
DESIGN = Design(Settings("shop", "main", "gold"), (ORDERS, LINES), star=STAR)
PROFILE = Profile(3, (ColumnProfile("id", 0, 3), ColumnProfile("note", 1, 2)))


def pickled(design: Design) -> Design:
    again: Design = pickle.loads(pickle.dumps(design))
    return again


LOOKS: list[tuple[Callable[[str], object], tuple[object, ...]]] = [
    (DESIGN.entity, DESIGN.entities),
    (ORDERS.column, ORDERS.columns),
    (PROFILE.column, PROFILE.columns),
    (STAR.dimension, STAR.dimensions),
    (STAR.fact, STAR.facts),
    (STAR.bridge, STAR.bridges),
    (STAR.aggregate, STAR.aggregates),
]


@pytest.mark.parametrize(("look", "parts"), LOOKS)
def test_every_part_is_found_by_its_name(
    look: Callable[[str], object], parts: tuple[object, ...]
) -> None:
    for _ in range(2):
        assert [look(part.name) for part in parts] == list(parts)  # type: ignore[attr-defined]
        with pytest.raises(KeyError, match="nobody"):
            look("nobody")


def test_of_two_with_one_name_the_first_is_found() -> None:
    twin = replace(ORDERS, comment="the second")
    assert replace(DESIGN, entities=(ORDERS, twin)).entity("orders") is ORDERS


def test_a_changed_design_does_not_find_what_the_old_one_had() -> None:
    DESIGN.entity("orders")
    changed = replace(ORDERS, comment="changed")
    assert DESIGN.with_entity(changed).entity("orders") is changed
    assert DESIGN.entity("orders") is ORDERS


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda d: pickle.loads(pickle.dumps(d))]
)
def test_a_look_leaves_no_trace(copied: Callable[[Design], Design]) -> None:
    looked = replace(DESIGN)
    looked.entity("orders").column("id")
    looked.star.fact("fact_lines")
    assert looked == DESIGN
    assert repr(looked) == repr(DESIGN)
    assert hash(looked) == hash(DESIGN)
    assert load_design(dump_design(looked)) == DESIGN
    again = copied(looked)
    assert again == DESIGN
    assert again.entity("lines") == LINES


EDITS = [
    (DESIGN.with_entity, lambda design: design.entities, replace(LINES, comment="new")),
    (DESIGN.with_fact, lambda design: design.star.facts, Fact("fact_orders", "lines")),
    (
        DESIGN.with_dimension,
        lambda design: design.star.dimensions,
        Dimension("dim_orders", "lines", ("id",), "lines_key", attributes=()),
    ),
    (DESIGN.with_bridge, lambda design: design.star.bridges, Bridge("bridge_lines", "orders", ())),
]


@pytest.mark.parametrize(("edit", "parts", "part"), EDITS)
def test_an_edit_changes_one_part_in_its_place(
    edit: Callable[[object], Design], parts: Callable[[Design], tuple[object, ...]], part: Entity
) -> None:
    before, after = parts(DESIGN), parts(edit(part))
    expected = [part if each.name == part.name else each for each in before]  # type: ignore[attr-defined]
    assert list(after) == expected
    assert after != before
    with pytest.raises(KeyError, match="nobody"):
        edit(replace(part, name="nobody"))


def test_an_edit_of_a_column() -> None:
    shorter = replace(COLUMNS[0], type="int")
    assert ORDERS.with_column(shorter).columns == (shorter, COLUMNS[1])
    with pytest.raises(KeyError, match="nobody"):
        ORDERS.with_column(replace(shorter, name="nobody"))
