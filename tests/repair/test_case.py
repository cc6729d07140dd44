"""Where in the design a failure is placed, for every kind of dataset."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core.check import design_refusals
from medallion_core.model import Aggregate, Design, Fact, Measure
from medallion_core.repair import Evidence, diagnose
from medallion_core.repair.case import Case, make_case
from medallion_core.repair.changes import (
    ChangeMeasure,
    CleanNames,
    LeaveColumnOut,
    ReadInFull,
    RenameEntity,
)
from medallion_core.run.events import RunError
from medallion_core.tables.datasets import Layer
from medallion_core.tables.dates import Calendar
from medallion_core.tables.gold import gold_columns
from medallion_core.tables.inventory import expected_tables, inventory
from medallion_core.tables.proofs import KeyCheck, Reconciliation
from medallion_core.workspace.errors import error_class
from tests.generate.designs import entity, key_rule, tpch
from tests.generate.landing import landing
from tests.generate.shop import shop


def failure(dataset: str, text: str = "[SOMETHING_NEW] Nobody knows.") -> RunError:
    message = f"Flow '{dataset}' has FAILED fatally."
    return RunError(dataset, message, causes=(text,), error_class=error_class(text), at=None)


def placed(design: Design, dataset: str) -> Case:
    return make_case(design, failure(dataset), Evidence())


def names(case: Case) -> list[str]:
    return [entity.name for entity in case.entities()]


@pytest.mark.parametrize(
    ("dataset", "file", "entities"),
    [
        ("bronze_product", "src/bronze/product.py", ["product"]),
        ("checked_product", "src/silver/product.py", ["product"]),
        ("valid_product", "src/silver/product.py", ["product"]),
        ("quarantine_product", "src/silver/product.py", ["product"]),
        ("silver_product", "src/silver/product.py", ["product"]),
        ("dim_customer", "src/gold/dim_customer.py", ["customer", "country"]),
        ("dim_order_flags", "src/gold/dim_order_flags.py", ["orders"]),
        ("fact_order_line", "src/gold/fact_order_line.py", ["order_line", "orders"]),
        ("bridge_account_owner", "src/gold/bridge_account_owner.py", ["account_owner"]),
        (
            "agg_order_line_by_product",
            "src/gold/agg_order_line_by_product.py",
            ["order_line", "orders"],
        ),
        ("dim_date", "src/gold/dim_date.py", ["orders", "stock", "delivery"]),
        (
            "key_check",
            "src/gold/key_check.py",
            [
                *("customer", "country", "product", "product_text", "employee", "account_owner"),
                *("orders", "stock", "delivery"),
            ],
        ),
        (
            "reconciliation",
            "src/gold/reconciliation.py",
            ["orders", "order_line", "stock", "delivery"],
        ),
    ],
)
def test_a_failure_has_its_file_and_the_entities_behind_it(
    dataset: str, file: str, entities: list[str]
) -> None:
    case = placed(shop(), dataset)
    assert case.subject == dataset
    assert case.file == file
    assert names(case) == entities


def test_a_failure_in_gold_has_its_part_of_the_star() -> None:
    design = shop()
    star = design.star
    assert placed(design, "bridge_account_owner").bridge is star.bridges[0]
    assert placed(design, "agg_stock_by_product").aggregate is star.aggregates[1]
    assert placed(design, "dim_customer").dimension is star.dimensions[0]
    assert placed(design, "fact_orders").fact is star.facts[0]
    for dataset, kind in (
        ("dim_date", Calendar),
        ("key_check", KeyCheck),
        ("reconciliation", Reconciliation),
    ):
        found = placed(design, dataset).dataset
        assert found is not None
        assert isinstance(found.of, kind)
        assert found.layer is Layer.GOLD


def test_the_facts_behind_a_table_that_sums_them_up() -> None:
    design = shop()
    assert placed(design, "agg_stock_by_product").facts() == (design.star.facts[2],)
    assert placed(design, "reconciliation").facts() == design.star.facts
    assert placed(design, "key_check").facts() == ()


def test_a_snapshot_and_one_of_several_flows_are_of_their_entity() -> None:
    assert placed(landing(), "snapshot_staff").file == "src/silver/staff.py"
    assert names(placed(landing(), "bronze_accounts_from_read_2")) == ["accounts"]


@pytest.mark.parametrize(
    "name",
    ["bronze", "silver", "gold", "dim_date", "key_check", "orders_2", "order", "valid_orders"],
)
def test_an_entity_with_a_name_of_ours_is_not_taken_for_another(name: str) -> None:
    odd = entity(name, {"id": "int"}, ("id",), rules=(key_rule("id"),))
    design = replace(tpch(), entities=(*tpch().entities, odd))
    for prefix, folder in (("bronze", "bronze"), ("silver", "silver"), ("quarantine", "silver")):
        case = placed(design, f"{prefix}_{name}")
        assert case.entity is odd
        assert case.file == f"src/{folder}/{name}.py"
        assert names(placed(design, f"{prefix}_orders"))[0] == "orders"
    calendar = placed(design, "dim_date").dataset
    assert calendar is not None
    assert isinstance(calendar.of, Calendar)


def test_a_gold_table_that_is_called_like_a_layer_is_gold() -> None:
    fact = replace(tpch().star.facts[0], name="silver_sums")
    design = tpch()
    design = replace(design, star=replace(design.star, facts=(fact, design.star.facts[1])))
    case = placed(design, "silver_sums")
    assert case.fact is fact
    assert (case.entity, case.layer, case.file) == (None, Layer.GOLD, "src/gold/silver_sums.py")


def test_what_the_design_does_not_mean_has_no_place() -> None:
    case = placed(shop(), "silver_of_somebody_else")
    assert (case.dataset, case.layer, case.file, names(case)) == (None, None, "", [])


def test_aggregates_that_read_each_other_end() -> None:
    star = replace(
        tpch().star,
        aggregates=(
            Aggregate("a", "b", keys=("k",), measures=()),
            Aggregate("b", "a", keys=("k",), measures=()),
        ),
    )
    assert names(placed(replace(tpch(), star=star), "a")) == []


# ── What follows from the place ──────────────────────────────────────────────────────────────


def test_a_shared_surrogate_key_is_for_a_person_who_knows_the_key() -> None:
    text = (
        "[EXPECTATION_VIOLATION.VERBOSITY_ALL] Flow 'key_check' failed to meet the expectation. "
        "Violated expectations: 'surrogate_keys_are_unique'. "
        'Input data: \'{"dimension":"dim_product","row_count":5,"key_count":4}\'. '
    )
    (found,) = diagnose(shop(), [failure("key_check", text)])
    assert (found.code, found.fix) == ("KEY_IS_SHARED", None)
    assert "dim_product (product_id)" in found.instructions


@pytest.mark.parametrize(
    ("quoted", "told"),
    [
        ("Input data: '{\"id\":1}'. Output record: '{}'.", '{"id":1}'),
        (
            "Input data: '{}'. Output record: '{\"id\":null, \"n\":2}'. Missing input data: true",
            '{"id":null, "n":2}',
        ),
        ("Input data: '{}'. Output record: '{}'. Missing input data: true", ""),
        ("Input data: '{\"id\":null}'. Output record: ''.", ""),
    ],
)
def test_a_row_without_a_value_is_not_quoted(quoted: str, told: str) -> None:
    entity = next(entity for entity in shop().entities if entity.rules)
    text = (
        "[EXPECTATION_VIOLATION.VERBOSITY_ALL] Flow failed to meet the expectation. "
        f"Violated expectations: '{entity.rules[0].name}'. {quoted}"
    )
    (found,) = diagnose(shop(), [failure(f"silver_{entity.name}", text)])
    assert found.code == "RULE_IS_BROKEN"
    assert found.sentence.partition("The row: ")[2] == told


def test_a_sum_that_grows_too_large_widens_the_measures_of_its_fact() -> None:
    text = "[ARITHMETIC_OVERFLOW] long overflow. SQLSTATE: 22003"
    (found,) = diagnose(shop(), [failure("agg_order_line_by_product", text)])
    assert found.fix is not None
    changed = [c for c in found.fix.changes if isinstance(c, ChangeMeasure)]
    assert {(c.fact, c.name) for c in changed} == {("fact_order_line", "quantity")}


def test_names_that_collide_in_a_bridge_are_made_to_differ() -> None:
    bridge = shop().star.bridges[0]
    text = "[DELTA_DUPLICATE_COLUMNS_FOUND] Found duplicate column(s): account_key."
    (found,) = diagnose(shop(), [failure(bridge.name, text)])
    assert found.fix is not None
    assert found.fix.changes == (CleanNames(bridge.name),)
    assert found.fix.changes[0].apply(shop()).star.bridges == (bridge,)


def test_a_table_of_a_source_that_is_called_like_one_of_ours_is_the_source() -> None:
    text = "[TABLE_OR_VIEW_NOT_FOUND] The table or view {} cannot be found. SQLSTATE: 42P01"
    orders = entity("dim_date", {"id": "int"}, ("id",))
    design = replace(tpch(), entities=(*tpch().entities, orders))
    said = text.format("`samples`.`tpch`.`dim_date`")
    (theirs,) = diagnose(design, [failure("bronze_dim_date", said)])
    assert theirs.code == "SOURCE_IS_MISSING"
    for ours in ("`main`.`tpch_gold`.`dim_date`", "`dim_date`", "`LIVE`.`dim_date`"):
        (found,) = diagnose(design, [failure("fact_orders", text.format(ours))])
        assert found.code == "FILE_IS_MISSING"


def test_another_name_is_one_that_no_table_has() -> None:
    design = landing()
    devices = design.entity("devices")
    text = "[DELTA_SOURCE_IGNORE_DELETE] Detected deleted data."
    names = (table.name for table in inventory(design).tables)
    there = Evidence(tables=frozenset([*names, "silver_devices_2"]))
    (found,) = diagnose(design, [failure("bronze_devices", text)], there)
    assert found.fix is not None
    assert "a history begins again" in found.fix.change
    renamed = RenameEntity(devices.name, "devices_3")
    assert found.fix.changes == (ReadInFull(devices.name), renamed)


def test_gold_keeps_its_names_where_an_entity_takes_another() -> None:
    design = tpch()
    before = set(expected_tables(design))
    after = RenameEntity("orders", "orders_2").apply(design)
    assert before ^ set(expected_tables(after)) == {
        *("bronze_orders", "silver_orders", "quarantine_orders", "newest_orders"),
        *("bronze_orders_2", "silver_orders_2", "quarantine_orders_2", "newest_orders_2"),
    }
    assert not design_refusals(after)


# ── What sums a fact up follows it ───────────────────────────────────────────────────────────


def test_an_aggregate_does_without_a_measure_that_goes() -> None:
    design = ChangeMeasure("fact_order_line", "amount", None).apply(shop())
    assert design.star.aggregate("agg_order_line_by_product").measures == ("quantity",)
    assert dict(gold_columns(design))["agg_order_line_by_product"]


def test_an_aggregate_goes_with_the_last_key_that_it_is_by() -> None:
    design = LeaveColumnOut("stock", "product_id").apply(shop())
    assert [each.name for each in design.star.aggregates] == ["agg_order_line_by_product"]
    assert list(gold_columns(design))


def test_an_aggregate_follows_the_new_names_of_its_fact() -> None:
    fact = Fact(
        "fact_orders",
        "orders",
        links=tpch().star.facts[0].links,
        measures=(Measure("Total Price", "`o_totalprice`", "decimal(15,2)"),),
        cluster_by=("Total Price",),
    )
    sums = Aggregate("sums", "fact_orders", keys=("customer_key",), measures=("Total Price",))
    star = replace(tpch().star, facts=(fact,), aggregates=(sums,))
    clean = CleanNames("fact_orders").apply(replace(tpch(), star=star)).star
    assert clean.aggregate("sums").measures == ("total_price",)
    assert clean.fact("fact_orders").cluster_by == ("total_price",)
