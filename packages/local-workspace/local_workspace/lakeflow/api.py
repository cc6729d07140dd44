"""The functions that Databricks' ``pyspark.pipelines`` has and the open-source one lacks.

``install`` puts them into the real module: each hands what the real function knows to the real
function, so that wrong arguments are refused with the real message.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, cast

from pyspark import pipelines
from pyspark.pipelines import api
from pyspark.pipelines.graph_element_registry import get_active_graph_element_registry
from pyspark.sql import Column

from local_workspace.lakeflow.errors import PipelineError
from local_workspace.lakeflow.graph import (
    Action,
    CdcOptions,
    Definitions,
    Expectation,
    SnapshotFlow,
)

Function = Callable[..., Any]
Decorator = Callable[[Function], Any]

_TABLE_EXTRAS = frozenset({"private", "cluster_by_auto", "row_filter", "path", "refresh_policy"})


def install() -> None:
    """Completes ``pyspark.pipelines`` in this process."""
    additions = {
        "table": _stored("table"),
        "materialized_view": _stored("materialized_view"),
        "create_streaming_table": create_streaming_table,
        "append_flow": append_flow,
        "create_auto_cdc_flow": create_auto_cdc_flow,
        "create_auto_cdc_from_snapshot_flow": create_auto_cdc_from_snapshot_flow,
        "expect": _expect_one(Action.ALLOW),
        "expect_or_drop": _expect_one(Action.DROP),
        "expect_or_fail": _expect_one(Action.FAIL),
        "expect_all": _expect_all(Action.ALLOW),
        "expect_all_or_drop": _expect_all(Action.DROP),
        "expect_all_or_fail": _expect_all(Action.FAIL),
    }
    for name, function in additions.items():
        setattr(pipelines, name, function)


def _registry() -> Definitions:
    return cast(Definitions, get_active_graph_element_registry())


def _expect_one(action: Action) -> Callable[[str, str], Decorator]:
    def expectation(name: str, inv: str) -> Decorator:
        return _collect([Expectation(name, inv, action)])

    return expectation


def _expect_all(action: Action) -> Callable[[dict[str, str]], Decorator]:
    def expectations(expectations: dict[str, str]) -> Decorator:
        return _collect([Expectation(name, rule, action) for name, rule in expectations.items()])

    return expectations


def _collect(rules: list[Expectation]) -> Decorator:
    def decorate(function: Function) -> Function:
        if not inspect.isfunction(function):
            raise PipelineError(
                "INVALID_DECORATOR_ORDER",
                "An expectation decorates the dataset's function: put @dp.table or "
                "@dp.materialized_view above the expectations.",
            )
        vars(function).setdefault("expectations", [])[:0] = rules
        return function

    return decorate


def _stored(kind: str) -> Function:
    """``dp.table`` or ``dp.materialized_view`` with the arguments of Databricks."""
    original: Function = getattr(api, kind)

    def define(query_function: Function | None = None, **arguments: Any) -> Any:
        if query_function is not None:
            original(query_function)
            _annotate(query_function.__name__, {}, kind)
            return None
        extras = {name: arguments.pop(name) for name in _TABLE_EXTRAS & arguments.keys()}
        decorate = original(**arguments)

        def outer(function: Function) -> None:
            decorate(function)
            _annotate(arguments.get("name") or function.__name__, extras, kind)

        return outer

    return define


def _annotate(name: str, extras: dict[str, Any], kind: str = "") -> None:
    dataset = _registry().datasets[name.lower()]
    dataset.private = bool(extras.get("private"))
    dataset.refresh_policy = str(extras.get("refresh_policy") or "auto")
    dataset.query_decides = kind == "table"


def create_streaming_table(
    name: str,
    *,
    expect_all: dict[str, str] | None = None,
    expect_all_or_drop: dict[str, str] | None = None,
    expect_all_or_fail: dict[str, str] | None = None,
    **arguments: Any,
) -> None:
    extras = {key: arguments.pop(key) for key in _TABLE_EXTRAS & arguments.keys()}
    api.create_streaming_table(name, **arguments)
    _annotate(name, extras)
    for action, rules in (
        (Action.ALLOW, expect_all),
        (Action.DROP, expect_all_or_drop),
        (Action.FAIL, expect_all_or_fail),
    ):
        found = [Expectation(rule, text, action) for rule, text in (rules or {}).items()]
        _registry().expect(name, found)


def append_flow(
    *,
    target: str,
    name: str | None = None,
    once: bool = False,
    comment: str | None = None,  # noqa: ARG001
    spark_conf: dict[str, str] | None = None,
) -> Decorator:
    decorate = api.append_flow(target=target, name=name, spark_conf=spark_conf)

    def outer(function: Function) -> None:
        decorate(function)
        if once:
            _registry().once.add((name or function.__name__).lower())

    return outer


def create_auto_cdc_flow(
    target: str,
    source: str,
    keys: list[Any],
    sequence_by: str | Column,
    ignore_null_updates: bool = False,
    apply_as_deletes: str | Column | None = None,
    apply_as_truncates: str | Column | None = None,
    column_list: list[Any] | None = None,
    except_column_list: list[Any] | None = None,
    stored_as_scd_type: str | int = 1,
    track_history_column_list: list[Any] | None = None,
    track_history_except_column_list: list[Any] | None = None,
    name: str | None = None,
    once: bool = False,
) -> None:
    if apply_as_truncates is not None and str(stored_as_scd_type) == "2":
        raise PipelineError("UNSUPPORTED_TRUNCATE", "apply_as_truncates needs SCD type 1.")
    api.create_auto_cdc_flow(
        target,
        source,
        keys,
        sequence_by,
        apply_as_deletes,
        column_list,
        except_column_list,
        stored_as_scd_type,  # type: ignore[arg-type]
        name,
        track_history_column_list=track_history_column_list,
        track_history_except_column_list=track_history_except_column_list,
    )
    flow = (name or target).lower()
    _registry().cdc_options[flow] = CdcOptions(ignore_null_updates, _column(apply_as_truncates))
    if once:
        _registry().once.add(flow)


def _column(condition: str | Column | None) -> Column | None:
    from pyspark.sql import functions

    return functions.expr(condition) if isinstance(condition, str) else condition


def create_auto_cdc_from_snapshot_flow(
    target: str,
    source: str | Function,
    keys: list[str],
    stored_as_scd_type: str | int,
    track_history_column_list: list[str] | None = None,
    track_history_except_column_list: list[str] | None = None,
    name: str | None = None,
) -> None:
    if not isinstance(keys, list) or not keys:
        raise PipelineError("AUTOCDC_EMPTY_KEYS", "keys has to be a list of column names.", "22023")
    if str(stored_as_scd_type) not in ("1", "2"):
        raise PipelineError("UNSUPPORTED_SCD_TYPE", "stored_as_scd_type has to be 1 or 2.")
    tracked = None if track_history_column_list is None else tuple(track_history_column_list)
    _registry().register_snapshot_flow(
        SnapshotFlow(
            name or target,
            target,
            source,
            tuple(keys),
            int(stored_as_scd_type),
            tracked,
            tuple(track_history_except_column_list or ()),
        )
    )
