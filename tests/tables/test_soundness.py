"""Every name that leads nowhere is told, at the place where it stands, and stops generation."""

from __future__ import annotations

import pytest

from medallion_core.check import check_design
from medallion_core.errors import MedallionError
from medallion_core.generate import generate_bundle
from medallion_core.model import Level
from medallion_core.tables.soundness.design import unsound
from tests.changed import changed
from tests.generate.designs import GOLDEN
from tests.generate.shop import shop

LONG = "a" * 256
REFERENCE = {"entity": "orders", "columns": ["customer_id"], "parent": "customer",
             "parent_columns": ["customer_id"]}  # fmt: skip
FILES = {"path": "/Volumes/main/shop/drop", "format": "csv"}
LINE = "star.facts[1]"

BROKEN: list[tuple[str, object, str, str]] = [
    # ── Entities
    ("entities[0].name", " ", "The design", "name in it is empty"),
    ("entities[0].reads", [], "country", "read from nowhere"),
    ("entities[0].columns", [], "country", "no column in silver"),
    ("entities[0].columns[0].name", "", "country", "name in it is empty"),
    ("entities[0].columns[0].name", LONG, "country", "longer than 255"),
    ("entities[0].columns[0].name", "Country_Name", "country", "2 columns are called country_name"),
    ("entities[0].columns[0].source", "", "country.country_code", "name in it is empty"),
    ("entities[0].columns[0].type", "", "country.country_code", "made of is empty"),
    ("entities[0].columns[0].type", "int) --", "country.country_code", "not one type"),
    ("entities[0].columns[0].path", [""], "country.country_code", "name in it is empty"),
    ("entities[0].columns[0].fallback", "gone", "country.country_code", "fallback names 'gone'"),
    ("entities[0].reads[0]", FILES | {"byte_encoding": "utf-8"}, "country", "no encoding with one"),
    ("entities[0].reads[0]", FILES | {"byte_encoding": "a\0b"}, "country", "no encoding with one"),
    ("entities[0].key", ["gone"], "country", "key names 'gone'"),
    ("entities[0].sequence_by", "gone", "country", "order names 'gone'"),
    ("entities[0].rules", [{"name": "", "condition": "true"}], "rules of country", "is empty"),
    ("entities[0].rules", [{"name": "a", "condition": "'"}], "country.a", "not closed"),
    ("entities[0].delete_when", "(", "deletions of country", "brackets"),
    # ── References
    ("references", [REFERENCE | {"entity": "gone"}], "gone(customer_id)", "no table 'gone'"),
    ("references", [REFERENCE | {"parent": "gone"}], "orders(customer_id)", "no table 'gone'"),
    ("references", [REFERENCE | {"columns": ["gone"]}], "orders(gone)", "child names 'gone'"),
    ("references", [REFERENCE | {"parent_columns": ["gone"]}], "orders(customer_id)", "'gone'"),
    ("references", [REFERENCE | {"parent_columns": []}], "orders(customer_id)", "1 columns with 0"),
    ("references", [REFERENCE | {"columns": [], "parent_columns": []}], "orders()", "0 columns"),
    # ── Dimensions
    ("star.dimensions[0].name", "", "The star", "name in it is empty"),
    ("star.dimensions[0].entity", "gone", "dim_customer", "no table 'gone'"),
    ("star.dimensions[0].business_key", [], "dim_customer", "no business key"),
    ("star.dimensions[0].business_key", ["gone"], "dim_customer", "business key names 'gone'"),
    ("star.dimensions[3].business_key", ["channel", "channel"], "dim_order_flags", "2 columns of"),
    ("star.dimensions[0].surrogate_key", "", "dim_customer", "name in it is empty"),
    ("star.dimensions[0].attributes[1].column", "gone", "dim_customer", "attribute names 'gone'"),
    ("star.dimensions[0].attributes[1].name", "tier", "dim_customer", "2 attributes are called"),
    ("star.dimensions[0].folded[0].alias", "", "dim_customer", "name in it is empty"),
    ("star.dimensions[0].folded[0].alias", "customer", "dim_customer", "2 rows are called"),
    ("star.dimensions[0].folded[0].entity", "gone", "dim_customer.country", "no table 'gone'"),
    ("star.dimensions[0].folded[0].child", "gone", "dim_customer.country", "no row 'gone'"),
    ("star.dimensions[0].folded[0].child", "country", "dim_customer.country", "no row 'country'"),
    ("star.dimensions[0].folded[0].columns", ["gone"], "dim_customer.country", "child names"),
    ("star.dimensions[0].folded[0].parent_columns", ["x"], "dim_customer.country", "parent names"),
    ("star.dimensions[0].folded[0].columns", [], "dim_customer.country", "0 columns with 1"),
    ("star.dimensions[0].folded[0].attributes[0].column", "x", "dim_customer.country", "'x'"),
    ("star.dimensions[2].outriggers[0].dimension", "x", "dim_employee.manager_key", "'x'"),
    ("star.dimensions[2].outriggers[0].columns", ["x"], "dim_employee.manager_key", "link names"),
    # ── Facts
    (f"{LINE}.entity", "gone", "fact_order_line", "no table 'gone'"),
    (f"{LINE}.grain", ["gone"], "fact_order_line", "grain names 'gone'"),
    (f"{LINE}.header.entity", "gone", "fact_order_line", "no table 'gone'"),
    (f"{LINE}.header.columns", ["gone"], "fact_order_line", "line names 'gone'"),
    (f"{LINE}.header.parent_columns", ["gone"], "fact_order_line", "header names 'gone'"),
    (f"{LINE}.header.columns", [], "fact_order_line", "0 columns with 1"),
    (f"{LINE}.header", None, "fact_order_line.customer_key", "the fact has none"),
    (f"{LINE}.header", None, "fact_order_line.order_date_key", "the fact has none"),
    (f"{LINE}.header", None, "fact_order_line.shipping", "the fact has none"),
    (f"{LINE}.degenerate[1].from_header", True, "fact_order_line.line_no", "key names 'line_no'"),
    (f"{LINE}.links[0].dimension", "gone", "fact_order_line.customer_key", "dimension 'gone'"),
    (f"{LINE}.links[0].key", "", "fact_order_line", "name in it is empty"),
    (f"{LINE}.links[0].columns", ["gone"], "fact_order_line.customer_key", "link names 'gone'"),
    (f"{LINE}.links[0].columns", [], "fact_order_line.customer_key", "0 columns with 1"),
    (f"{LINE}.links[0].parent_columns", ["x"], "fact_order_line.customer_key", "not hold 'x'"),
    (f"{LINE}.dates[0].key", "", "fact_order_line", "name in it is empty"),
    (f"{LINE}.dates[0].column", "gone", "fact_order_line.order_date_key", "date names 'gone'"),
    (f"{LINE}.degenerate[0].name", "", "fact_order_line", "name in it is empty"),
    (f"{LINE}.degenerate[0].column", "gone", "fact_order_line.order_id", "key names 'gone'"),
    (f"{LINE}.measures[0].name", "", "fact_order_line", "name in it is empty"),
    (f"{LINE}.measures[0].expression", " ", "fact_order_line.quantity", "empty"),
    (f"{LINE}.measures[0].type", "x", "fact_order_line.quantity", "not a type"),
    (f"{LINE}.measures[0].allocation", "equal", "fact_order_line.quantity", "not an amount of a"),
    (f"{LINE}.measures[4].weight", "gone", "fact_order_line.discount", "weight names 'gone'"),
    (f"{LINE}.measures[4].weight", "", "fact_order_line.discount", "weight names ''"),
    # ── Bridges and aggregates
    ("star.bridges[0].entity", "gone", "bridge_account_owner", "no table 'gone'"),
    ("star.bridges[0].links", [], "bridge_account_owner", "links nothing"),
    ("star.bridges[0].links[0].dimension", "x", "bridge_account_owner.account_key", "'x'"),
    ("star.bridges[0].links[0].columns", ["x"], "bridge_account_owner.account_key", "link names"),
    ("star.bridges[0].links[0].from_header", True, "bridge_account_owner.account_key", "header"),
    ("star.bridges[0].attributes", [{"name": "a", "column": "x"}], "bridge_account_owner", "'x'"),
    ("star.aggregates[0].fact", "gone", "agg_order_line_by_product", "no fact 'gone'"),
    ("star.aggregates[0].keys", [], "agg_order_line_by_product", "nothing to sum by"),
    ("star.aggregates[0].keys", ["gone"], "agg_order_line_by_product", "no key 'gone'"),
    ("star.aggregates[0].measures", ["gone"], "agg_order_line_by_product", "no measure 'gone'"),
    ("star.aggregates[0].measures", ["price"], "agg_order_line_by_product.price", "summed up"),
    ("star.aggregates[0].measures", ["order_total"], "agg_order_line_by_product.order_total", "be"),
    ("star.facts[2].dates", [], "agg_stock_by_product.on_hand", "cannot be summed up"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "subject", "words"), BROKEN)
def test_a_name_that_leads_nowhere_is_told(
    path: str, value: object, subject: str, words: str
) -> None:
    broken = changed(shop(), path, value)
    found = unsound(broken)
    assert [f for f in found if f.subject == subject and words in f.detail], found
    assert all(f.level is Level.ERROR and f.hint for f in found)
    assert [f for f in check_design(broken) if f.level is Level.ERROR] == found
    with pytest.raises(MedallionError) as refused:
        generate_bundle(broken)
    assert refused.value.code == "DESIGN_INVALID"
    assert found[0].detail in refused.value.message


@pytest.mark.parametrize("name", GOLDEN)
def test_the_golden_designs_are_sound(name: str) -> None:
    assert unsound(GOLDEN[name]()) == []


def test_a_name_is_as_long_as_unity_catalog_takes_it() -> None:
    longest = changed(shop(), "entities[0].columns[0].name", LONG[:-1])
    assert not [found for found in unsound(longest) if "longer than" in found.detail]


def test_names_need_not_differ_where_nobody_mixes_them_up() -> None:
    assert unsound(changed(shop(), "star.facts[0].name", "Fact_Stock")) == []
