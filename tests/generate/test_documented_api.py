"""Generated code against the documented API: every function of ``pyspark.pipelines`` that it calls,
with every argument. Neither Spark's own module nor this project decides what Databricks takes.

https://docs.databricks.com/ldp/developer/python-ref
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
import yaml
from databricks.bundles.jobs import Job
from databricks.bundles.pipelines import Pipeline

from medallion_core.generate import generate_bundle
from medallion_core.model import Bundle
from tests.generate.designs import GOLDEN

_DATASET = {
    *("name", "comment", "spark_conf", "table_properties", "path", "partition_cols"),
    *("cluster_by_auto", "cluster_by", "schema", "row_filter", "private"),
}
_CDC = {"target", "source", "keys", "stored_as_scd_type"}
_TRACKED = {"track_history_column_list", "track_history_except_column_list"}
_RULE, _RULES = {"name", "inv"}, {"expectations"}
DOCUMENTED = {
    "table": _DATASET,
    "materialized_view": _DATASET | {"refresh_policy"},
    "temporary_view": {"name", "comment", "spark_conf"},
    "create_streaming_table": _DATASET - {"private"}
    | {"expect_all", "expect_all_or_drop", "expect_all_or_fail"},
    "append_flow": {"target", "name", "once", "spark_conf", "comment"},
    "create_auto_cdc_flow": _CDC
    | _TRACKED
    | {"sequence_by", "ignore_null_updates", "apply_as_deletes", "apply_as_truncates"}
    | {"column_list", "except_column_list", "name", "once"},
    "create_auto_cdc_from_snapshot_flow": _CDC | _TRACKED,
    "expect": _RULE,
    "expect_or_drop": _RULE,
    "expect_or_fail": _RULE,
    "expect_all": _RULES,
    "expect_all_or_drop": _RULES,
    "expect_all_or_fail": _RULES,
}
POSITIONAL = {name for name in DOCUMENTED if name.startswith("expect")}
RESOURCES = {"jobs": Job, "pipelines": Pipeline}


def calls(bundle: Bundle) -> Iterator[tuple[str, ast.Call]]:
    """The calls of the API, each with its function's name."""
    for path, text in bundle.items():
        for node in ast.walk(ast.parse(text)) if path.endswith(".py") else ():
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("dp."):
                yield ast.unparse(node.func).removeprefix("dp."), node


@pytest.mark.parametrize("name", GOLDEN)
def test_every_call_and_argument_is_documented(name: str) -> None:
    found = list(calls(generate_bundle(GOLDEN[name]())))
    assert found
    unknown = {
        f"{function}({keyword.arg})"
        for function, call in found
        for keyword in call.keywords
        if keyword.arg not in DOCUMENTED.get(function, ())
    }
    assert unknown == set()
    assert {function for function, call in found} <= DOCUMENTED.keys()
    assert {function for function, call in found if call.args} <= POSITIONAL


@pytest.mark.parametrize("name", GOLDEN)
def test_every_decorator_of_a_dataset_is_called(name: str) -> None:
    """``@dp.table`` alone would name the dataset by its function."""
    bundle = generate_bundle(GOLDEN[name]())
    bare = [
        ast.unparse(decorator)
        for path, text in bundle.items()
        if path.endswith(".py")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if not isinstance(decorator, ast.Call)
    ]
    assert bare == []


@pytest.mark.parametrize("name", GOLDEN)
def test_every_resource_of_a_bundle_has_its_documented_type_and_a_key_of_its_own(name: str) -> None:
    bundle = generate_bundle(GOLDEN[name]())
    keys = []
    for path, text in bundle.items():
        if path.startswith("resources/"):
            for kind, resources in yaml.safe_load(text)["resources"].items():
                for key, resource in resources.items():
                    assert RESOURCES[kind].from_dict(resource)
                    keys.append(key)
    assert sorted(keys) == [name, f"{name}_job"]
