"""Names, comments and values from a catalog never change what generated text means."""

from __future__ import annotations

import ast
from dataclasses import replace

import sqlglot
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from medallion_core.check import check_bundle
from medallion_core.generate import generate_bundle
from medallion_core.generate.render import md, py, yaml_value
from medallion_core.model import Attribute, EntityColumn, Rule, RuleAction
from medallion_core.text.sql import name, qualify, string
from tests.generate.designs import tpch, with_entity

HOSTILE = st.one_of(
    st.text(min_size=1, max_size=40),
    st.sampled_from(
        [
            'x"); import os; os.system("true',
            "it's \\' over",
            '"""',
            "\\",
            "\\N{BULLET}",
            "{{ 7 * 7 }}{% raw %}",
            "${var.catalog}",
            "a\nb\r\n\tc",
            "back`tick``s",
            "-- comment /* */",
            "select",
            "é漢字🙂\u202e\u2028",
            "'; DROP TABLE t; --",
            "n" * 255,
            "true",
            "1e3",
            "# no comment",
            "]]>",
        ]
    ),
)
NAMES = HOSTILE.filter(str.strip)


def _strings(text: str) -> set[str]:
    """Every string that a Python source means, with its outer blanks dropped."""
    return {
        node.value.strip()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _calls(text: str) -> set[str]:
    """What is called: functions by their name, methods of what another call gives without it."""
    called = (node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return {
        f".{function.attr}"
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Call)
        else ast.unparse(function)
        for function in called
    }


@settings(max_examples=60, deadline=None)
# A blank name is refused before anything is made of it.
@given(source=NAMES, comment=HOSTILE, rule=NAMES, reason=HOSTILE, fixed=HOSTILE)
def test_a_bundle_of_hostile_text_means_what_it_should(source, comment, rule, reason, fixed):
    design = tpch()
    orders = design.entity("orders")
    hostile = replace(
        orders,
        comment=comment,
        columns=(*orders.columns, EntityColumn("odd", source, "string", "string", comment=comment)),
        rules=(Rule(rule, f"o_orderstatus <> {string(fixed)}", RuleAction.QUARANTINE, reason),),
    )
    customer = design.star.dimensions[0]
    star = replace(
        design.star,
        dimensions=(
            replace(
                customer,
                comment=comment,
                attributes=(*customer.attributes, Attribute("odd", "c_name", comment)),
            ),
            *design.star.dimensions[1:],
        ),
    )
    plain, bundle = generate_bundle(design), generate_bundle(
        replace(with_entity(design, hostile), star=star)
    )  # fmt: skip

    assert bundle.keys() == plain.keys()
    assert check_bundle(bundle) == []
    silver = bundle["src/silver/orders.py"]
    assert _strings(silver) >= {rule.strip(), f"o_orderstatus <> {string(fixed)}".strip()}
    assert _calls(silver) <= _calls(plain["src/silver/orders.py"]) | {
        *("described", "F.col", ".alias", "comments.items"),
        *("typed.select", ".withColumn"),
    }
    assert _calls(bundle["src/gold/dim_customer.py"]) == _calls(plain["src/gold/dim_customer.py"])


@settings(max_examples=200, deadline=None)
@given(HOSTILE)
def test_sql_names_and_literals_come_back_equal(text):
    if "\x00" in text:  # sqlglot's tokenizer ends there; Spark's does not
        return
    column = sqlglot.parse_one(f"SELECT {name(text)}", dialect="databricks").expressions[0]
    assert column.name == text
    literal = sqlglot.parse_one(f"SELECT {string(text)}", dialect="databricks").expressions[0]
    assert isinstance(literal, sqlglot.exp.Literal)


@given(HOSTILE)
def test_python_and_yaml_literals_come_back_equal(text):
    assert ast.literal_eval(py(text)) == text
    assert yaml.safe_load(f"a: {yaml_value(text)}\nb: 1") == {"a": text, "b": 1}


@given(HOSTILE)
def test_markdown_stays_in_its_cell(text):
    assert "\n" not in md(text)
    assert "|" not in md(text).replace("\\|", "")
    assert "`" not in md(text).replace("\\`", "")


def test_qualifying_leaves_literals_calls_and_qualified_names_alone():
    columns = {"price", "tax", "sum"}
    assert qualify("sum(price) + 'price' || header.tax", columns, "line") == (
        "sum(line.price) + 'price' || header.tax"
    )
    assert qualify("`Odd``tax` + TAX", {"odd`tax", "tax"}, "line") == "line.`Odd``tax` + line.TAX"
