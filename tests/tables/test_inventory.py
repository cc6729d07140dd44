"""The inventory against the code that is generated, and against designs that are odd or broken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from sys import getrefcount
from time import process_time

import pytest
import sqlglot
from sqlglot import exp

from medallion_core.check import check_design
from medallion_core.generate import generate_bundle
from medallion_core.model import (
    DateRole,
    Design,
    Dimension,
    DimensionLink,
    EntityColumn,
    Fact,
    FilesLocation,
    KafkaLocation,
    Location,
    Settings,
    Star,
    TableLocation,
)
from medallion_core.tables.datasets import Dataset, DatasetKind, ForeignKey, Layer
from medallion_core.tables.inventory import (
    check_tables,
    expected_tables,
    inventory,
    job_tables,
    pipeline_tables,
    reader_tables,
    table_reads,
)
from medallion_core.tables.lineage import column_edges
from tests.generate.designs import GOLDEN, entity, key_rule, proved_by_job, tpch
from tests.generate.landing import landing
from tests.generate.shop import shop
from tests.tables.code import Defined, defined_in


def lines_only() -> Design:
    """A header that is joined, and of which nothing is summed."""
    return replace(tpch(), star=replace(tpch().star, facts=tpch().star.facts[1:]))


def linked_by_name() -> Design:
    """A link by what is no key: it tells of no member that the dimension does not know."""
    fact, lines = tpch().star.facts
    link = DimensionLink(
        "dim_customer", "customer_key", ("o_orderstatus",), parent_columns=("c_name",)
    )
    other = replace(fact, links=(link,), header=None)
    lines = replace(lines, links=(), header=None, dates=lines.dates[1:])
    return replace(tpch(), star=replace(tpch().star, facts=(other, lines)))


def proved_shop() -> Design:
    return proved_by_job(shop())


DESIGNS = GOLDEN | {
    "lines_only": lines_only,
    "linked_by_name": linked_by_name,
    "proved_by_job": proved_shop,
}
EVERY = [
    (name, dataset.name)
    for name, design in DESIGNS.items()
    for dataset in inventory(design())
    if not dataset.by_job
]
GOLD = [
    (name, dataset.name)
    for name, design in DESIGNS.items()
    for dataset in inventory(design())
    if dataset.layer is Layer.GOLD and not dataset.by_job
]


@cache
def generated(design: str) -> dict[str, Defined]:
    return defined_in(generate_bundle(DESIGNS[design]()))


def known(design: str, dataset: str) -> Dataset:
    found = inventory(DESIGNS[design]()).find(dataset)
    assert found is not None
    return found


@pytest.mark.parametrize("name", DESIGNS)
def test_every_dataset_of_the_code_is_known_once_and_no_other(name: str) -> None:
    names = [dataset.name for dataset in inventory(DESIGNS[name]()) if not dataset.by_job]
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


# ── Designs that are odd, broken or large ────────────────────────────────────────────────────


def test_two_flows_into_one_table_are_found_by_their_names() -> None:
    found = inventory(landing())
    assert found.find("bronze_accounts_from_read_2") is found.find("bronze_accounts")
    assert found.find("bronze_events_from_read_1") is None


def test_of_two_datasets_with_one_name_the_first_is_found() -> None:
    region, *others = tpch().entities
    twin = replace(region, comment="the second")
    found = inventory(replace(tpch(), entities=(region, twin, *others))).find("bronze_region")
    assert found is not None
    assert found.of is region


def test_a_message_column_that_the_design_names_is_there_once() -> None:
    clicks = landing().entity("clicks")
    key = EntityColumn("key", "_key", "string", "string")
    design = landing().with_entity(replace(clicks, columns=(key, *clicks.columns)))
    bronze = inventory(design).find("bronze_clicks")
    assert bronze is not None
    names = [column.name for column in bronze.columns]
    assert names[:3] == ["_key", "click_id", "page"]
    assert len(names) == len(set(names))
    assert {"_value", "_headers", "_topic", "_partition", "_offset", "_timestamp"} < set(names)


def test_versions_are_ordered_by_a_hash_only_where_nothing_else_orders_them() -> None:
    def columns(design: Design, name: str) -> dict[str, str]:
        found = inventory(design).find(name)
        assert found is not None
        return {column.name: column.type for column in found.columns}

    assert "_row_hash" not in columns(shop(), "valid_customer")
    assert columns(shop(), "silver_customer")["__START_AT"] == "timestamp"
    assert columns(landing(), "valid_devices")["_row_hash"] == "bigint"
    arrival = "struct<_ingested_at:timestamp,_row_hash:bigint>"
    assert columns(landing(), "silver_devices")["__END_AT"] == arrival
    assert "_row_hash" not in columns(landing(), "silver_devices")
    assert "__START_AT" not in columns(landing(), "silver_accounts")
    assert columns(landing(), "silver_staff")["__START_AT"] == "timestamp"
    assert columns(landing(), "checked_events")["_broken_rules"] == "array<string>"
    assert columns(landing(), "silver_events")["_uncast"] == "map<string,string>"


def test_names_are_compared_without_case() -> None:
    found = inventory(tpch())
    assert found.find("SILVER_Orders") is found.find("silver_orders")


@pytest.mark.parametrize("name", ["bronze", "silver", "dim_date", "key_check", "orders_2"])
def test_an_entity_with_a_name_of_ours_keeps_its_datasets_apart(name: str) -> None:
    odd = entity(name, {"id": "int"}, ("id",), rules=(key_rule("id"),))
    design = replace(tpch(), entities=(*tpch().entities, odd))
    for prefix in ("bronze", "silver", "quarantine", "checked", "valid"):
        dataset = inventory(design).find(f"{prefix}_{name}")
        assert dataset is not None
        assert dataset.of is odd
    assert len(expected_tables(design)) == len(set(expected_tables(design)))


def test_a_star_that_contradicts_itself_has_names_and_tells_when_asked_for_columns() -> None:
    facts = tuple(replace(fact, entity="nothing") for fact in tpch().star.facts)
    broken = replace(tpch(), star=replace(tpch().star, facts=facts))
    assert expected_tables(broken) == expected_tables(tpch())
    fact = inventory(broken).find("fact_orders")
    assert fact is not None
    assert fact.reads[0] == "silver_nothing"
    with pytest.raises(KeyError, match="nothing"):
        _ = fact.columns


def test_what_reads_what_goes_through_the_views() -> None:
    reads = set(table_reads(shop()))
    assert {
        ("bronze_product", "silver_product"),
        ("bronze_product", "quarantine_product"),
        ("silver_orders", "seen_customer"),
        ("seen_customer", "dim_customer"),
        ("silver_delivery", "date_years"),
        ("date_years", "dim_date"),
        ("dim_customer", "key_check"),
        ("fact_stock", "reconciliation"),
    } <= reads
    assert {name for edge in reads for name in edge} <= set(expected_tables(shop()))


def test_readers_are_given_gold() -> None:
    assert reader_tables(landing()) == ["row_balance"]
    assert "reconciliation" in reader_tables(tpch())
    assert not any(name.startswith(("bronze", "silver")) for name in reader_tables(tpch()))


def test_five_hundred_tables_are_known_in_half_a_second_and_once() -> None:
    design = of_many_tables(500)
    started = process_time()
    found = inventory(design)
    assert process_time() - started < 0.5
    assert len(found.datasets) > 2500
    assert inventory(design) is found


def of_many_tables(count: int) -> Design:
    """As many entities, half of them dimensions; each fact has four links and a date."""
    half = count // 2
    columns = {"id": "bigint", "day": "date"} | {f"r{n}": "bigint" for n in range(4)}
    names = [f"{kind}{n}" for kind in ("d", "f") for n in range(half)]
    entities = tuple(entity(name, columns, ("id",), rules=(key_rule("id"),)) for name in names)
    dimensions = tuple(
        Dimension(f"dim_d{n}", f"d{n}", ("id",), f"d{n}_key", attributes=()) for n in range(half)
    )
    facts = tuple(
        Fact(
            f"fact_f{n}",
            f"f{n}",
            links=tuple(
                DimensionLink(f"dim_d{(n + k) % half}", f"k{k}", (f"r{k}",)) for k in range(4)
            ),
            dates=(DateRole("day_key", "day", "day"),),
        )
        for n in range(half)
    )
    return Design(Settings("many", "main", "many"), entities, star=Star(dimensions, facts))


def test_members_are_inferred_from_links_by_the_key_only() -> None:
    assert "silver_orders" in known("tpch", "seen_customer").reads
    assert "seen_customer" in known("tpch", "dim_customer").reads
    assert "seen_customer" not in known("linked_by_name", "dim_customer").reads


def test_what_checks_the_others_is_known_by_name() -> None:
    assert check_tables(shop()) == ["row_balance", "reconciliation", "key_check"]
    assert check_tables(replace(shop(), star=Star())) == ["row_balance"]


def test_what_the_job_makes_is_no_table_of_the_pipeline_and_read_by_none() -> None:
    design, proofs = proved_shop(), check_tables(shop())
    assert job_tables(design) == proofs
    assert expected_tables(design) == expected_tables(shop())
    assert pipeline_tables(design) == [t for t in expected_tables(design) if t not in proofs]
    assert not {read for read, _ in table_reads(design)} & {*proofs}
    assert check_tables(design) == [], "a run of some tables refreshes none of them"


def test_what_is_known_of_a_design_does_not_hold_it() -> None:
    """Else those that edits have replaced stay in memory until garbage is collected."""
    design = replace(tpch())
    before = getrefcount(design)
    generate_bundle(design)
    check_design(design)
    assert column_edges(design)
    assert [dataset.schema for dataset in inventory(design)]
    assert getrefcount(design) == before
