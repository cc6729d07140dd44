"""Keys that are declared: what they refer to is ready first, and their names are their own."""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import replace

import pytest

from medallion_core.generate import generate_bundle
from medallion_core.generate.proofs import proof_queries
from medallion_core.model import Design, Header
from medallion_core.tables import names
from medallion_core.tables.aliases import fact_aliases
from medallion_core.tables.inventory import Inventory, inventory, table_reads
from medallion_core.tables.lineage import reach
from medallion_core.tables.lookups import link_join
from medallion_core.tables.proofs import HEADERLESS, references
from tests.generate.designs import GOLDEN, proved_by_job
from tests.generate.shop import shop

CONSTRAINT = re.compile(r"CONSTRAINT (\S+) (PRIMARY|FOREIGN) KEY \(\w+\)( RELY)?")

DESIGNS = pytest.mark.parametrize("name", GOLDEN)


def _ready_before(design: Design, table: str) -> set[str]:
    reads: dict[str, list[str]] = {}
    for read, reader in table_reads(design):
        reads.setdefault(reader, []).append(read)
    return set(reach(reads, table))


def _references(found: Inventory) -> list[tuple[str, str]]:
    return [(table.name, key.parent) for table in found for key in table.schema.foreign_keys]


@DESIGNS
def test_each_parent_of_a_declared_key_is_ready_before_its_child(name: str) -> None:
    for design in (GOLDEN[name](), proved_by_job(GOLDEN[name]())):
        for child, parent in _references(inventory(design)):
            assert parent in _ready_before(design, child), (child, parent)


def test_most_keys_are_declared_to_tables_whose_columns_are_not_read() -> None:
    assert ("fact_stock", "dim_date") in _references(inventory(shop()))
    assert ("agg_stock_by_product", "dim_product") in _references(inventory(shop()))


def test_a_fact_with_dates_and_no_dimension_comes_after_the_calendar() -> None:
    design = shop()
    stock = replace(design.star.fact("fact_stock"), links=())
    alone = replace(design, star=replace(design.star, facts=(stock,), dimensions=()))
    alone = replace(alone, star=replace(alone.star, bridges=(), aggregates=()))
    assert "dim_date" in _ready_before(alone, "fact_stock")
    assert '"LIVE.key_check"' in generate_bundle(alone)["src/gold/fact_stock.py"]


def test_a_table_with_no_key_to_another_waits_for_none() -> None:
    design = shop()
    bare = replace(design.star.fact("fact_stock"), links=(), dates=())
    star = replace(design.star, facts=(bare,), bridges=(), aggregates=())
    design = replace(design, star=star)
    assert names.KEY_CHECK not in _ready_before(design, "fact_stock")
    assert "before" not in generate_bundle(design)["src/gold/fact_stock.py"]


@DESIGNS
def test_no_table_refers_to_itself(name: str) -> None:
    assert all(child != parent for child, parent in _references(inventory(GOLDEN[name]())))


def test_a_member_still_holds_the_key_of_its_parent_in_the_same_dimension() -> None:
    (manager,) = (c for c in inventory(shop()).datasets if c.name == "dim_employee")
    assert "manager_key" in {column.name for column in manager.columns}


@DESIGNS
def test_names_of_constraints_are_short_and_unique_in_their_schema(name: str) -> None:
    bundle = generate_bundle(GOLDEN[name]())
    found = Counter(
        constraint
        for path, text in bundle.items()
        if path.startswith("src/gold/")
        for constraint, _, _ in CONSTRAINT.findall(text)
    )
    assert all(count == 1 and len(constraint) <= 210 for constraint, count in found.items())


def test_a_long_name_leaves_room_for_the_constraint() -> None:
    design = shop()
    (*others, long) = design.star.facts
    long = replace(long, name="fact_" + "x" * 240)
    design = replace(design, star=replace(design.star, facts=(*others, long), aggregates=()))
    (text,) = (t for t in generate_bundle(design).values() if f'name="{long.name}"' in t)
    assert all(len(constraint) <= 210 for constraint, _, _ in CONSTRAINT.findall(text))


@DESIGNS
def test_only_keys_that_are_proved_are_relied_on(name: str) -> None:
    design = GOLDEN[name]()
    proved = set(_ready_before(design, names.KEY_CHECK))
    for path, text in generate_bundle(design).items():
        for _, kind, rely in CONSTRAINT.findall(text) if path.startswith("src/gold/") else ():
            assert bool(rely) is (kind == "PRIMARY")
            table = path.removeprefix("src/gold/").removesuffix(".py")
            assert not rely or table in proved


def test_no_key_is_relied_on_that_only_the_job_proves() -> None:
    for text in generate_bundle(proved_by_job(shop())).values():
        assert not any(rely for _, _, rely in CONSTRAINT.findall(text))


def _typed(entity: str, column: str, type_: str) -> Design:
    """The shop with another type for a column of silver."""
    found = shop().entity(entity)
    retyped = (replace(c, type=type_) if c.name == column else c for c in found.columns)
    return shop().with_entity(replace(found, columns=tuple(retyped)))


def test_a_key_is_hashed_as_the_dimension_types_it_wherever_it_is_held() -> None:
    bundle = generate_bundle(shop())
    for file in ("dim_product", "fact_order_line", "fact_stock"):
        assert re.search(r"xxhash64\(CAST\(.*product_id AS INT\)\)", bundle[f"src/gold/{file}.py"])
    other = generate_bundle(_typed("order_line", "product_id", "bigint"))
    assert (
        "xxhash64(try_cast(order_line.product_id AS INT))" in other["src/gold/fact_order_line.py"]
    )


def test_a_key_whose_equality_a_collation_decides_is_found_by_a_join() -> None:
    bundle = generate_bundle(_typed("product", "product_id", "string collate UNICODE_CI"))
    fact = bundle["src/gold/fact_order_line.py"]
    assert "coalesce(product.product_key, -1) AS product_key" in fact
    assert "xxhash64(CAST(order_line.product_id" not in fact


@pytest.mark.parametrize(
    ("as_of", "current", "one_per"),
    [("", "is_current", ("name",)), ("f.day", "", ("name", "valid_from"))],
)
def test_a_member_that_is_told_by_a_name_is_found_in_one_version(
    as_of: str, current: str, one_per: tuple[str, ...]
) -> None:
    """One of its versions by chance would be the wrong one, and two would double the row."""
    design = shop()
    fact = design.star.fact("fact_delivery")
    (link,) = fact.links
    delivery = design.entity("delivery")
    join = link_join(design, link, delivery, fact_aliases(fact), as_of)
    assert (join.rows.current, join.rows.one_per) == (current, one_per)
    assert ("valid_to" in join.condition) == bool(as_of)


def test_every_key_that_no_join_has_found_is_looked_for_in_what_it_refers_to() -> None:
    found = {(each.table, each.key, each.parent) for each in references(shop())}
    assert found >= {
        ("fact_order_line", "product_key", "dim_product"),
        ("fact_orders", "order_date_key", "dim_date"),
        ("bridge_account_owner", "account_key", "dim_account"),
        ("dim_employee", "manager_key", "dim_employee"),
    }
    assert ("fact_orders", "customer_key", "dim_customer") not in found
    text = generate_bundle(shop())["src/gold/reconciliation.py"]
    for table in {table for table, _, _ in found}:
        (keys,) = re.findall(rf'orphans\(\s*"{table}".*?(\{{.*?\}})', text, re.DOTALL)
        held = {(key, parent) for of, key, parent in found if of == table}
        assert set(ast.literal_eval(keys).items()) == held


def test_a_line_that_names_a_header_whole_and_finds_none_is_counted_by_both() -> None:
    fact = shop().star.fact("fact_order_line")
    header = Header("orders", ("order_id", "line_no"), ("order_id", "customer_id"))
    design = shop().with_fact(replace(fact, header=header))
    by_job = dict(proof_queries(design, str))[names.RECONCILIATION]
    for code in (generate_bundle(design)["src/gold/reconciliation.py"], by_job):
        assert code.count(HEADERLESS) == 1
        named = "order_line.order_id IS NOT NULL AND order_line.line_no IS NOT NULL"
        assert f"count_if({named})" in code
