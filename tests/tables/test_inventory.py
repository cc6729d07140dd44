"""The inventory against the code that is generated, and against designs that are odd or broken."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
import sqlglot
from sqlglot import exp

from medallion_core.generate import generate_bundle
from medallion_core.model import FilesLocation, KafkaLocation, Location, TableLocation
from medallion_core.tables.datasets import Dataset, DatasetKind, ForeignKey, Layer
from medallion_core.tables.inventory import inventory
from tests.generate.designs import GOLDEN
from tests.tables.code import Defined, defined_in

EVERY = [(name, dataset.name) for name, design in GOLDEN.items() for dataset in inventory(design())]
GOLD = [
    (name, dataset.name)
    for name, design in GOLDEN.items()
    for dataset in inventory(design())
    if dataset.layer is Layer.GOLD
]


@cache
def generated(design: str) -> dict[str, Defined]:
    return defined_in(generate_bundle(GOLDEN[design]()))


def known(design: str, dataset: str) -> Dataset:
    found = inventory(GOLDEN[design]()).find(dataset)
    assert found is not None
    return found


@pytest.mark.parametrize("name", GOLDEN)
def test_every_dataset_of_the_code_is_known_once_and_no_other(name: str) -> None:
    names = [dataset.name for dataset in inventory(GOLDEN[name]())]
    assert sorted(names) == sorted(generated(name))


@pytest.mark.parametrize(("design", "name"), EVERY)
def test_a_dataset_is_what_the_code_defines(design: str, name: str) -> None:
    dataset, code = known(design, name), generated(design)[name]
    assert dataset.kind is code.kind
    assert dataset.file == code.file
    assert (dataset.kind is DatasetKind.TEMPORARY_VIEW) == (code.quality == "")
    assert code.quality in ("", dataset.layer)
    assert set(dataset.flows) == code.flows


@pytest.mark.parametrize(("design", "name"), EVERY)
def test_a_dataset_reads_what_the_code_reads(design: str, name: str) -> None:
    dataset, code = known(design, name), generated(design)[name]
    assert set(dataset.reads) == code.reads
    assert {_said(location) for location in dataset.sources} == code.sources


@pytest.mark.parametrize(("design", "name"), GOLD)
def test_gold_has_the_columns_and_the_keys_that_its_code_declares(design: str, name: str) -> None:
    schema = known(design, name).schema
    declared = sqlglot.parse_one(
        f"CREATE TABLE t ({generated(design)[name].schema})", "databricks"
    ).this.expressions
    assert [
        (column.name, column.type, column.nullable, column.comment) for column in schema.columns
    ] == [_column(part) for part in declared if isinstance(part, exp.ColumnDef)]
    constraints = [part for part in declared if isinstance(part, exp.Constraint)]
    assert [*_primary(constraints)] == [*([schema.primary_key] if schema.primary_key else [])]
    assert [*_foreign(constraints)] == list(schema.foreign_keys)


def _column(defined: exp.ColumnDef) -> tuple[str, str, bool, str]:
    kind = defined.args["kind"].sql("databricks").lower().replace(", ", ",")
    said = [constraint.kind for constraint in defined.args["constraints"]]
    comments = [c.this.this for c in said if isinstance(c, exp.CommentColumnConstraint)]
    required = any(isinstance(c, exp.NotNullColumnConstraint) for c in said)
    return defined.name, kind, not required, "".join(comments)


def _primary(constraints: list[exp.Constraint]) -> Iterator[tuple[str, ...]]:
    for key in (key for each in constraints for key in each.find_all(exp.PrimaryKey)):
        yield tuple(column.name for column in key.expressions)


def _foreign(constraints: list[exp.Constraint]) -> Iterator[ForeignKey]:
    for key in (key for each in constraints for key in each.find_all(exp.ForeignKey)):
        parent = key.args["reference"].this
        yield ForeignKey(
            tuple(column.name for column in key.expressions),
            parent.this.name,
            tuple(column.name for column in parent.expressions),
        )


def _said(location: Location) -> str:
    match location:
        case TableLocation(table=table):
            return str(table)
        case FilesLocation(path=path):
            return path
        case KafkaLocation(topics=topics, pattern=pattern):
            return ",".join(topics) or pattern
