"""Pipelines that the platform refuses for how their tables are published: source text, and what the
refusal is taken for. What is generated is not like that; an edit by hand or a neighbour may be."""

from __future__ import annotations

from dataclasses import dataclass

_VIEW = """
@dp.materialized_view(name="{name}", schema="id BIGINT NOT NULL{key}"{more})
def {function}():
    return spark.range(2)
"""


@dataclass(frozen=True)
class Published:
    """``first`` is the source of another pipeline, run before, whose schema is ``{schema}``."""

    name: str
    code: str
    source: str
    first: str = ""


def _view(name: str, key: str = "", *, function: str = "", more: str = "") -> str:
    return _VIEW.format(name=name, key=key, function=function or name, more=more)


PUBLISHED = (
    Published(
        "a parent that is not ready",
        "PARENT_IS_NOT_READY",
        _view("parent", ", CONSTRAINT parent_pk PRIMARY KEY (id)")
        + _view("child", ", CONSTRAINT child_fk FOREIGN KEY (id) REFERENCES parent"),
    ),
    Published(
        "a table of another pipeline",
        "NAME_IS_TAKEN",
        _view("main.{schema}.t", function="t"),
        first=_view("t"),
    ),
    Published(
        "a policy that a view cannot keep",
        "VIEW_IS_NOT_INCREMENTAL",
        _view("v", more=", refresh_policy='incremental_strict'"),
    ),
    Published(
        "a snapshot with expectations",
        "SNAPSHOT_HAS_EXPECTATIONS",
        """
dp.create_streaming_table("kept", expect_all={"there": "n_nationkey >= 0"})
dp.create_auto_cdc_from_snapshot_flow(
    target="kept", source="samples.tpch.nation", keys=["n_nationkey"], stored_as_scd_type=2
)
""",
    ),
)
