"""Every kind of source is known wherever kinds are told apart."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

import pytest

from medallion_core.errors import MedallionError
from medallion_core.model import (
    Design,
    Entity,
    FileFormat,
    FilesLocation,
    KafkaLocation,
    Location,
    Settings,
    TableLocation,
    TableName,
)
from medallion_core.model.file import dump_design, load_design
from medallion_core.tables.sources import KINDS, kind_of
from medallion_core.trust import sources as asked

TABLE = TableLocation(TableName("main", "shop", "orders"))
FILES = FilesLocation("/Volumes/main/shop/drop/orders", FileFormat.CSV)
TOPIC = KafkaLocation("broker:9092", ("orders",))
EXAMPLES = [TABLE, FILES, TOPIC]


def test_there_is_an_example_of_each() -> None:
    assert {type(each) for each in EXAMPLES} == set(get_args(Location))


@pytest.mark.parametrize("location", EXAMPLES)
def test_each_is_registered_and_asked_for(location: Location) -> None:
    assert type(location) in KINDS
    assert type(location) in asked._ASKED


@pytest.mark.parametrize("location", EXAMPLES)
def test_each_is_named_after_what_it_holds(location: Location) -> None:
    kind = kind_of(location)
    assert location.name == "orders"
    assert "orders" in kind.location_name
    assert kind.calls
    assert kind.above in ("shop", "drop", "topic")


def test_no_two_are_one_to_a_stream() -> None:
    assert len({kind_of(each).identity for each in EXAMPLES}) == len(EXAMPLES)


def test_a_file_tells_them_apart_by_a_field_that_no_other_has() -> None:
    first = [fields(kind)[0].name for kind in get_args(Location)]
    others = [{field.name for field in fields(kind)} for kind in get_args(Location)]
    assert [sum(name in names for names in others) for name in first] == [1] * len(first)
    entity = Entity("orders", tuple(EXAMPLES), ())
    design = Design(Settings("shop", "main", "gold"), (entity,))
    assert load_design(dump_design(design)) == design


@pytest.mark.parametrize("location", EXAMPLES)
def test_what_sql_cannot_read_says_why(location: Location) -> None:
    kind = kind_of(location)
    if kind.why_unread:
        with pytest.raises(MedallionError, match=r"Nothing is read") as raised:
            _ = kind.relation
        assert raised.value.code == "NOT_READABLE"
    else:
        assert "orders" in kind.relation
