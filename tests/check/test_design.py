"""What a design leaves open or contradicts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medallion_core.check import check_design
from medallion_core.model import (
    ChangeHandling,
    DegenerateKey,
    Design,
    DimensionLink,
    EntityColumn,
    Level,
    Measure,
    Privacy,
    PrivacyDecision,
    Reference,
    Rule,
    Star,
)
from tests.generate.designs import key_rule, tpch, with_entity
from tests.generate.shop import shop


def _found(design: Design) -> list[tuple[Level, str]]:
    known = set(check_design(tpch()))
    return [(f.level, f.subject) for f in check_design(design) if f not in known]


def test_keys_without_a_rule_are_the_only_thing_open_in_tpch():
    subjects = {finding.subject for finding in check_design(tpch())}
    assert subjects == {"region.r_regionkey", "nation.n_nationkey", "part.p_partkey"}
    part = replace(tpch().entity("part"), rules=(key_rule("p_partkey"),))
    remaining = {finding.subject for finding in check_design(with_entity(tpch(), part))}
    assert "part.p_partkey" not in remaining


def test_undecided_privacy_is_a_warning():
    customer = tpch().entity("customer")
    phone = EntityColumn("phone", "phone", "string", "string", privacy=Privacy("phone"))
    design = with_entity(tpch(), replace(customer, columns=(*customer.columns, phone)))
    assert _found(design) == [(Level.WARNING, "customer.phone")]


def test_a_mask_on_a_key_is_an_error():
    """Gold is joined by the key's values, and a mask leaves none of them."""
    part = tpch().entity("part")
    mask = Privacy("name", PrivacyDecision.MASK)
    key, other, *rest = (replace(c, privacy=None) for c in part.columns)
    for columns, found in (
        ((replace(key, privacy=mask), other, *rest), [(Level.ERROR, "part.p_partkey")]),
        ((key, replace(other, privacy=mask), *rest), []),
    ):
        assert _found(with_entity(tpch(), replace(part, columns=columns))) == found


def hashed(design: Design, table: str, column: str, **how: str) -> Design:
    entity = design.entity(table)
    made = replace(entity.column(column), privacy=Privacy("id", PrivacyDecision.HASH), **how)
    rules = tuple(rule for rule in entity.rules if column not in rule.condition)
    return with_entity(design, replace(entity.with_column(made), rules=rules))


KEY, REFERS = ("customer", "c_custkey"), ("orders", "o_custkey")


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        (KEY, None, "customer.c_custkey is hashed, and orders.o_custkey is not"),
        (REFERS, None, "orders.o_custkey is hashed, and customer.c_custkey is not"),
        (KEY, {}, ""),
        (KEY, {"type": "int"}, ""),
        (KEY, {"type": "decimal(12,0)"}, ""),
        (KEY, {"type": "decimal(12,2)"}, "decimal(12,2) is not written as bigint is"),
        (KEY, {"type": "string"}, "string is not written as bigint is"),
        (("nation", "n_nationkey"), None, "customer.c_nationkey is not"),
        (("orders", "o_orderkey"), None, "lineitem.l_orderkey is not"),
    ],
)
def test_rows_are_joined_by_hashes_of_the_same_texts_only(first, second, says):
    """Else no row finds its partner, and each key would be a member of its own."""
    design = hashed(tpch(), *first)
    if second is not None:
        design = hashed(design, *REFERS, **second)
    found = [f for f in check_design(design) if "joined by" in f.detail]
    assert [f.level for f in found] == [Level.ERROR] * bool(says)
    assert all(says in f.detail for f in found)


def test_what_a_mask_leaves_finds_no_member():
    design, name = shop(), ("customer", "name")
    entity = design.entity("customer")
    mask = replace(entity.column("name"), privacy=Privacy("name", PrivacyDecision.MASK))
    masked = with_entity(design, entity.with_column(mask))
    new = set(check_design(masked)) - set(check_design(design))
    assert [(f.level, f.subject) for f in new] == [(Level.ERROR, ".".join(name))]


@pytest.mark.parametrize(("length", "levels"), [(255, set()), (256, {Level.ERROR})])
def test_a_table_has_a_name_that_unity_catalog_takes(length, levels):
    name = "e" * (length - len("silver_"))
    region = replace(tpch().entity("region"), name=name, rules=(key_rule("r_regionkey"),))
    found = check_design(replace(tpch(), entities=(region,), references=(), star=Star()))
    long = [finding for finding in found if "silver_" in finding.subject]
    assert {finding.level for finding in long} == levels
    details = {f"silver_{'e' * 33}… is longer than 255 characters." for _ in levels}
    assert {finding.detail for finding in long} == details


@pytest.mark.parametrize(
    ("change", "key", "level"),
    [
        (ChangeHandling.LATEST, (), Level.WARNING),
        (ChangeHandling.APPEND, (), None),
        (ChangeHandling.APPEND, ("p_partkey",), None),
    ],
)
def test_a_table_is_told_apart_by_its_key_unless_it_appends(change, key, level):
    design = replace(tpch(), references=(), star=Star())
    part = replace(design.entity("part"), change=change, key=key, rules=())
    found = [f for f in check_design(with_entity(design, part)) if f.subject.startswith("part")]
    assert [f.level for f in found] == ([level] if level else [])


@pytest.mark.parametrize(
    ("change", "sources", "levels"),
    [
        (ChangeHandling.LATEST, 2, [Level.INFO]),
        (ChangeHandling.LATEST, 1, []),
        (ChangeHandling.APPEND, 2, []),
    ],
)
def test_rows_of_several_sources_with_one_key_are_told_to_replace_each_other(
    change, sources, levels
):
    design = replace(tpch(), references=(), star=Star())
    part = replace(design.entity("part"), change=change, rules=(key_rule("p_partkey"),))
    several = with_entity(design, replace(part, reads=part.reads * sources))
    found = [f for f in check_design(several) if f.subject == "part" and "replaces" in f.detail]
    assert [f.level for f in found] == levels


@pytest.mark.parametrize(("length", "levels"), [(255, []), (256, [Level.ERROR])])
def test_a_column_has_a_name_that_unity_catalog_takes(length, levels):
    part = tpch().entity("part")
    long = replace(part.columns[1], name="c" * length, source="other")
    found = _found(with_entity(tpch(), replace(part, columns=(*part.columns, long))))
    assert [level for level, _ in found] == levels


def test_names_that_would_collide_are_errors():
    part = tpch().entity("part")
    double = replace(part.columns[1], source="other")
    design = with_entity(tpch(), replace(part, columns=(*part.columns, double)))
    assert _found(design) == [(Level.ERROR, "part")]
    fact = tpch().star.facts[0]
    measure = Measure("customer_key", "`o_totalprice`", "decimal(15,2)")
    star = replace(tpch().star, facts=(replace(fact, measures=(measure,)), tpch().star.facts[1]))
    assert (Level.ERROR, "fact_orders") in _found(replace(tpch(), star=star))


def test_a_key_that_does_not_reach_silver_is_an_error():
    part = tpch().entity("part")
    left_out = replace(part.columns[0], included=False)
    design = with_entity(tpch(), replace(part, columns=(left_out, *part.columns[1:])))
    assert (Level.ERROR, "part") in _found(design)


def test_two_rules_of_one_name_are_an_error():
    region = replace(tpch().entity("region"), rules=(Rule("a", "true"), Rule("a", "false")))
    assert (Level.ERROR, "rules of region") in _found(with_entity(tpch(), region))


def test_references_that_nobody_accepted_are_told():
    asked = Reference("part", ("p_name",), "region", ("r_name",), accepted=False)
    design = replace(tpch(), references=(*tpch().references, asked))
    assert _found(design) == [(Level.INFO, "part(p_name)")]


@pytest.mark.parametrize(
    ("expression", "level"),
    [
        ("o_totalprice / o_shippriority", Level.ERROR),
        ("mod(o_totalprice, o_shippriority)", Level.ERROR),
        ("o_totalprice / nullif(o_shippriority, 1)", Level.ERROR),
        ("o_totalprice / nullif(o_shippriority, 0) / 2", None),
        ("try_divide(o_totalprice, o_shippriority) -- a / b", None),
    ],
)
def test_a_measure_that_may_divide_by_zero_is_an_error(expression, level):
    fact = tpch().star.facts[0]
    ratio = Measure("ratio", expression, "double")
    star = replace(tpch().star, facts=(replace(fact, measures=(ratio,)), tpch().star.facts[1]))
    wanted = [(level, "fact_orders.ratio")] if level else []
    assert _found(replace(tpch(), star=star)) == wanted


def test_dimensions_that_refer_to_each_other_in_a_circle_are_errors():
    customer, part = tpch().star.dimensions
    star = replace(
        tpch().star,
        dimensions=(
            replace(customer, outriggers=(DimensionLink("dim_part", "part_key", ("c_custkey",)),)),
            replace(part, outriggers=(DimensionLink("dim_customer", "c_key", ("p_partkey",)),)),
        ),
    )
    assert _found(replace(tpch(), star=star)) == [
        (Level.ERROR, "dim_customer"),
        (Level.ERROR, "dim_part"),
    ]


def test_a_star_that_names_what_is_not_there_is_one_error():
    facts = tuple(replace(fact, entity="nothing") for fact in tpch().star.facts)
    found = check_design(replace(tpch(), star=replace(tpch().star, facts=facts)))
    assert any(finding.level is Level.ERROR for finding in found)


@pytest.mark.parametrize("has", ["", "dates", "links", "degenerate", "measures"])
def test_a_fact_without_a_column_is_an_error(has):
    orders = tpch().star.fact("fact_orders")
    parts = {
        "dates": orders.dates,
        "links": orders.links,
        "degenerate": (DegenerateKey("order", "o_orderkey"),),
        "measures": orders.measures,
    }
    kept = {name: part if name == has else () for name, part in parts.items()}
    found = check_design(tpch().with_fact(replace(orders, **kept, cluster_by=())))
    empty = ("fact_orders", "It has no column.") in [(f.subject, f.detail) for f in found]
    assert empty == (not has)


def test_clustering_by_what_a_fact_does_not_have_is_a_warning():
    design = tpch()
    (orders, *_) = design.star.facts
    astray = design.with_fact(replace(orders, cluster_by=(*orders.cluster_by, "nothing")))
    assert _found(astray) == [(Level.WARNING, "fact_orders")]


def test_names_that_share_a_file_or_a_view_are_errors():
    part = tpch().entity("part")
    twin = replace(part, name="part_")
    found = check_design(replace(tpch(), entities=(*tpch().entities, twin)))
    told = {f.subject: f.detail for f in found if f.level is Level.ERROR}
    assert told["bronze_part_"] == (
        "bronze_part_ and bronze_part would both be defined in src/bronze/part.py."
    )
    customer, dim_part = tpch().star.dimensions
    like_a_view = replace(dim_part, name="valid_part")
    star = replace(tpch().star, dimensions=(customer, like_a_view), facts=())
    assert (Level.ERROR, "valid_part") in _found(replace(tpch(), star=star))
